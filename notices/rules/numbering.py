"""Document numbers (发文字号): prefix, year in 〔〕, serial without 第 or leading zero (GB/T 9704-2012, 7.2.5)."""

import re
from typing import Final

from cases.rules.errors import RuleError

CLAUSE: Final = "GB/T 9704-2012, 7.2.5"

_NUMBER: Final = re.compile(r"^[\u4e00-\u9fff（）]{2,20}〔(19|20)\d{2}〕[1-9]\d*号$", re.ASCII)
_YEAR_IN_BRACKETS: Final = re.compile(r"[\[【［(（﹝]((?:19|20)\d{2})[\]】］)）﹞]")


def check_number(number: str) -> bool:
    """Whether this is a document number as the standard prints it, e.g. 嘉市监约〔2026〕1号."""
    return _NUMBER.fullmatch(number) is not None


def normalise_number(text: str) -> str:
    """The number as typed, without spaces, full-width figures or wrong brackets round the year; not yet checked.

    "嘉市监 [2020] 40 号" becomes 嘉市监〔2020〕40号; brackets of the prefix, 市监质监（司）函, stay.
    """
    figures = "".join(chr(ord(c) - 0xFEE0) if "０" <= c <= "９" else c for c in text)
    solid = re.sub(r"[\s\u3000]+", "", figures)
    return _YEAR_IN_BRACKETS.sub(r"〔\1〕", solid)


def document_number(prefix: str, year: int, serial: int) -> str:
    """The number of the `serial`-th document of a year: ("嘉市监约", 2026, 1) gives 嘉市监约〔2026〕1号.

    Raises RuleError when the parts cannot make a number (a prefix that is not Chinese, a serial below one).
    """
    number = f"{prefix}〔{year}〕{serial}号"
    if not check_number(number):
        raise RuleError("bad_document_number", "%(number)s is not a document number.", CLAUSE, number=number)
    return number
