"""The county of the flow's tests, with people who sign in and send forms as a browser does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from cases.acting import Acting
from cases.models import Case
from tests.flow.conftest import bodies, cast, clock, enterprise, story  # noqa: F401
from tests.taskpages.browser import Browser
from workflow.demo.clock import StoryClock
from workflow.demo.story import Cast, Story
from workflow.models import WorkItem

C_INSPECTION: Mapping[str, Sequence[str]] = {"inspect": ["3,6,12,14"]}


@pytest.fixture(autouse=True)
def _english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"  # the words asserted are the msgids
    cache.clear()


@pytest.fixture
def now(db: None, clock: StoryClock, monkeypatch: pytest.MonkeyPatch) -> StoryClock:  # noqa: F811
    """The views' clock is the story's."""
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


@pytest.fixture
def browser(client: Client, now: StoryClock) -> Browser:
    return Browser(client)


@dataclass
class Standing:
    """A case that stands at a step, its person signed in, an hour of the next working day having come."""

    item: WorkItem
    case: Case
    url: str
    cast: Cast
    clock: StoryClock
    browser: Browser

    def page(self) -> str:
        return self.browser.open(self.url)

    def send(self, do: str = "submit", **typed: Any) -> Any:
        return self.browser.send(self.url, self.page(), do, **typed)

    def acting(self) -> Acting:
        return Acting(self.cast.of(self.item.step), self.clock.now)

    def still_open(self) -> bool:
        return WorkItem.objects.filter(pk=self.item.pk).exists()


def _print_nothing(now: datetime) -> None:
    """No page here reads a printed letter, and printing takes longer than all the rest."""


@pytest.fixture
def at(story: Callable[..., Story], browser: Browser) -> Callable[..., Standing]:  # noqa: F811
    def tell(step: str, outcomes: Mapping[str, Sequence[str]] = C_INSPECTION, **changes: Any) -> Standing:
        told = story(outcomes=outcomes, run_jobs=_print_nothing, **changes)
        list(told.tell(until=step))
        assert told.case is not None
        item = WorkItem.objects.select_related("case").get(case=told.case, step=step)
        told.clock.wait(working_days=1)
        browser.sign_in(told.cast.of(step))
        return Standing(item, told.case, reverse("task", args=[item.pk]), told.cast, told.clock, browser)

    return tell


@pytest.fixture
def photo() -> Callable[..., SimpleUploadedFile]:
    def take(name: str = "现场.jpg", colour: tuple[int, int, int] = (90, 120, 150)) -> SimpleUploadedFile:
        kept = BytesIO()
        Image.new("RGB", (40, 30), colour).save(kept, "JPEG")
        return SimpleUploadedFile(name, kept.getvalue(), "image/jpeg")

    return take
