"""Every kind of page of the demo under the rules of axe for WCAG 2.2 AA: at a desk and on a phone, light and dark.

Which pages there are is found without a browser, by following links as each of the demo's people; it then comes to one
page of every kind, once in each language. Light and dark differ in colours alone, so that in the dark only the
rules about colours are asked.
"""

import fcntl
import json
import re
from collections import deque
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse
from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Page

from tests.browser.desk import DESKTOP, PHONE
from tests.browser.served import served_demo, sign_in
from tests.demo.conftest import copied_house, root_of
from workflow.demo.accounts import SHOWN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

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
FEWEST = 120
"""Kinds of pages the demo has at least."""


class Stop(NamedTuple):
    """A page to look at, and as whom."""

    username: str
    address: str


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


def tour(chromium: Browser, home: str) -> list[Stop]:
    """Each kind of page once, as the first holder of every post comes to it; and each step that is open, once."""
    found: dict[str, Stop] = {}
    posts: set[tuple[str, ...]] = set()
    for account in (None, *SHOWN):
        username = account.username if account else ""
        context = signed_in(chromium, home, username, "zh-hans")
        if account is None or account.roles not in posts:
            for kind, address in pages_of(context.request, home, "/" if account else "/verify/"):
                found.setdefault(kind, Stop(username, address.removeprefix(home)))
        if account:
            posts.add(account.roles)
            for work in context.request.get("/api/tasks/").json()["tasks"]:
                found.setdefault(f"task {work['step']}", Stop(username, reverse("task", args=[work["id"]])))
        context.close()
    return list(found.values())


def complaints(page: Page) -> Iterator[str]:
    page.evaluate(AXE)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        for scheme, asked in (("light", ["tag", RULES]), ("dark", ["rule", COLOURS])):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            for wrong in page.evaluate(ASK, asked):
                yield f"{size['width']} {scheme}: {wrong}"


def looked_over(chromium: Browser, home: str, stops: list[Stop], language: str) -> Iterator[str]:
    """What axe says of each page, with its address and for whom it was opened."""
    for username in dict.fromkeys(stop.username for stop in stops):
        context = signed_in(chromium, home, username, language)
        for address in (stop.address for stop in stops if stop.username == username):
            page = context.new_page()
            page.set_viewport_size(DESKTOP)
            page.goto(address)
            for wrong in complaints(page):
                yield f"{address} ({username or 'anybody'}) {wrong}"
            page.close()
        context.close()


@pytest.fixture(scope="session")
def stops(tmp_path_factory: pytest.TempPathFactory, demo_home: str, chromium: Browser) -> list[Stop]:
    """Found once by the processes of a run: their demos are copies of each other."""
    root = root_of(tmp_path_factory)
    kept = root / "stops.json"
    with (root / "stops.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_text(json.dumps(tour(chromium, demo_home)))
    return [Stop(*each) for each in json.loads(kept.read_text())]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_keeps_the_rules_of_axe(language: str, demo_home: str, stops: list[Stop], chromium: Browser) -> None:
    assert len(stops) > FEWEST
    found = list(looked_over(chromium, demo_home, stops, language))
    assert found == [], "\n".join(found)
