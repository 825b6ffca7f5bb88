"""Write rows into an .xlsx as plain text, numbers and dates: no text ever becomes a formula or a link."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Final, cast

import xlsxwriter
import xlsxwriter.utility

from cases.acting import LEGAL_ZONE

Value = str | int | float | Decimal | bool | date | datetime | None
IN_MEMORY: Final = 8 * 1024 * 1024
LONGEST_CELL: Final = 32_767
CHOICES_SHEET: Final = "choices"
OFFERED_ROWS: Final = 10_000
"""Rows that have drop-down lists."""
_CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed day: the same rows give the same bytes


Sheet = tuple[str, Sequence[str], Iterable[Sequence[Value]], Sequence[int]]
"""Title, header, rows, widths in characters."""


def write_workbook(sheets: Iterable[Sheet], choices: Mapping[int, Sequence[str]] | None = None) -> IO[bytes]:
    """The sheets as an open temporary file at its start.

    Rows are written as they come, so any number of them needs little memory. `choices` are what a cell of the first
    sheet may be chosen from, by column; they stand on a sheet of their own at the end.
    """
    file = cast(IO[bytes], SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 - the caller closes it
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": True,
        },
    )
    book.set_properties({"created": _CREATED})
    head = book.add_format(
        {"bold": True, "bg_color": "#E6EFFB", "border": 1, "border_color": "#CBD4DF", "text_wrap": True}
    )
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    text = book.add_format({"num_format": "@"})
    for place, (title, header, rows, widths) in enumerate(sheets):
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, text)
        if place == 0 and choices:
            _offer(sheet, choices)
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, head)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, day, text)
    if choices:
        _list_choices(book.add_worksheet(CHOICES_SHEET), choices)
    book.close()
    file.seek(0)
    return file


def _offer(sheet: object, choices: Mapping[int, Sequence[str]]) -> None:
    """Drop-down lists; other words may be typed, the import says which it cannot read."""
    writer = cast("xlsxwriter.worksheet.Worksheet", sheet)
    for place, (column, words) in enumerate(choices.items()):
        letter = xlsxwriter.utility.xl_col_to_name(place)
        source = f"='{CHOICES_SHEET}'!${letter}$1:${letter}${len(words)}"
        options = {"validate": "list", "source": source, "error_type": "warning"}
        writer.data_validation(1, column, OFFERED_ROWS, column, options)


def _list_choices(sheet: object, choices: Mapping[int, Sequence[str]]) -> None:
    writer = cast("xlsxwriter.worksheet.Worksheet", sheet)
    for number in range(max(map(len, choices.values()))):
        for place, words in enumerate(choices.values()):
            if number < len(words):
                writer.write_string(number, place, words[number])
    writer.hide()


def _write(sheet: object, row: int, column: int, value: Value, day: object, text: object) -> None:
    writer = cast("xlsxwriter.worksheet.Worksheet", sheet)
    if value is None or value == "":
        return
    if isinstance(value, bool):
        writer.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal):
        writer.write_number(row, column, value)
    elif isinstance(value, datetime):
        writer.write_datetime(row, column, value.astimezone(LEGAL_ZONE).replace(tzinfo=None), day)
    elif isinstance(value, date):
        writer.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
    else:
        writer.write_string(row, column, value[:LONGEST_CELL], text)
