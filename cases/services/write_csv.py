"""Write rows as CSV, line by line, such that no text ever becomes a formula in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

Value = str | int | float | Decimal | date | None
BYTE_ORDER_MARK: Final = "\ufeff"
"""Excel takes a file without it for the system's own encoding and shows Chinese as rubbish."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets, full-width ones among them, take for the beginning of a formula."""


class _Line:
    """What a csv writer writes into: it hands each line back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The lines of the file, UTF-8 with a byte order mark; any number of rows needs little memory."""
    writer = csv.writer(_Line())
    yield (BYTE_ORDER_MARK + writer.writerow([_plain(cell) for cell in header])).encode()
    for row in rows:
        yield writer.writerow([_plain(cell) for cell in row]).encode()


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return value.isoformat() if isinstance(value, date) else str(value)
    return f"'{value}" if value.startswith(_FORMULA) else value
