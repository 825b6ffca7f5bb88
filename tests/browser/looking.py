"""Looks one page over: at every width, in both schemes, by keyboard, and at how much it weighs."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from tests.browser.desk import Desk

MEASURES: Final = Path(__file__).with_name("measures.js").read_text(encoding="utf-8")
WIDTHS: Final = (1440, 390, 320)
HEAVIEST: Final = 120 * 1024
"""Bytes of markup, styles, script and icons that a page is read with, unpacked."""
OFFLINE: Final = 33 * 1024
"""What the page of an inspection carries beside: the program by which it works without network."""
TABS: Final = 12


def complaints_about(desk: Desk, addresses: Iterable[str]) -> list[str]:
    """Everything that is wrong with any of the pages, each named by its address."""
    found = [f"{address} {wrong}" for address in addresses for wrong in _of_page(desk, address)]
    return found + desk.watch.complaints


def _of_page(desk: Desk, address: str) -> Iterator[str]:
    page = desk.page
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    desk.open(address)
    page.evaluate(MEASURES)
    yield from _measured(page, "structure")
    yield from too_heavy(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            for wrong in [*_measured(page, "width"), *_measured(page, "contrast")]:
                yield f"{width} {scheme}: {wrong}"
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    for _ in range(TABS):
        page.keyboard.press("Tab")
        yield from _measured(page, "focus")


def too_heavy(page: Page) -> Iterator[str]:
    """Says what a page is made of that is heavier than it may be."""
    parts: dict[str, int] = page.evaluate("measures.parts()")
    allowed = HEAVIEST + (OFFLINE if any("/vault." in part for part in parts) else 0)
    if sum(parts.values()) > allowed:
        yield f"weighs {sum(parts.values())} bytes: {parts}"


def _measured(page: Page, what: str) -> list[str]:
    return [str(each) for each in page.evaluate(f"measures.{what}()")]
