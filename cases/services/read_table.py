"""Read the first sheet of a workbook, or a CSV text, row by row as plain values; nothing in it is ever executed.

What kind of file it is, its content says, never its name. Neither is ever whole in memory: a workbook's sheet is parsed
as its zip is unpacked, a text is decoded as it is read.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Final

from cases.rules.errors import RuleError
from cases.services.read_sheet import require_workbook, sheet_rows
from cases.services.read_text import encoding_of, text_rows

Cell = str | int | float | bool | date | datetime | time | timedelta
MOST_ROWS: Final = 100_000
HEADER_WITHIN: Final = 10
MOST_COLUMNS: Final = 300
ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number as a spreadsheet shows it, the first being 1."""

    number: int
    cells: tuple[Cell, ...]


def is_workbook(file: IO[bytes]) -> bool:
    """Whether the file begins as a zip does; leaves it at its start."""
    file.seek(0)
    start = file.read(len(ZIP))
    file.seek(0)
    return start == ZIP


def require_table(file: IO[bytes]) -> None:
    """RuleError unless the file looks like a workbook or a text: asked before it is kept."""
    if is_workbook(file):
        try:
            with zipfile.ZipFile(file) as book:
                require_workbook(book)
        except (zipfile.BadZipFile, OSError) as error:
            raise RuleError("damaged", "The workbook is damaged.") from error
    else:
        encoding_of(file)
    file.seek(0)


def read_rows(file: IO[bytes]) -> Iterator[Row]:
    """All rows that hold anything, in order.

    RuleError: `empty`, `old_excel`, `not_a_table`, `encoding`, `damaged`, `too_many_rows`.
    """
    rows = sheet_rows(file) if is_workbook(file) else text_rows(file)
    filled = 0
    for number, cells in rows:
        if all(cell == "" for cell in cells):
            continue
        filled += 1
        if filled > MOST_ROWS + HEADER_WITHIN:
            raise RuleError("too_many_rows", "The file has too many rows.", limit=MOST_ROWS)
        yield Row(number, tuple(cells[:MOST_COLUMNS]))
