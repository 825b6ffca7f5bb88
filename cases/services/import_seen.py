"""Which keys the rows of a file had so far, on disk: a hundred thousand of them cost no memory."""

import sqlite3
from collections.abc import Iterable
from typing import Any, Final

_TABLE: Final = "CREATE TABLE seen (key TEXT PRIMARY KEY, number INTEGER, place INTEGER, offset INTEGER) WITHOUT ROWID"
_PAGES: Final = -2000  # kilobytes of cache


class SeenKeys:
    """Remembers the first row of every key: its number, its place among the rows, and where its line begins."""

    def __init__(self) -> None:
        self._keys = sqlite3.connect("")  # a database of its own in a temporary file, gone when closed
        self._keys.execute(f"PRAGMA cache_size={_PAGES}")
        self._keys.execute(_TABLE)

    def __enter__(self) -> "SeenKeys":
        return self

    def __exit__(self, *_exception: Any) -> None:
        self._keys.close()

    def first(self, key: str) -> tuple[int, int, int] | None:
        """Number, place and offset of the first row that had the key; None if there was none."""
        row: tuple[int, int, int] | None = self._keys.execute(
            "SELECT number, place, offset FROM seen WHERE key = ?", (key,)
        ).fetchone()
        return row

    def note(self, keys: Iterable[str], number: int, place: int, offset: int) -> None:
        """This row has these keys; an earlier row keeps those it had."""
        rows = [(key, number, place, offset) for key in keys]
        self._keys.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?)", rows)
