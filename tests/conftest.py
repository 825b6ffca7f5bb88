"""What every test shares: fresh catalogues, quick hashing, own media, and triggers where migrations are skipped."""

import asyncio
import hashlib
import json
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

from cases.packs.published import forget_published

hypothesis_settings.register_profile("untimed", deadline=None)  # a busy machine fails no test
hypothesis_settings.load_profile("untimed")

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session", autouse=True)
def _catalogues_compiled() -> None:
    """The pages speak as the sources of the catalogues say, not as an older compilation did."""
    root = Path(__file__).resolve().parent.parent
    runpy.run_path(str(root / "bin" / "compile_messages.py"))["compile_messages"](root / "locale")


@pytest.fixture(autouse=True)
def _quick_and_clean(settings: Any, tmp_path: Path) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """One browser for all: Playwright cannot be started twice in a process."""
    from tests.chromium import running_chromium

    with running_chromium() as browser:
        yield browser


@pytest.fixture(autouse=True)
def _no_loop_of_the_browsers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Once a browser was started, Playwright's loop counts as running in this thread, and no other may be run."""
    if "chromium" in request.fixturenames:
        yield
        return
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(autouse=True)
def _no_published_packs_remembered() -> None:
    """What one test published is rolled back, and its keys come again: nothing of it may be remembered."""
    forget_published()


PRINTERS = {"notices", "notices_pdf", "casefile", "demo", "browser"}
"""Where documents are really printed; elsewhere a quick press stands in, for real pages take up to a second."""


def _quick_press(kind: str, facts: dict[str, Any], version: str = "") -> SimpleNamespace:
    """Bytes that look like a PDF and follow from the facts, as those of the real press do."""
    pdf = b"%PDF-1.7\n" + json.dumps([kind, facts, version], ensure_ascii=False, sort_keys=True).encode()
    return SimpleNamespace(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), pages=1, written="")


def _quick_gloss(kind: str, facts: dict[str, Any], original: Any) -> SimpleNamespace:
    return _quick_press(kind, facts, f"gloss of {original}")


def _quick_check(pdf: bytes, written: str) -> None:
    """What is no PDF cannot be read back."""


@pytest.fixture(autouse=True)
def _press(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not PRINTERS & set(request.path.parts):
        monkeypatch.setitem(sys.modules, "notices.pdf.render", SimpleNamespace(render=_quick_press))
        monkeypatch.setitem(sys.modules, "notices.pdf.gloss", SimpleNamespace(render_gloss=_quick_gloss))
        monkeypatch.setitem(sys.modules, "notices.pdf.check_print", SimpleNamespace(check_print=_quick_check))


_flush = TransactionTestCase._fixture_teardown


def _flush_past_the_triggers(self: TransactionTestCase) -> None:
    """Between transactional tests the tables are emptied row by row on SQLite, which our triggers rightly refuse."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
    _flush(self)  # which emits post_migrate, and so puts them back


TransactionTestCase._fixture_teardown = _flush_past_the_triggers  # type: ignore[method-assign]
