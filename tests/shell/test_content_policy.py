"""Every page of the frame is drawn under the strict content policy, small, and from this host alone."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from cases.models import User
from cases.views.icon_sprite import symbols
from config.settings import STORAGES

OUTSIDE = re.compile(r"""(?:src|href|action)=["']?(?:https?:)?//""")
STATIC = re.compile(r'(?:src|href)="/static/([^"#]+)')
LIMIT = 120 * 1024
SHARED_SHEETS = ("tokens", "shell", "components", "forms", "tables", "case")


@pytest.fixture
def pages(client: Client, administrator: User) -> dict[str, str]:
    """Text of each page: public ones, error pages and, signed in, the component sheet."""
    client.raise_request_exception = False
    found = {"login": client.get(reverse("login")), "missing": client.get("/no/such/page/")}
    client.force_login(administrator)
    found["components"] = client.get(reverse("component_sheet"))
    found["missing, signed in"] = client.get("/no/such/page/")
    for name, response in found.items():
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "script-src 'self'" in policy, name
        assert "unsafe" not in policy, name
    return {name: response.content.decode() for name, response in found.items()}


def test_no_page_carries_inline_style_or_script(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        assert not re.search(r"\sstyle=", text), name
        assert "<style" not in text, name
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), name
        assert not re.search(r"\son[a-z]+=", text), name


def test_no_page_names_an_outside_host(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        assert not OUTSIDE.search(text), name


def test_every_page_with_its_files_stays_under_the_limit(pages: dict[str, str]) -> None:
    """As it travels, compressed, and with an empty browser cache."""
    for name, text in pages.items():
        files = {Path(str(finders.find(file))) for file in STATIC.findall(text)}
        assert files, name
        weight = len(gzip.compress(text.encode())) + sum(len(gzip.compress(file.read_bytes())) for file in files)
        assert weight <= LIMIT, (name, weight)


def test_style_sheets_together_stay_small() -> None:
    sheets = Path(settings.BASE_DIR, "static", "css").glob("*.css")
    assert sum(sheet.stat().st_size for sheet in sheets if sheet.stem in SHARED_SHEETS) <= 60 * 1024


def test_every_icon_that_a_template_names_exists() -> None:
    named = set()
    for template in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        named |= set(re.findall(r'{% icon "([^"]+)"', template.read_text(encoding="utf-8")))
    assert named
    assert named <= symbols().keys()


@pytest.mark.parametrize("sheet", SHARED_SHEETS)
def test_style_sheets_keep_to_what_chromium_93_knows(sheet: str) -> None:
    text = Path(str(finders.find(f"css/{sheet}.css"))).read_text(encoding="utf-8")
    for newer in (":has(", "oklch(", "color-mix(", "@layer", "@container", "&", "@import", "url(", "dvh"):
        assert newer not in text, newer


def test_no_regular_expression_follows_an_arrow() -> None:
    """There rjsmin takes it for a division, and what it holds for code; in parentheses it is known for what it is."""
    for script in Path(settings.BASE_DIR, "static", "js").glob("*.js"):
        assert not re.search(r"=>\s*/[^/*]", script.read_text(encoding="utf-8")), script.name


def without_comments(text: str) -> str:
    return re.sub(r"(?m)(^|[ ])//.*$", "", re.sub(r"(?s)/\*.*?\*/", "", text))


def test_our_files_are_collected_shorter_and_name_the_same_things(tmp_path: Path) -> None:
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=STORAGES):
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)  # over what is there
    for kind, names in (("css", r"[\w-]{4,}"), ("js", r"\w{4,}")):
        for source in Path(settings.BASE_DIR, "static", kind).glob(f"*.{kind}"):
            (served,) = (tmp_path / kind).glob(f"{source.stem}.????????????.{kind}")
            assert served.stat().st_size < source.stat().st_size * 0.85, source.name
            words = [re.findall(names, without_comments(each.read_text("utf-8"))) for each in (source, served)]
            assert words[0] == words[1], source.name
