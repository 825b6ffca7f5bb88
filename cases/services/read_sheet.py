"""Read the first sheet of an .xlsx as its zip is unpacked: one row at a time, formulas as their text, never computed.

The texts that a workbook shares between its cells lie in a temporary file, so that memory stays flat whatever the size.
"""

import re
import zipfile
from array import array
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from tempfile import TemporaryFile
from typing import IO, Any, Final
from xml.parsers import expat

from cases.rules.errors import RuleError

SheetCell = str | float | bool | date | datetime | timedelta
MOST_UNPACKED: Final = 512 * 1024 * 1024
"""Bytes a workbook may hold unpacked: a small zip can hide any amount."""
LONGEST_TEXT: Final = 100_000
MOST_SMALL_PART: Final = 16 * 1024 * 1024
_PIECE: Final = 64 * 1024
_PLACE: Final = re.compile(r"([A-Z]{1,3})[0-9]+")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATE_FORMATS: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_IN_FORMAT: Final = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LAST_SERIAL: Final = 2_958_465  # 9999-12-31
_BEFORE_1900_LEAP_DAY: Final = 60
_BROKEN: Final = (
    zipfile.BadZipFile,
    KeyError,
    expat.ExpatError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_DAMAGED: Final = "The workbook is damaged."


def require_workbook(book: zipfile.ZipFile) -> None:
    """RuleError unless the zip holds what every workbook holds."""
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(book.namelist()):
        raise RuleError("not_a_table", "This is not a workbook.")


def sheet_rows(file: IO[bytes]) -> Iterator[tuple[int, list[SheetCell]]]:
    """Row number and cells, without the empty ones at the end, of every row that is written down; in order.

    RuleError: `not_a_table`, `damaged`.
    """
    try:
        with zipfile.ZipFile(file) as book:
            require_workbook(book)
            # The sizes are only claims; testzip reads no further than they say and then misses the checksum.
            if sum(part.file_size for part in book.infolist()) > MOST_UNPACKED or book.testzip() is not None:
                raise RuleError("damaged", "The workbook is damaged or too large when unpacked.")
            path, since_1904 = _first_sheet(book)
            with _SharedTexts() as texts:
                texts.read(book)
                yield from _Sheet(texts, _date_styles(book), since_1904).rows(book, path)
    except _BROKEN as error:
        raise RuleError("damaged", _DAMAGED) from error


# --- XML ----------------------------------------------------------------------------------------------------------


def _local(name: str) -> str:
    """The name without its prefix; some programs write `x:row`."""
    return name.rpartition(":")[2]


def _no_doctype(*_arguments: Any) -> None:
    """No workbook has a document type, and one could expand without end."""
    raise RuleError("damaged", "The workbook declares a document type.")


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.buffer_text = True
    return parser


def _parse(book: zipfile.ZipFile, path: str, parser: expat.XMLParserType) -> Iterator[None]:
    """Feed a part to the parser piece by piece; a step each, so that the caller can take what has come out."""
    with book.open(path) as part:
        while piece := part.read(_PIECE):
            parser.Parse(piece, False)
            yield
        parser.Parse(b"", True)
        yield


def _tags(book: zipfile.ZipFile, path: str) -> list[tuple[str, dict[str, str]]]:
    """Every tag of a small part in order, with its attributes by local name; an end tag as `/name`."""
    if book.getinfo(path).file_size > MOST_SMALL_PART:
        raise RuleError("damaged", _DAMAGED)
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser()
    parser.StartElementHandler = lambda name, attributes: found.append(
        (_local(name), {_local(key): value for key, value in attributes.items()})
    )
    parser.EndElementHandler = lambda name: found.append((f"/{_local(name)}", {}))
    for _piece in _parse(book, path, parser):
        pass
    return found


def _first_sheet(book: zipfile.ZipFile) -> tuple[str, bool]:
    """Path of the first sheet within the zip, and whether days count from 1904; KeyError where there is none."""
    tags = _tags(book, "xl/workbook.xml")
    since_1904 = any(name == "workbookPr" and tag.get("date1904") in {"1", "true"} for name, tag in tags)
    wanted = next((tag["id"] for name, tag in tags if name == "sheet"), None)
    for _name, link in _tags(book, "xl/_rels/workbook.xml.rels"):
        if wanted is not None and link.get("Id") == wanted:
            target = link.get("Target", "")
            return (target.lstrip("/") if target.startswith("/") else f"xl/{target}"), since_1904
    raise KeyError(wanted)


def _date_styles(book: zipfile.ZipFile) -> tuple[bool, ...]:
    """For each cell style whether it shows a number as a day."""
    if "xl/styles.xml" not in book.namelist():
        return ()
    tags = _tags(book, "xl/styles.xml")
    own = {tag["numFmtId"]: _is_date(tag.get("formatCode", "")) for name, tag in tags if name == "numFmt"}
    styles, within = [], False
    for name, tag in tags:
        if name in {"cellXfs", "/cellXfs"}:
            within = name == "cellXfs"
        elif name == "xf" and within:
            number = tag.get("numFmtId", "0")
            styles.append(own.get(number, int(number) in _DATE_FORMATS))
    return tuple(styles)


def _is_date(format_code: str) -> bool:
    return re.search("[ymdhs]", _NOT_IN_FORMAT.sub("", format_code), re.IGNORECASE) is not None


def _unescaped(text: str) -> str:
    """Excel writes what XML cannot hold as `_x000D_`."""
    return _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), text) if "_x" in text else text


# --- texts that cells share ---------------------------------------------------------------------------------------


