"""The columns of an import: their names in both languages, and how the text of each cell is read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final

from cases.models.enterprise import FirstEntryReason, OperatingStatus
from cases.packs.loader import load_pack
from cases.packs.settings import default_of
from cases.rules.uscc import normalised_uscc
from cases.services.read_table import Cell

YES: Final = {"是", "有", "√", "1", "y", "yes", "true"}
NO: Final = {"否", "无", "×", "0", "n", "no", "false"}
KIND_WORDS: Final = {
    "makes": {"生产", "生产单位", "production", "produces"},
    "sells_wholesale": {"批发", "批发单位", "wholesale"},
    "sells_retail": {"零售", "零售单位", "retail"},
}
SALES_WORDS: Final = {"销售", "销售单位", "sales"}
STATUS_WORDS: Final = {
    "在营": OperatingStatus.ACTIVE,
    "停产停业": OperatingStatus.SUSPENDED,
    "歇业": OperatingStatus.DORMANT,
    "迁出": OperatingStatus.MOVED,
    "失联": OperatingStatus.LOST,
    "经营异常": OperatingStatus.ABNORMAL,
    "吊销": OperatingStatus.REVOKED,
    "注销": OperatingStatus.DEREGISTERED,
}
RISK_WORDS: Final = {
    **dict.fromkeys(("I", "Ⅰ", "1", "一", "一级", "Ⅰ级", "I级"), "I"),
    **dict.fromkeys(("II", "Ⅱ", "2", "二", "二级", "Ⅱ级", "II级"), "II"),
    **dict.fromkeys(("III", "Ⅲ", "3", "三", "三级", "Ⅲ级", "III级"), "III"),
}
_LIST_SEPARATOR: Final = re.compile(r"[;；\n]+")
_WORD_SEPARATOR: Final = re.compile(r"[、，,;；/+\s]+")
_BRACKETED: Final = re.compile(r"(.+?)\s*[（(]([^（()）]*)[)）]")
_DATE: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00(?::00)?)?")
_COMPACT_DATE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
EXACT_DIGITS: Final = 15
"""Digits a spreadsheet's number keeps exactly."""


class CellError(ValueError):
    """A cell that cannot be read; `code` is one of the fault texts."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the name of the fact, its header in both languages, and its reader."""

    name: str
    zh: str
    en: str
    read: Callable[[Cell], Any]
    required: bool = False
    aliases: tuple[str, ...] = ()
    sample: str = ""
    width: int = 16


