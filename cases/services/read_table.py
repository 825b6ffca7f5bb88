"""Read the first sheet of a workbook, or a CSV text, into rows of plain values; nothing in it is ever executed.

What kind of file it is, its content says, never its name.
"""

import csv
import io
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook

from cases.rules.errors import RuleError

Cell = str | int | float | bool | date | datetime | time | timedelta
MOST_ROWS: Final = 100_000
MOST_UNPACKED: Final = 512 * 1024 * 1024
"""Bytes a workbook may hold unpacked: a small zip can hide any amount."""
HEADER_WITHIN: Final = 10
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKS: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BINARY: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
ZIP: Final = b"PK\x03\x04"
_PLACE: Final = re.compile(r"([A-Z]+)([0-9]+)")


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number as a spreadsheet shows it, the first being 1."""

    number: int
    cells: tuple[Cell, ...]


def require_table(content: bytes) -> None:
    """RuleError unless the content looks like a workbook or a text: asked before a file is kept."""
    if not content.strip():
        raise RuleError("empty", "The file is empty.")
    if content.startswith(ZIP):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                _require_workbook(book)
        except (zipfile.BadZipFile, OSError) as error:
            raise RuleError("damaged", "The workbook is damaged.") from error
    else:
        _readable_text(content)


def read_rows(content: bytes) -> Iterator[Row]:
    """All rows that hold anything, in order.

    RuleError: `empty`, `old_excel`, `not_a_table`, `encoding`, `damaged`, `too_many_rows`.
    """
    require_table(content)
    rows = _sheet_rows(content) if content.startswith(ZIP) else _text_rows(content)
    filled = 0
    for number, cells in enumerate(rows, start=1):
        if all(cell == "" for cell in cells):
            continue
        filled += 1
        if filled > MOST_ROWS + HEADER_WITHIN:
            raise RuleError("too_many_rows", "The file has too many rows.", limit=MOST_ROWS)
        yield Row(number, tuple(cells))


def _sheet_rows(content: bytes) -> Iterator[list[Cell]]:
    """Rows of the first sheet; a formula comes as its text, not as what somebody's program once computed."""
    formulas = _formulas(content)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except CalamineError as error:
        raise RuleError("damaged", "The workbook is damaged.") from error
    for number, row in enumerate(rows, start=1):
        cells = list(row)
        for column, text in formulas.get(number, {}).items():
            if column < len(cells):
                cells[column] = text
        yield cells


def _formulas(content: bytes) -> dict[int, dict[int, str]]:
    """Formulas of the first sheet by row number and column index, each as the text `=…`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            # The sizes are only claims; testzip reads no further than they say and then misses the checksum.
            if sum(part.file_size for part in book.infolist()) > MOST_UNPACKED or book.testzip() is not None:
                raise RuleError("damaged", "The workbook is damaged or too large when unpacked.")
            sheet = book.read(_first_sheet(book))
        return _formulas_in(sheet) if b"<f" in sheet else {}
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, OSError, NotImplementedError, RuntimeError) as error:
        raise RuleError("damaged", "The workbook is damaged.") from error


def _require_workbook(book: zipfile.ZipFile) -> None:
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(book.namelist()):
        raise RuleError("not_a_table", "This is not a workbook.")


def _first_sheet(book: zipfile.ZipFile) -> str:
    """Path of the first sheet within the workbook's zip; KeyError where there is none."""
    sheets = _tree(book.read("xl/workbook.xml")).find(f"{_MAIN}sheets")
    if sheets is None or not len(sheets):
        raise KeyError("no sheet")
    wanted = sheets[0].get(f"{_LINKS}id")
    for link in _tree(book.read("xl/_rels/workbook.xml.rels")):
        if link.get("Id") == wanted:
            target = link.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError(wanted)


def _tree(part: bytes) -> ElementTree.Element:
    """The part as a tree; one with a document type, which no workbook has, could expand without end."""
    if b"<!DOCTYPE" in part:
        raise RuleError("damaged", "The workbook declares a document type.")
    return ElementTree.fromstring(part)  # noqa: S314 - no document type, hence no entities


def _formulas_in(sheet: bytes) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    if b"<!DOCTYPE" in sheet:
        raise RuleError("damaged", "The workbook declares a document type.")
    for _event, cell in ElementTree.iterparse(io.BytesIO(sheet)):  # noqa: S314 - no document type, hence no entities
        if cell.tag != f"{_MAIN}c":
            continue
        formula = cell.find(f"{_MAIN}f")
        place = _PLACE.fullmatch(cell.get("r", ""))
        if formula is not None and place is not None:
            found.setdefault(int(place[2]), {})[_column_index(place[1])] = f"={formula.text or ''}"
        cell.clear()
    return found


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _readable_text(content: bytes) -> str:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise RuleError("old_excel", "This is an old or protected Excel file.")
    text = _decoded(content)
    if _BINARY.search(text):
        raise RuleError("not_a_table", "This is not a table.")
    return text


def _text_rows(content: bytes) -> Iterator[list[Cell]]:
    text = _readable_text(content)
    first_line = text.lstrip().split("\n", 1)[0]
    delimiter = max(",\t;，", key=first_line.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield list(row)
    except csv.Error as error:
        raise RuleError("not_a_table", "This is not a table.") from error


def _decoded(content: bytes) -> str:
    """Text of a file that says UTF-16 by its mark, or is UTF-8, or else GB 18030, as Excel writes in China."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    binary = b"\0" in content
    raise RuleError("not_a_table" if binary else "encoding", "The text cannot be read.")
