"""How the text of a cell is read, and how a value is written so that it reads back as it was."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext, override

from cases.rules.uscc import normalised_uscc
from cases.services.read_table import Cell
from cases.services.write_workbook import Value

YES: Final = {"是", "有", "√", "1", "y", "yes", "true"}
NO: Final = {"否", "无", "×", "0", "n", "no", "false"}
ERROR_VALUES: Final = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}
_DATE: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00(?::00)?)?")
_COMPACT_DATE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
EXACT_DIGITS: Final = 15
"""Digits a spreadsheet's number keeps exactly."""


class CellError(ValueError):
    """A cell that cannot be read; `code` is one of the fault texts."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def cell_text(cell: Cell) -> str:
    """The cell as one would read it aloud: no `.0`, days as 2026-01-31, no spaces at the ends."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**EXACT_DIGITS:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else cell.isoformat(" ", "seconds")
    return str(cell).strip()


def read_text(cell: Cell) -> str:
    """Text on one line: breaks and tabs inside a cell become spaces."""
    return _sound(re.sub(r"[\r\n\t]+", " ", cell_text(cell)))


def read_lines(cell: Cell) -> str:
    """Text of any number of lines."""
    return _sound(re.sub(r"\r\n?", "\n", cell_text(cell)))


def _sound(text: str) -> str:
    if text in ERROR_VALUES:
        raise CellError("error_value")
    return text


def read_code(cell: Cell) -> str:
    """A code of digits and capitals, without spaces."""
    if isinstance(cell, float) and abs(cell) >= 10**EXACT_DIGITS:
        raise CellError("number_as_code")
    return normalised_uscc(read_text(cell))


def read_decimal(cell: Cell) -> Decimal:
    """A number; what lies beyond six places is a spreadsheet's arithmetic, not somebody's figure."""
    if isinstance(cell, bool):
        raise CellError("number")
    text = str(round(cell, 6)) if isinstance(cell, float) else normalised_uscc(read_text(cell)).replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise CellError("number") from None
    if not number.is_finite():
        raise CellError("number")
    return number


def read_whole(cell: Cell) -> int:
    """A whole number."""
    number = read_decimal(cell)
    if number != number.to_integral_value() or abs(number) > 10**EXACT_DIGITS:
        raise CellError("whole_number")
    return int(number)


def read_yes_no(cell: Cell) -> bool:
    """Yes or no, in words or signs."""
    word = read_text(cell).lower()
    if word in YES or cell is True:
        return True
    if word in NO or cell is False:
        return False
    raise CellError("yes_no")


def read_date(cell: Cell) -> date:
    """A day from a date cell, or from text in one of the usual spellings; never from a bare number of days."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = cell_text(cell)
    match = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    if match is None:
        raise CellError("date")
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        raise CellError("date") from None


def show_plain(value: Any) -> Value:
    """The value itself, where a spreadsheet keeps it as it is."""
    return value


def show_decimal(value: Decimal | None) -> Value:
    """A number; as text where it has more digits than a spreadsheet's number keeps."""
    if value is None:
        return None
    return value if len(value.as_tuple().digits) <= EXACT_DIGITS else str(value)


def show_yes_no(value: bool | None) -> Value:
    """Yes, no, or nothing where it is not known; in the language of the moment."""
    return None if value is None else gettext("Yes") if value else gettext("No")


@dataclass(frozen=True)
class Words:
    """What a cell may choose from: read by its word in either language, by its code or by another spelling."""

    choices: type[TextChoices]
    others: Mapping[str, str] | Callable[[], Mapping[str, str]] = lambda: {}
    """Further words, the code of each."""
    legal: bool = False
    """Whether the further words are those of a legal text, and the ones to write."""

    @cached_property
    def _codes(self) -> dict[str, str]:
        found = {str(value).lower(): str(value) for value in self.choices.values}
        for language in ("en", "zh-hans"):
            with override(language):
                found |= {str(label).lower(): str(value) for value, label in self.choices.choices}
        return found | {word.lower(): code for word, code in self._further.items()}

    @cached_property
    def _further(self) -> Mapping[str, str]:
        return self.others() if callable(self.others) else self.others

    def read(self, cell: Cell) -> str:
        """The code of the word."""
        code = self._codes.get(read_text(cell).lower())
        if code is None:
            raise CellError("choice")
        return code

    def show(self, value: Any) -> Value:
        """The word to write for a code, in the language of the moment; a legal text's own word stays Chinese."""
        if not value:
            return None
        return self._legal.get(str(value)) or str(self.choices(value).label)

    def all(self) -> list[str]:
        """Every word to choose from, in the order of the choices."""
        return [str(self.show(value)) for value in self.choices.values if value]

    @cached_property
    def _legal(self) -> dict[str, str]:
        if not self.legal:
            return {}
        return {code: word for word, code in reversed(list(self._further.items()))}
