"""Takes the pictures of the documentation from the demo, in both languages: ``bin/take_pictures``.

Fills a demo of its own (its data follow from a seed, so that two runs differ in dates alone), serves it, signs in as
its people and writes ``docs/images/<language>/<name>.png``. ``--url`` takes them from a demo that is already served.
"""

import argparse
import io
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from typing import Final
from urllib.error import URLError

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.chromium import running_chromium
from workflow.demo.accounts import PASSWORD

ROOT: Final = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 1200, 800
HEAVIEST: Final = 150_000
"""Bytes of a picture at most."""
PALETTES: Final = (128, 96, 64, 48, 32)
"""Colours tried in turn until a picture is light enough."""
LANGUAGES: Final = {"zh": "zh-hans", "en": "en"}
PATIENCE: Final = 120
"""Seconds until the server must answer."""

Finder = Callable[[Page], str]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: whose desk, which page, and what is opened on it before it is taken."""

    name: str
    account: str
    find: Finder
    opened: tuple[str, ...] = ()
    show: str = ""
    """What the picture begins with, where that is not the top of the page."""


def at(address: str) -> Finder:
    return lambda page: address


def _work(page: Page, step: str) -> dict[str, object]:
    rows = page.request.get("/api/tasks/").json()["tasks"]
    found = next((row for row in rows if row["step"] == step), None)
    assert found, f"nobody at this desk has the step {step}"
    return dict(found)


def task(step: str) -> Finder:
    return lambda page: f"/tasks/{_work(page, step)['id']}/"


def case(step: str, rest: str = "") -> Finder:
    def find(page: Page) -> str:
        about = _work(page, step)["case"]
        assert isinstance(about, dict)
        return f"/cases/{about['id']}/{rest}"

    return find


def first(address: str, wanted: str) -> Finder:
    """The first page that a list leads to whose address matches as a whole."""

    def find(page: Page) -> str:
        page.goto(address)
        links = page.locator("main a[href]").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
        return str(next(link for link in links if re.fullmatch(wanted, link)))

    return find


def started_tour(page: Page) -> str:
    page.goto("/tour/")
    page.locator("form[action='/tour/start/'] button").first.click()
    page.wait_for_load_state()
    page.locator(".tour button[name=place].btn-primary").click()
    page.wait_for_load_state()
    return page.url


PICTURES: Final = (
    Picture("sign-in", "", at("/login/")),
    Picture("inbox", "wangjg", at("/tasks/")),
    Picture("inspection", "wangjg", task("inspect"), show="[data-question]"),
    Picture("step", "zhougq", task("decide_grassroots"), (".step-about", ".task-head details.clause")),
    Picture("case", "limin", case("decide_measures")),
    Picture(
        "grounds", "limin", case("decide_measures", "?tab=grounds"), (".grounds li:nth-child(2) .clause",), "#tabs"
    ),
    Picture("approvals", "limin", at("/approvals/")),
    Picture("deadlines", "duchao", at("/oversight/")),
    Picture("document", "limin", first("/documents/?state=issued", r"/documents/\d+/")),
    Picture("lists", "sunyue", at("/lists/supervision/")),
    Picture("enterprises", "guanyu", at("/enterprises/")),
    Picture("tour", "limin", started_tour),
)


def take(browser: Browser, home: str, out: Path) -> None:
    """Every picture in every language."""
    for short, language in LANGUAGES.items():
        folder = out / short
        folder.mkdir(parents=True, exist_ok=True)
        for account in dict.fromkeys(picture.account for picture in PICTURES):
            with _desk(browser, home, account, language) as page:
                for picture in PICTURES:
                    if picture.account == account:
                        path = folder / f"{picture.name}.png"
                        path.write_bytes(_light(_taken(page, picture)))
                        print(f"{path.relative_to(out)} {path.stat().st_size // 1024} KB", flush=True)


@contextmanager
def _desk(browser: Browser, home: str, account: str, language: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, base_url=home, color_scheme="light", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto("/login/")
    if account:
        page.fill("[name=username] >> nth=0", account)
        page.fill("[name=password] >> nth=0", PASSWORD)
        page.locator("form[action='/login/'] button.btn-primary").click()
        page.wait_for_url(lambda url: "/login/" not in url)
    page.locator(f"button[name=language][value='{language}']:visible").first.click()
    page.wait_for_load_state()
    if (decline := page.locator(".tour form[action='/tour/end/'] button")).count():
        decline.click()
        page.wait_for_load_state()
    yield page
    context.close()


def _taken(page: Page, picture: Picture) -> bytes:
    page.goto(picture.find(page))
    for what in picture.opened:
        page.locator(what).first.evaluate("element => { element.open = true; }")
    if picture.show:
        page.locator(picture.show).first.evaluate(
            "element => window.scrollTo(0, element.getBoundingClientRect().top - 80)"
        )
    page.evaluate("document.activeElement?.blur()")
    return page.screenshot(animations="disabled", caret="hide")


def _light(taken: bytes) -> bytes:
    """The picture with a palette small enough for its weight; ValueError where none is."""
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    for colours in PALETTES:
        kept = io.BytesIO()
        palette = image.quantize(colors=colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        palette.save(kept, "PNG", optimize=True)
        if kept.tell() <= HEAVIEST:
            return kept.getvalue()
    raise ValueError(f"a picture stays heavier than {HEAVIEST} bytes")


@contextmanager
def served(var: Path) -> Iterator[str]:
    """A demo of our own, filled where it is empty, and its address."""
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = f"http://127.0.0.1:{port}"
    var.mkdir(parents=True, exist_ok=True)
    mail = "django.core.mail.backends.dummy.EmailBackend"
    given = {"DEMO": "1", "VAR_DIR": str(var), "PUBLIC_URL": home, "EMAIL_BACKEND": mail}
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | given
    manage = [sys.executable, "manage.py"]
    for command in (["migrate"], ["seed_demo", "--if-empty"], ["collectstatic", "--noinput"]):
        subprocess.run([*manage, *command, "--verbosity", "0"], cwd=ROOT, env=environment, check=True)
    server = subprocess.Popen([*manage, "runserver", "--noreload", str(port)], cwd=ROOT, env=environment)
    try:
        _wait_for(home)
        yield home
    finally:
        server.terminate()
        server.wait()


def _wait_for(home: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"{home}/login/").close()
            return
        except URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def main() -> None:
    parser = argparse.ArgumentParser(prog="take_pictures", description="Take the pictures of the documentation.")
    parser.add_argument("--url", help="a demo that is served already; else one is filled and served for this")
    parser.add_argument("--var", type=Path, default=ROOT / "var" / "pictures", help="where that demo is kept")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    arguments = parser.parse_args()
    with running_chromium() as browser:
        if arguments.url:
            take(browser, arguments.url, arguments.out)
        else:
            with served(arguments.var.resolve()) as home:
                take(browser, home, arguments.out)


if __name__ == "__main__":
    main()
