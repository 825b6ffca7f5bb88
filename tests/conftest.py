"""What every test shares: a quick hasher, media in a folder of its own, and triggers where migrations are skipped."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

from cases.models import triggers


@pytest.fixture(autouse=True)
def _quick_and_clean(settings: Any, tmp_path: Path) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


_flush = TransactionTestCase._fixture_teardown


def _flush_past_the_triggers(self: TransactionTestCase) -> None:
    """Between transactional tests the tables are emptied row by row on SQLite, which our triggers rightly refuse."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
    _flush(self)
    triggers.install()


TransactionTestCase._fixture_teardown = _flush_past_the_triggers  # type: ignore[method-assign]
