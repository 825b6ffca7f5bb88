"""Write rows into an .xlsx as plain text, numbers and dates: no text ever becomes a formula or a link."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Final, cast

import xlsxwriter

from cases.acting import LEGAL_ZONE

Value = str | int | float | Decimal | bool | date | datetime | None
IN_MEMORY: Final = 8 * 1024 * 1024
LONGEST_CELL: Final = 32_767
_CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed day: the same rows give the same bytes


def write_workbook(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Value]], Sequence[int]]]) -> IO[bytes]:
    """The sheets, each (title, header, rows, widths in characters), as an open temporary file at its start.

    Rows are written as they come, so any number of them needs little memory.
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
    for title, header, rows, widths in sheets:
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, text)
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, head)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, day, text)
    book.close()
    file.seek(0)
    return file


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
