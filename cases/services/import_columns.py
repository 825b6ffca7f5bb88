"""The columns of an import file: their names in both languages, how their cells are read and written."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import get_language

from cases.services.import_cells import (
    Words,
    cell_text,
    read_code,
    read_date,
    read_decimal,
    read_lines,
    read_text,
    read_whole,
    read_yes_no,
    show_decimal,
    show_plain,
    show_yes_no,
)
from cases.services.read_table import Cell
from cases.services.write_workbook import Value

SAMPLE_MARKS: Final = ("示例", "样例", "sample")
"""How the first cell of a template's sample row begins; such a row is never taken."""


@dataclass(frozen=True)
class Column:
    """One column: the name of the fact, its header in both languages, its reader and its writer."""

    name: str
    zh: str
    en: str
    read: Callable[[Cell], Any] = read_text
    required: bool = False
    """Whether the file must have the column."""
    aliases: tuple[str, ...] = ()
    sample: str = ""
    width: int = 16
    show: Callable[[Any], Value] = show_plain
    words: Words | None = None
    """What there is to choose from, where it is a choice."""
    note: str | Promise = ""
    """What to know when filling it in."""
    many: bool = False
    """Whether the reader gives several facts at once."""

    @property
    def textual(self) -> bool:
        """Whether an empty cell is an empty text, and not the lack of a value."""
        return self.words is not None or self.read in {read_text, read_lines, read_code}

    @property
    def title(self) -> str:
        """The header in the language of the moment."""
        return self.en if (get_language() or "").startswith("en") else self.zh


def day_column(name: str, zh: str, en: str, **more: Any) -> Column:
    return Column(name, zh, en, read_date, **{"width": 14, "sample": date(2026, 1, 5).isoformat(), **more})


def lines_column(name: str, zh: str, en: str, **more: Any) -> Column:
    return Column(name, zh, en, read_lines, **{"width": 32, **more})


def whole_column(name: str, zh: str, en: str, **more: Any) -> Column:
    return Column(name, zh, en, read_whole, **{"width": 12, **more})


def decimal_column(name: str, zh: str, en: str, **more: Any) -> Column:
    return Column(name, zh, en, read_decimal, **{"width": 12, "show": show_decimal, **more})


def yes_no_column(name: str, zh: str, en: str, **more: Any) -> Column:
    return Column(name, zh, en, read_yes_no, **{"width": 12, "show": show_yes_no, **more})


def words_column(name: str, zh: str, en: str, words: Words | type[TextChoices], **more: Any) -> Column:
    """A column whose cells choose from some words."""
    words = words if isinstance(words, Words) else Words(words)
    return Column(name, zh, en, words.read, **{"show": words.show, "words": words, **more})


UNIT: Final = Column(
    "uscc", "统一社会信用代码", "USCC", read_code, True, ("信用代码", "Unified social credit code"), width=22
)
"""Whose row it is; the first column of every kind."""


def shown_text(column: Column, value: Any) -> str:
    """The value as the text of a cell; empty where there is none."""
    shown = column.show(value)
    if shown is None:
        return ""
    return str(shown) if isinstance(shown, Decimal) else cell_text(shown)


class Columns(Sequence[Column]):
    """The columns of a kind, found by name or by what a file calls them."""

    def __init__(self, *columns: Column) -> None:
        self._columns = columns
        self.by_name = {column.name: column for column in columns}
        self._by_header = {
            _folded(header): column
            for column in columns
            for header in (column.name, column.zh, column.en, *column.aliases)
        }

    def __getitem__(self, place: Any) -> Any:
        return self._columns[place]

    def __len__(self) -> int:
        return len(self._columns)

    def named_by(self, header: Cell) -> Column | None:
        """The column a header names, in either language; None for one we do not read."""
        return self._by_header.get(_folded(str(header)))


def _folded(header: str) -> str:
    return re.sub(r"[\s*＊_]+", "", header).replace("(", "（").replace(")", "）").lower()


def is_sample(cell: Cell) -> bool:
    """Whether the row that begins with this cell is the sample of a template."""
    return cell_text(cell).lower().startswith(SAMPLE_MARKS)
