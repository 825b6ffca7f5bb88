"""Every kind of page of the demo under the rules of axe for WCAG 2.2 AA: at a desk and on a phone, light and dark.

Which pages there are is found without a browser, by following links as the first holder of every post; the browser then
comes to one page of every kind, once in each language. Light and dark differ in colours alone, so that in the dark only
the rules about colours are asked.
"""

import re
from collections import deque
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse
from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Page

from tests.browser.desk import DESKTOP, PHONE
from tests.browser.served import served_demo, sign_in
from tests.demo.conftest import copied_house, root_of
from workflow.demo.accounts import SHOWN

pytestmark = [pytest.mark.browser, pytest.mark.axe]

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS = ("color-contrast", "link-in-text-block")
ASK = """async ([type, values]) => {
  const options = {runOnly: {type, values}, resultTypes: ["violations"], preload: false};
  const answer = await axe.run(document, options);
  return answer.violations.map((rule) => {
    const where = rule.nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.html.slice(0, 160)}`);
    return `${rule.id} (${rule.help}), ${rule.nodes.length} times: ${where.join(" | ")}`;
  });
}"""
HREF = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
NO_PAGES = (".pdf", ".xlsx", ".zip", ".png", ".bpmn", "/xlsx/", "/csv/", "/export/", "/rejects/", "/template/")
FEWEST = 40
"""Kinds of pages that anybody who is signed in comes to at least."""
DESKS = ["", *{account.roles: account.username for account in reversed(SHOWN)}.values()]
"""Nobody, and the first holder of every post."""


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_demo(copied_house(tmp_path_factory, "served")) as home:
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


def pages_of(asked: APIRequestContext, home: str, start: str) -> Iterator[tuple[str, str]]:
    """One page of every kind that links lead to from the first, as (kind, address)."""
    seen: set[str] = set()
    ahead = deque([home + start])
    while ahead:
        address = ahead.popleft().partition("#")[0]
        kind = kind_of(address)
        if not address.startswith(home) or not kind or kind in seen:
            continue
        seen.add(kind)
        answer = asked.get(address)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        ahead.extend(urljoin(answer.url, href.replace("&amp;", "&")) for href in HREF.findall(answer.text()))
        yield kind, address


def signed_in(chromium: Browser, home: str, username: str, language: str) -> BrowserContext:
    context = chromium.new_context(viewport=DESKTOP, bypass_csp=True, base_url=home, reduced_motion="reduce")
    context.add_cookies([{"name": "django_language", "value": language, "url": home}])
    if username:
        page = context.new_page()
        sign_in(page, username)
        page.click(f".lang button[value={language}]")
        page.wait_for_load_state()
        page.close()
    return context


def stops_of(context: BrowserContext, home: str, username: str) -> Iterator[tuple[str, str]]:
    """Each kind of page that this person comes to, and each step open on their desk, as (kind, address)."""
    yield from pages_of(context.request, home, "/" if username else "/verify/")
    if username:
        for work in context.request.get("/api/tasks/").json()["tasks"]:
            yield f"task {work['step']}", home + reverse("task", args=[work["id"]])


def is_first(claims: Path, kind: str) -> bool:
    """Whether no other process of this run has come to such a page before."""
    try:
        (claims / quote(kind, safe="")).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def complaints(page: Page) -> Iterator[str]:
    page.evaluate(AXE)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        for scheme, asked in (("light", ["tag", RULES]), ("dark", ["rule", COLOURS])):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            for wrong in page.evaluate(ASK, asked):
                yield f"{size['width']} {scheme}: {wrong}"


def looked_over(chromium: Browser, home: str, username: str, language: str, addresses: list[str]) -> Iterator[str]:
    """What axe says of each page, with its address and for whom it was opened."""
    context = signed_in(chromium, home, username, language)
    for address in addresses:
        page = context.new_page()
        page.goto(address)
        for wrong in complaints(page):
            yield f"{address.removeprefix(home)} ({username or 'anybody'}, {language}) {wrong}"
        page.close()
    context.close()


@pytest.mark.parametrize("username", DESKS)
def test_every_page_keeps_the_rules_of_axe(
    username: str, demo_home: str, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A kind of page is looked at for the first who comes to it, so that the processes of a run share the work."""
    claims = root_of(tmp_path_factory) / "kinds"
    claims.mkdir(exist_ok=True)
    context = signed_in(chromium, demo_home, username, "zh-hans")
    stops = list(stops_of(context, demo_home, username))
    context.close()
    assert len(stops) >= (FEWEST if username else 3)
    mine = [address for kind, address in stops if is_first(claims, kind)]
    found = [
        wrong for language in ("zh-hans", "en") for wrong in looked_over(chromium, demo_home, username, language, mine)
    ]
    assert found == [], "\n".join(found)
