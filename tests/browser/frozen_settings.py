"""Settings of a served demo whose clock stands still, so that its pages are the same whenever they are looked at."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from tests.demo.conftest import AS_OF
from tests.demo.house_settings import *  # noqa: F403

MOMENT = datetime.fromisoformat(AS_OF).replace(hour=17, tzinfo=ZoneInfo("Asia/Shanghai"))

timezone.now = lambda: MOMENT
