"""Every page of the demo under the rules of axe for WCAG 2.2 AA: at a desk and on a phone, light and dark."""

from collections import deque
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Error, Page

from tests.browser.desk import DESKTOP, PHONE
from tests.browser.served import served_demo, sign_in
from workflow.demo.accounts import SHOWN

pytestmark = [pytest.mark.browser, pytest.mark.axe]

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ASK = """async (rules) => {
  const answer = await axe.run(document, {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]});
  return answer.violations.map((rule) => `${rule.id}: ${rule.help}: ${rule.nodes[0].html.slice(0, 200)}`);
}"""
LINKS = "[...document.querySelectorAll('a[href]')].map((link) => new URL(link.getAttribute('href'), location).href)"
LOOKS = [(size, scheme) for size in (DESKTOP, PHONE) for scheme in ("light", "dark")]
NO_PAGES = (".pdf", ".xlsx", ".zip", ".png", ".bpmn", "/xlsx/", "/csv/", "/export/", "/rejects/", "/template/")


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_demo(tmp_path_factory.mktemp("served") / "house") as home:
        yield home


def kind_of(address: str) -> str:
    """What kind of page this is: the name of its address with the tab it shows; empty for what is no page."""
    parts = urlsplit(address)
    if parts.path.endswith(NO_PAGES):
        return ""
    try:
        name = resolve(parts.path).url_name or ""
    except Resolver404:
        return ""
    shown = [part for part in parts.query.split("&") if part.startswith(("tab=", "show="))]
    return f"{name} {' '.join(shown)}" if name else ""


def pages_of(page: Page, home: str, start: str) -> Iterator[str]:
    """One page of every kind that links lead to from the first."""
    seen: set[str] = set()
    ahead = deque([home + start])
    while ahead:
        address = ahead.popleft().partition("#")[0]
        kind = kind_of(address)
        if not address.startswith(home) or not kind or kind in seen:
            continue
        seen.add(kind)
        try:
            answer = page.goto(address)
        except Error as error:
            if "Download is starting" in error.message:
                continue
            raise
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        ahead.extend(page.evaluate(LINKS))
        yield address


def complaints(page: Page) -> Iterator[str]:
    page.evaluate(AXE)
    for size, scheme in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        for wrong in page.evaluate(ASK, RULES):
            yield f"{size['width']} {scheme}: {wrong}"
    page.set_viewport_size(DESKTOP)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_keeps_the_rules_of_axe(language: str, demo_home: str, chromium: Browser, tmp_path: Path) -> None:
    """Each kind of page once, with the first account that comes to it."""
    looked_at: set[str] = set()
    found: list[str] = []
    for username in ["", *(account.username for account in SHOWN)]:
        context = chromium.new_context(viewport=DESKTOP, bypass_csp=True, base_url=demo_home)
        context.add_cookies([{"name": "django_language", "value": language, "url": demo_home}])
        page = context.new_page()
        if username:
            sign_in(page, username)
            page.click(f".lang button[value={language}]")
            page.wait_for_load_state()
        for address in pages_of(page, demo_home, "/" if username else "/verify/"):
            kind = kind_of(address)
            if kind not in looked_at:
                looked_at.add(kind)
                found += [f"{address.removeprefix(demo_home)} ({username}) {wrong}" for wrong in complaints(page)]
        context.close()
    assert found == []
    assert len(looked_at) > 120