def cell_text(cell: Cell) -> str:
    """The cell as one would read it aloud: no `.0`, days as 2026-01-31, no spaces at the ends."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**EXACT_DIGITS:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else cell.isoformat(" ", "seconds")
    return str(cell).strip()


def _text(cell: Cell) -> str:
    """Text on one line: breaks and tabs inside a cell become spaces."""
    text = re.sub(r"[\r\n\t]+", " ", cell_text(cell))
    if text in {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}:
        raise CellError("error_value")
    return text


def _code(cell: Cell) -> str:
    if isinstance(cell, float) and abs(cell) >= 10**EXACT_DIGITS:
        raise CellError("number_as_code")
    return normalised_uscc(_text(cell))


def _decimal(cell: Cell) -> Decimal:
    if isinstance(cell, bool):
        raise CellError("number")
    # A spreadsheet's 0.1 + 0.2 is meant as 0.3: what lies beyond six places is its arithmetic, not somebody's figure.
    text = str(round(cell, 6)) if isinstance(cell, float) else normalised_uscc(_text(cell)).replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise CellError("number") from None
    if not number.is_finite():
        raise CellError("number")
    return number


def _whole(cell: Cell) -> int:
    number = _decimal(cell)
    if number != number.to_integral_value() or abs(number) > 10**EXACT_DIGITS:
        raise CellError("whole_number")
    return int(number)


def _yes_no(cell: Cell) -> bool:
    word = _text(cell).lower()
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


def _kinds(cell: Cell) -> dict[str, bool]:
    """Which kinds are named; 销售 alone means both wholesale and retail (附件1 note 1)."""
    flags = dict.fromkeys(KIND_WORDS, False)
    for word in filter(None, _WORD_SEPARATOR.split(_text(cell).lower())):
        named = [kind for kind, words in KIND_WORDS.items() if word in words]
        if word in SALES_WORDS:
            named = ["sells_wholesale", "sells_retail"]
        if not named:
            raise CellError("kinds")
        flags |= dict.fromkeys(named, True)
    return flags


@cache
def reason_words() -> Mapping[str, str]:
    """First-entry reasons by the words of the act."""
    return {words: code for code, words in load_pack(default_of("tiering.pack")).first_entry_reasons.items()}


def _reason(cell: Cell) -> str:
    """A first-entry reason by its words in the act, or by its code."""
    text = _text(cell)
    code = reason_words().get(text) or text.lower()
    if code not in FirstEntryReason.values:
        raise CellError("choice")
    return code


def _status(cell: Cell) -> str:
    """An operating status by its Chinese word or its code."""
    text = _text(cell)
    code = STATUS_WORDS.get(text) or text.lower()
    if code not in OperatingStatus.values:
        raise CellError("choice")
    return code


def _bracketed(cell: Cell) -> list[tuple[str, str]]:
    """`name（value）；name（value）` as pairs."""
    pairs = []
    for part in filter(None, (piece.strip() for piece in _LIST_SEPARATOR.split(cell_text(cell)))):
        match = _BRACKETED.fullmatch(part)
        if match is None:
            raise CellError("bracketed")
        pairs.append((match[1], match[2].strip()))
    return pairs


def _products(cell: Cell) -> dict[str, str]:
    """Risk level by product."""
    try:
        found = {name: RISK_WORDS[level] for name, level in _bracketed(cell)}
    except KeyError:
        raise CellError("risk_level") from None
    if any(len(name) > 120 for name in found):
        raise CellError("bracketed")
    return found


def _certificates(cell: Cell) -> dict[str, date]:
    """Last day of validity by certificate number."""
    found = {number: read_date(day) for number, day in _bracketed(cell)}
    if any(len(number) > 60 for number in found):
        raise CellError("bracketed")
    return found


COLUMNS: Final = (
    Column("uscc", "统一社会信用代码", "USCC", _code, True, ("信用代码", "Unified social credit code"), "", 22),
    Column("name", "企业名称", "Name", _text, True, ("单位名称", "名称", "主体名称"), "嘉兴示例电器有限公司", 32),
    Column("kinds", "主体类型", "Kinds", _kinds, True, ("单位类型",), "生产、批发", 14),
    Column("region_code", "行政区划代码", "Region code", _code, True, ("区划代码",), "330402", 14),
    Column(
        "first_entry_reason",
        "首次录入原因",
        "First entry reason",
        _reason,
        True,
        ("录入原因",),
        "现场检查",
        16,
    ),
    Column("first_entered_on", "首次录入日期", "First entered on", read_date, sample="2026-01-05"),
    Column("headcount", "从业人员", "Headcount", _whole, aliases=("从业人员（人）", "从业人数"), sample="60"),
    Column(
        "revenue_wan", "营业收入（万元）", "Revenue (10,000 yuan)", _decimal, aliases=("营业收入",), sample="800.00"
    ),
    Column("individual_household", "个体工商户", "Individual household", _yes_no, sample="否", width=12),
    Column("above_quota", "限额以上", "Above quota", _yes_no, sample="否", width=12),
    Column(
        "address", "地址", "Address", _text, aliases=("生产经营地址", "住所"), sample="南湖区凤桥镇工业路1号", width=32
    ),
    Column("legal_representative", "法定代表人", "Legal representative", _text, aliases=("负责人",), sample="沈国良"),
    Column("contact", "联系人", "Contact", _text, sample="陆敏"),
    Column("phone", "联系电话", "Phone", _text, aliases=("电话",), sample="0573-80000000"),
    Column("email", "电子邮箱", "E-mail", _text, aliases=("邮箱", "Email"), sample="quality@example.cn", width=24),
    Column("email_consent", "同意电子送达", "Agrees to electronic service", _yes_no, sample="是", width=14),
    Column("product_category", "产品类别", "Product category", _text, sample="家用电器"),
    Column(
        "products", "产品及风险等级", "Products and risk levels", _products, sample="电热水壶（Ⅱ）；插座（Ⅰ）", width=30
    ),
    Column(
        "licences",
        "生产许可证及有效期",
        "Production licences valid to",
        _certificates,
        sample="XK16-003-00001（2028-05-31）",
        width=30,
    ),
    Column("ccc", "CCC证书及有效期", "CCC certificates valid to", _certificates, aliases=("3C证书及有效期",), width=30),
    Column("status", "经营状态", "Operating status", _status, sample="在营"),
    Column("status_on", "状态起始日期", "Status since", read_date),
    Column("status_basis", "状态依据", "Basis of the status", _text, width=24),
)
REQUIRED: Final = tuple(column for column in COLUMNS if column.required)
COLUMN: Final = {column.name: column for column in COLUMNS}


def _folded(header: str) -> str:
    return re.sub(r"[\s*＊_]+", "", header).replace("(", "（").replace(")", "）").lower()


_BY_HEADER: Final = {
    _folded(header): column for column in COLUMNS for header in (column.name, column.zh, column.en, *column.aliases)
}


def column_for(header: Cell) -> Column | None:
    """The column a header names, in either language; None for one we do not read."""
    return _BY_HEADER.get(_folded(str(header)))
