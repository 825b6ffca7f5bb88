"""The main pages look as they did when somebody last looked at them.

`APPROVE=1 bin/test tests/browser/test_snapshots.py -m slow` takes all of them anew into `approved/`; look at what
changed, then commit.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.browser.desk import DESKTOP, PHONE
from tests.browser.served import served_demo, sign_in
from tests.demo.conftest import copied_house
from tests.pictures import difference, png

pytestmark = [pytest.mark.browser, pytest.mark.slow]

APPROVED = Path(__file__).parent / "approved"
TOLERATED = 0.002  # of the pixels of a page: letters may be smoothed otherwise, nothing may move
TALLEST = 2400  # of a page, in pixels: beyond it there is only more of the same
HALF = 2
PAGES = {
    "inbox": ("wangjg", "/tasks/"),
    "queue": ("wangjg", "/tasks/queue/"),
    "step": ("wangjg", "/tasks/ a[href^='/tasks/'].btn-primary"),
    "case": ("wangjg", "/cases/ main a[href^='/cases/']:not([href*='?']):not([href*='new']):not([href*='export'])"),
    "approvals": ("limin", "/approvals/"),
    "oversight": ("wufang", "/oversight/"),
    "enterprises": ("wangjg", "/enterprises/"),
    "enterprise": ("wangjg", "/enterprises/ main td a[href^='/enterprises/']"),
    "documents": ("wangjg", "/documents/"),
    "lists": ("sunyue", "/lists/supervision/"),
    "notifications": ("wangjg", "/notifications/"),
    "verify": ("", "/verify/"),
}
"""Who looks at what: an address, and which link on that page to follow where the page has no fixed address."""


@pytest.fixture(scope="module")
def frozen_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_demo(copied_house(tmp_path_factory, "frozen"), settings="tests.browser.frozen_settings") as home:
        yield home


def pictures(browser: Browser, home: str) -> Iterator[tuple[str, Image.Image]]:
    """Every main page at a desk and on a phone, in grey and half its size."""
    for username in dict.fromkeys(who for who, _where in PAGES.values()):
        context = browser.new_context(viewport=DESKTOP, base_url=home, reduced_motion="reduce")
        page = context.new_page()
        if username:
            sign_in(page, username)
        for name, (who, where) in PAGES.items():
            if who != username:
                continue
            address, _, link = where.partition(" ")
            page.set_viewport_size(DESKTOP)
            page.goto(address)
            if link:
                page.goto(str(page.locator(link).first.get_attribute("href")))
            for size, suffix in ((DESKTOP, "desk"), (PHONE, "phone")):
                page.set_viewport_size(size)
                with Image.open(io.BytesIO(page.screenshot(full_page=True, animations="disabled"))) as shot:
                    cut = shot.convert("L").crop((0, 0, shot.width, min(shot.height, TALLEST)))
                yield f"{name}-{suffix}", cut.resize((cut.width // HALF, cut.height // HALF), Image.Resampling.BOX)
        context.close()


def test_the_main_pages_look_as_approved(frozen_home: str, chromium: Browser, tmp_path: Path) -> None:
    if os.environ.get("APPROVE"):
        for path in APPROVED.glob("*.png"):
            path.unlink()
        for name, picture in pictures(chromium, frozen_home):
            (APPROVED / f"{name}.png").write_bytes(png(picture))
    wrong = []
    names = set()
    for name, picture in pictures(chromium, frozen_home):
        names.add(name)
        with Image.open(APPROVED / f"{name}.png") as kept:
            share, shown = difference(kept.convert("L"), picture)
        if share > TOLERATED:
            shown.save(tmp_path / f"{name}.png")
            wrong.append(f"{name} differs in {share:.2%} of its pixels, red in {tmp_path / name}.png")
    assert wrong == []
    assert names == {path.stem for path in APPROVED.glob("*.png")}
