"""The same person without a mouse: every move a key, the focus always seen, uncovered, in order."""

from typing import Any

from playwright.sync_api import Locator

from tests.browser.desk import WORK, Desk
from tests.browser.looking import MEASURES

MOST = 160
"""Stops of the tab key within which whatever a page is for must be reached."""
STOP = """([goal, before]) => {
  const here = document.activeElement;
  if (here === document.body) return { body: true };
  const after = before && before.isConnected && before !== here && before !== document.body
    ? Boolean(before.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING) : null;
  const wrong = [...measures.focus(), ...measures.covered()];
  if (here.tabIndex > 0) wrong.push("an order of its own: tabindex " + here.tabIndex);
  const group = here.type === "radio" && goal.type === "radio" && here.name === goal.name;
  return { reached: here === goal || group, after, wrong, here: here.outerHTML.slice(0, 120) };
}"""
AHEAD = """goal => {
  const here = document.activeElement;
  return here === document.body || Boolean(here.compareDocumentPosition(goal) & Node.DOCUMENT_POSITION_FOLLOWING);
}"""


class KeyDesk(Desk):
    """Whoever sits here has a keyboard alone."""

    skips = 0
    """How often the navigation was left out by the first link of a page."""
    claimed = 0
    """How many pieces of work were taken from the queue."""

    def _look(self) -> None:
        super()._look()
        self.page.evaluate(MEASURES)

    # --- moving ---------------------------------------------------------------------------------------------------

    def reach(self, what: Locator) -> None:
        """By Tab, or by Shift+Tab to what lies before; each stop on the way is looked at."""
        what.first.wait_for()
        goal = what.first.element_handle()
        page = self.page
        page.evaluate("window.measures || 0") or page.evaluate(MEASURES)
        if page.evaluate("goal => goal === document.activeElement", goal):
            return
        begins = "goal => document.activeElement === document.body && goal.closest('main') !== null"
        if page.evaluate(begins, goal):
            self.skip()
        key = "Tab" if page.evaluate(AHEAD, goal) else "Shift+Tab"
        for _ in range(MOST):
            before = page.evaluate_handle("document.activeElement")
            page.keyboard.press(key)
            stop = page.evaluate(STOP, [goal, before])
            if stop.get("body"):
                continue  # the end of the page, beyond which the browser's own controls come
            assert stop["wrong"] == [], (page.url, stop)
            if stop["reached"]:
                return
            assert stop["after"] in (None, key == "Tab"), ("against the order of the page", page.url, stop)
        raise AssertionError(f"{what} is not reached by {MOST} presses of {key} on {page.url}")

    def skip(self) -> None:
        """The first stop of every page leads past its navigation."""
        self.page.keyboard.press("Tab")
        assert self.page.evaluate("document.activeElement.getAttribute('href')") == "#main", self.page.url
        self.page.keyboard.press("Enter")
        assert self.page.evaluate("document.activeElement.id") == "main"
        self.skips += 1

    def press(self, what: Locator) -> None:
        self.reach(what)
        self.go("Enter")

    def go(self, key: str) -> None:
        """Press a key that leads to another page."""
        with self.page.expect_event("load"):
            self.page.keyboard.press(key)
        self._look()

    def find_task(self, task: int) -> None:
        """From list to list by the navigation; what lies in the queue is claimed there."""
        for address in WORK[1:]:
            entry = self.page.locator(f".nav a[href='{address}']:visible")
            if not entry.count():
                continue
            self.press(entry)
            claim = self.page.locator(f"button[formaction='/tasks/{task}/claim/']:visible")
            if claim.count():
                self.press(claim)
                self.claimed += 1
                if self.here().partition("?")[0] not in WORK:
                    return
            link = self.page.locator(f"a[href^='/tasks/{task}/']:visible")
            if link.count():
                self._open_row(link)
                return
        raise AssertionError(f"task {task} stands on none of {WORK}")

    def _open_row(self, link: Locator) -> None:
        """By j and k where the rows are a table."""
        row = link.first.locator("xpath=ancestor::tr[1]")
        if row.count():
            here = row.evaluate("row => [...row.parentElement.querySelectorAll('tr:not(.group)')].indexOf(row)")
            self.page.keyboard.press("k")
            for _ in range(here):
                self.page.keyboard.press("j")
            assert row.evaluate("row => row.contains(document.activeElement)")
            assert self.page.evaluate("[...measures.focus(), ...measures.covered()]") == []
        self.press(link)

    # --- answering --------------------------------------------------------------------------------------------------

    def _answer(self, field: Locator, value: Any) -> None:
        kind = field.first.evaluate("e => e.type")
        if kind == "radio":
            self._choose(field, str(value))
        elif kind == "checkbox":
            self.reach(field)
            if field.is_checked() != bool(value):
                self.page.keyboard.press("Space")
        elif kind == "select-one":
            self.reach(field)
            self._roll(field, str(value))
        elif kind == "file":
            self.reach(field)
            with self.page.expect_file_chooser() as asked:
                self.page.keyboard.press("Enter")
            asked.value.set_files(value)
        elif kind == "date":
            self.reach(field)
            year, month, day = str(value).split("-")
            self.page.keyboard.type(f"{month}{day}{year}")
            assert field.input_value() == str(value)
        else:
            self.reach(field)
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(str(value)) if len(str(value)) < 40 else self.page.keyboard.insert_text(str(value))

    def _choose(self, field: Locator, value: str) -> None:
        """A group is one stop, and the arrows go from choice to choice."""
        chosen = field.and_(self.page.locator(":checked"))
        self.reach(field)
        if not chosen.count():
            self.page.keyboard.press("Space")
        for _ in range(field.count()):
            if chosen.get_attribute("value") == value:
                assert self.page.evaluate("measures.focus()") == []
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} is none of the choices")

    def _roll(self, field: Locator, value: str) -> None:
        values: list[str] = field.evaluate("e => [...e.options].map(option => option.value)")
        steps = values.index(value) - values.index(field.input_value())
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        assert field.input_value() == value
