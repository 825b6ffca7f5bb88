"""One person at a browser of their own, who goes where links and buttons lead."""

import os
import re
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, ViewportSize

from cases.models import User
from tests.browser.watch import Watch

PASSWORD = "Correct-horse-1"
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
KEPT = os.environ.get("SCREENSHOTS", "")
"""Where every page that anybody comes to is kept as a picture; nowhere if empty."""
_numbers = count(1)
WORK = ("/", "/tasks/", "/approvals/", "/tasks/queue/")
"""Where people look for what there is to do."""


class Desk:
    """A window and what is done in it; every page reached is looked at."""

    def __init__(self, browser: Browser, home: str, size: ViewportSize = DESKTOP, **options: Any) -> None:
        self.home = home
        self.context = browser.new_context(viewport=size, has_touch=size == PHONE, base_url=home, **options)
        self.context.set_default_timeout(30_000)
        self.watch = Watch(self.context, home)
        self.page: Page = self.context.new_page()

    def sign_in(self, user: User) -> "Desk":
        """By the sign-in page, to which the home page leads strangers."""
        self.open("/")
        self.fill(username=user.username, password=PASSWORD)
        self.press(self.page.locator("form[action='/login/'] button.btn-primary"))
        assert "/login/" not in self.page.url, self.page.inner_text("main")
        return self

    def open(self, address: str) -> None:
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == 200, (address, answer.status)
        self._look()

    def _look(self) -> None:
        self.watch.look(self.page)
        if KEPT:
            test = re.sub(r"[^\w-]+", "_", os.environ.get("PYTEST_CURRENT_TEST", "").split("::")[-1].split(" ")[0])
            page = re.sub(r"[^\w-]+", "_", self.page.url.removeprefix(self.home)).strip("_")[:60] or "home"
            place = Path(KEPT) / test
            place.mkdir(parents=True, exist_ok=True)
            # Hiding the caret writes a style attribute into every field, which the measures then complain about.
            self.page.screenshot(path=place / f"{next(_numbers):03d}_{page}.png", full_page=True, caret="initial")

    def press(self, what: Locator) -> None:
        """Click what leads to another page, and look at that once it is loaded.

        A load, not a navigation: an address that the script pushes late for an exchanged list is a navigation, too.
        """
        with self.page.expect_event("load"):
            what.click()
        self._look()

    def do(self, what: str) -> None:
        """Press the button of this action: of the form on a desk, of the bar at the foot on a phone."""
        self.press(self.page.locator(f"button[name=_do][value={what}]:visible"))

    def find_task(self, task: int) -> None:
        """Follow the link to a task from the first of the lists of work that shows it."""
        for address in WORK:
            self.open(address)
            link = self.page.locator(f"a[href^='/tasks/{task}/']:visible")
            if link.count():
                self.press(link.first)
                return
        raise AssertionError(f"task {task} stands on none of {WORK}")

    def fill(self, answers: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Answer the fields of these names as a person would, by what kind of field each is."""
        for name, value in {**(answers or {}), **more}.items():
            self._answer(self.page.locator(f"main [name='{name}']"), value)

    def _answer(self, field: Locator, value: Any) -> None:
        kind = field.first.evaluate("e => e.type")
        if kind in ("radio", "checkbox"):
            box = field if kind == "checkbox" else field.and_(self.page.locator(f"[value='{value}']"))
            box.locator("xpath=ancestor::label[1]").click()
        elif kind == "select-one":
            field.select_option(str(value))
        elif kind == "file":
            field.set_input_files(value)
        else:
            field.fill(str(value))

    def here(self) -> str:
        """The address of the page, without its host and without the part that was led to."""
        return self.page.url.removeprefix(self.home).partition("#")[0]

    def message(self) -> str:
        """What the page says first after a deed: its messages, or its errors."""
        return self.page.locator("main").inner_text()

    def leave(self) -> None:
        """Close the window; everything that was ever wrong in it is told at once."""
        self.context.close()
        assert self.watch.complaints == [], "\n".join(self.watch.complaints)