class _SharedTexts:
    """The workbook's table of texts, on disk; eight bytes a text stay in memory."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed at the end of the context
        self._ends = array("Q", [0])
        self._parts: list[str] = []
        self._inside = self._phonetic = False
        self.text: Callable[[int], str] = lru_cache(maxsize=2048)(self._read)

    def __enter__(self) -> "_SharedTexts":
        return self

    def __exit__(self, *_exception: Any) -> None:
        self._file.close()

    def read(self, book: zipfile.ZipFile) -> None:
        if "xl/sharedStrings.xml" not in book.namelist():
            return
        parser = _parser()
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._finish
        parser.CharacterDataHandler = self._add
        for _piece in _parse(book, "xl/sharedStrings.xml", parser):
            pass
        self._file.flush()

    def _begin(self, name: str, _attributes: dict[str, str]) -> None:
        name = _local(name)
        self._phonetic = self._phonetic or name == "rPh"
        self._inside = name == "t" and not self._phonetic

    def _finish(self, name: str) -> None:
        name = _local(name)
        self._inside = False
        if name == "rPh":
            self._phonetic = False
        elif name == "si":
            text = _unescaped("".join(self._parts)).encode("utf-8", "surrogatepass")
            self._parts.clear()
            self._file.write(text)
            self._ends.append(self._ends[-1] + len(text))

    def _add(self, text: str) -> None:
        if self._inside:
            self._parts.append(text)

    def _read(self, number: int) -> str:
        if not 0 <= number < len(self._ends) - 1:
            raise RuleError("damaged", _DAMAGED)
        start, end = self._ends[number], self._ends[number + 1]
        self._file.seek(start)
        return self._file.read(end - start).decode("utf-8", "surrogatepass")


# --- rows ------------------------------------------------------------------------------------------------------------


class _Sheet:
    """Collects the cells of a row while the parser walks through it."""

    def __init__(self, texts: _SharedTexts, date_styles: tuple[bool, ...], since_1904: bool) -> None:
        self._texts = texts
        self._date_styles = date_styles
        self._since_1904 = since_1904
        self._ready: list[tuple[int, list[SheetCell]]] = []
        self._number = 0
        self._cells: list[SheetCell] = []
        self._column = -1
        self._kind = self._style = ""
        self._parts: list[str] = []
        self._length = 0
        self._value: str | None = None
        self._formula: str | None = None
        self._inside = self._phonetic = False

    def rows(self, book: zipfile.ZipFile, path: str) -> Iterator[tuple[int, list[SheetCell]]]:
        parser = _parser()
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._finish
        parser.CharacterDataHandler = self._add
        for _piece in _parse(book, path, parser):
            yield from self._ready
            self._ready.clear()

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = _local(name)
        if name == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _column_index(place[1]) if place else self._column + 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._value = self._formula = None
            self._parts.clear()
        elif name in {"v", "t", "f"}:
            self._inside = not self._phonetic
            if name != "t":
                self._parts.clear()
            self._length = 0
        elif name == "row":
            self._number = int(attributes.get("r", self._number + 1))
            self._cells, self._column = [], -1
        elif name == "rPh":
            self._phonetic = True

    def _add(self, text: str) -> None:
        if self._inside:
            self._length += len(text)
            if self._length > LONGEST_TEXT:
                raise RuleError("damaged", _DAMAGED)
            self._parts.append(text)

    def _finish(self, name: str) -> None:
        if ":" in name:
            name = _local(name)
        self._inside = False
        if name == "v" or name == "t":
            self._value = "".join(self._parts)
        elif name == "f":
            self._formula = f"={''.join(self._parts)}"
            self._parts.clear()
        elif name == "c":
            cell = self._cell()
            if cell != "":
                self._cells += [""] * (self._column - len(self._cells))
                self._cells[self._column :] = [cell]
        elif name == "row":
            self._ready.append((self._number, self._cells))
        elif name == "rPh":
            self._phonetic = False

    def _cell(self) -> SheetCell:
        """What the cell holds; a formula comes as its text, not as what somebody's program once computed."""
        if self._formula is not None:
            return self._formula
        text = self._value
        if text is None or text == "":
            return ""
        if self._kind == "s":
            return self._texts.text(int(text))
        if self._kind in {"str", "inlineStr"}:
            return _unescaped(text)
        if self._kind == "b":
            return text.strip() in {"1", "true"}
        if self._kind == "n":
            return self._number_or_day(text)
        return _iso(text) if self._kind == "d" else text

    def _number_or_day(self, text: str) -> SheetCell:
        number = float(text)
        style = int(self._style) if self._style else 0
        if style >= len(self._date_styles) or not self._date_styles[style]:
            return number
        return _day(number, self._since_1904)


@lru_cache(maxsize=1024)
def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _iso(text: str) -> SheetCell:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.date() if moment.time() == time() else moment.replace(tzinfo=None)


def _day(serial: float, since_1904: bool) -> SheetCell:
    """The day, or moment, of a spreadsheet's number; the number itself where it is none."""
    if not 0 <= serial <= _LAST_SERIAL:
        return serial
    if serial < 1 and not since_1904:
        return timedelta(seconds=round(serial * 86400))
    # Spreadsheets believe that 1900 had a 29 February.
    before = date(1899, 12, 31 if serial < _BEFORE_1900_LEAP_DAY else 30)
    start = date(1904, 1, 1) if since_1904 else before
    moment = datetime.combine(start, time()) + timedelta(seconds=round(serial * 86400))
    return moment.date() if moment.time() == time() else moment
