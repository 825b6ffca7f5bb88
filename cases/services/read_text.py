"""Read a CSV text line by line, in whatever encoding and with whatever separator offices write it."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import IO, Final

from cases.rules.errors import RuleError

_BINARY: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_SEPARATORS: Final = ",\t;，"
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_PIECE: Final = 64 * 1024


def text_rows(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells of every row; the first is 1.

    RuleError: `empty`, `old_excel`, `not_a_table`, `encoding`.
    """
    encoding = encoding_of(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        separator = _separator(text)
        for number, row in enumerate(csv.reader(text, delimiter=separator), start=1):
            yield number, [unguarded(cell) for cell in row]
    except csv.Error as error:
        raise RuleError("not_a_table", "This is not a table.") from error
    finally:
        text.detach()  # the file is the caller's, and stays open


def guarded(text: str) -> str:
    """The text as no spreadsheet program that opens a CSV takes it for a formula: with an apostrophe before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text as it was before `guarded`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _separator(text: io.TextIOWrapper) -> str:
    """The sign that occurs most in the first line that holds anything."""
    for line in text:
        if line.strip():
            text.seek(0)
            return max(_SEPARATORS, key=line.count)
    raise RuleError("empty", "The file is empty.")


def encoding_of(file: IO[bytes]) -> str:
    """UTF-16 where a mark says so, or UTF-8, or else GB 18030, as Excel writes in China; reads the whole file once.

    RuleError: `empty`, `old_excel`, `not_a_table`, `encoding`.
    """
    file.seek(0)
    start = file.read(4)
    if start.startswith(_OLD_EXCEL):
        raise RuleError("old_excel", "This is an old or protected Excel file.")
    marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        if _reads_as(file, encoding):
            return encoding
    binary = any(b"\0" in piece for piece in _pieces(file))
    raise RuleError("not_a_table" if binary else "encoding", "The text cannot be read.")


def _reads_as(file: IO[bytes], encoding: str) -> bool:
    """Whether every byte can be decoded so. RuleError where what comes out is no text, or nothing."""
    decoder = codecs.getincrementaldecoder(encoding)()
    filled = False
    try:
        for piece in _pieces(file):
            text = decoder.decode(piece)
            if _BINARY.search(text):
                raise RuleError("not_a_table", "This is not a table.")
            filled = filled or bool(text.strip())
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    if not filled:
        raise RuleError("empty", "The file is empty.")
    return True


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece
