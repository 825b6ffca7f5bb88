"""The county of the flow's tests, with people who sign in and send forms as a browser does."""

from typing import Any

import pytest
from django.utils import timezone

from tests.flow.conftest import bodies, cast, clock, enterprise, story  # noqa: F401
from tests.taskpages.browser import Browser


@pytest.fixture
def now(db: None, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: F811
    """The views' clock is the story's."""
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


@pytest.fixture(autouse=True)
def _addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.taskpages.urls"


@pytest.fixture
def browser(client: Any, now: Any) -> Browser:
    return Browser(client)
