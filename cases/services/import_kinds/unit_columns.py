"""The columns of the registry's own import: who a unit is, its size, its place, its status, and what hangs on it."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.models.enterprise import Certificate, FirstEntryReason, OperatingStatus
from cases.packs.loader import load_pack
from cases.packs.settings import default_of
from cases.services.import_cells import CellError, Words, cell_text, read_code, read_date, read_text
from cases.services.import_columns import (
    UNIT,
    Column,
    Columns,
    day_column,
    decimal_column,
    whole_column,
    words_column,
    yes_no_column,
)
from cases.services.read_table import Cell
from cases.services.tier_enterprise import TIER_PACK

KIND_WORDS: Final = {
    "makes": ("生产", "生产单位", "production", "produces"),
    "sells_wholesale": ("批发", "批发单位", "wholesale"),
    "sells_retail": ("零售", "零售单位", "retail"),
}
ENGLISH_WORD: Final = 2
"""Place of the English word among those of a kind."""
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
_ROMAN: Final = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ"}
_LIST_SEPARATOR: Final = re.compile(r"[;；\n]+")
_WORD_SEPARATOR: Final = re.compile(r"[、，,;；/+\s]+")
_BRACKETED: Final = re.compile(r"(.+?)\s*[（(]([^（()）]*)[)）]")
LONGEST_PRODUCT: Final = 120
LONGEST_CERTIFICATE: Final = 60
CERTIFICATES: Final = {"licences": Certificate.Kind.PRODUCTION_LICENCE, "ccc": Certificate.Kind.CCC}


@cache
def reason_words() -> Mapping[str, str]:
    """First-entry reasons by the words of the act."""
    return {words: code for code, words in load_pack(default_of(TIER_PACK)).first_entry_reasons.items()}


REASONS: Final = Words(FirstEntryReason, reason_words, legal=True)
STATUSES: Final = Words(OperatingStatus, {word: str(code) for word, code in STATUS_WORDS.items()}, legal=True)


def read_kinds(cell: Cell) -> dict[str, bool]:
    """Which kinds are named; 销售 alone means both wholesale and retail (附件1 note 1)."""
    flags = dict.fromkeys(KIND_WORDS, False)
    for word in filter(None, _WORD_SEPARATOR.split(read_text(cell).lower())):
        named = [kind for kind, words in KIND_WORDS.items() if word in words]
        if word in SALES_WORDS:
            named = ["sells_wholesale", "sells_retail"]
        if not named:
            raise CellError("kinds")
        flags |= dict.fromkeys(named, True)
    return flags


def show_kinds(flags: Mapping[str, bool]) -> str:
    """The kinds, in the language of the moment."""
    english = (get_language() or "").startswith("en")
    words = [of_kind[ENGLISH_WORD if english else 0] for kind, of_kind in KIND_WORDS.items() if flags[kind]]
    return (", " if english else "、").join(words)


def _bracketed(cell: Cell) -> list[tuple[str, str]]:
    """`name（value）；name（value）` as pairs."""
    pairs = []
    for part in filter(None, (piece.strip() for piece in _LIST_SEPARATOR.split(cell_text(cell)))):
        match = _BRACKETED.fullmatch(part)
        if match is None:
            raise CellError("bracketed")
        pairs.append((match[1], match[2].strip()))
    return pairs


def _shown(pairs: Iterable[tuple[str, str]]) -> str:
    """The pairs as they read back; one that cannot be written so is left out, and an import removes nothing."""
    parts = (f"{name}（{value}）" for name, value in pairs if name == name.strip() and not _LIST_SEPARATOR.search(name))
    return "；".join(part for part in parts if _BRACKETED.fullmatch(part))


def read_products(cell: Cell) -> dict[str, str]:
    """Risk level by product."""
    try:
        found = {name: RISK_WORDS[level] for name, level in _bracketed(cell)}
    except KeyError:
        raise CellError("risk_level") from None
    if any(len(name) > LONGEST_PRODUCT for name in found):
        raise CellError("bracketed")
    return found


def show_products(levels: Mapping[str, str]) -> str:
    """Products with their risk levels."""
    return _shown((name, _ROMAN[level]) for name, level in levels.items())


def read_certificates(cell: Cell) -> dict[str, date | None]:
    """Last day of validity by certificate number; empty brackets where there is none."""
    found = {number: read_date(day) if day else None for number, day in _bracketed(cell)}
    if any(len(number) > LONGEST_CERTIFICATE for number in found):
        raise CellError("bracketed")
    return found


def show_certificates(days: Mapping[str, date | None]) -> str:
    """Certificate numbers with their last days."""
    return _shown((number, day.isoformat() if day else "") for number, day in days.items())


def _column(name: str, zh: str, en: str, *aliases: str, sample: str = "", width: int = 16) -> Column:
    return Column(name, zh, en, aliases=aliases, sample=sample, width=width)


COLUMNS: Final = Columns(
    UNIT,
    Column("name", "企业名称", "Name", read_text, True, ("单位名称", "名称", "主体名称"), "嘉兴示例电器有限公司", 32),
    Column(
        "kinds",
        "主体类型",
        "Kinds",
        read_kinds,
        True,
        ("单位类型",),
        "生产、批发",
        14,
        show_kinds,
        note=_("Production, wholesale, retail, with commas between them; sales means both wholesale and retail."),
        many=True,
    ),
    Column(
        "region_code",
        "行政区划代码",
        "Region code",
        read_code,
        True,
        ("区划代码",),
        "330402",
        14,
        note=_("6 digits, or 9 for a township; decides which body does the daily work."),
    ),
    words_column(
        "first_entry_reason",
        "首次录入原因",
        "First entry reason",
        REASONS,
        required=True,
        aliases=("录入原因",),
        sample="现场检查",
    ),
    day_column("first_entered_on", "首次录入日期", "First entered on"),
    whole_column("headcount", "从业人员", "Headcount", aliases=("从业人员（人）", "从业人数"), sample="60"),
    decimal_column(
        "revenue_wan", "营业收入（万元）", "Revenue (10,000 yuan)", aliases=("营业收入",), sample="800.00", width=16
    ),
    yes_no_column("individual_household", "个体工商户", "Individual household", sample="否"),
    yes_no_column("above_quota", "限额以上", "Above quota", sample="否"),
    _column("address", "地址", "Address", "生产经营地址", "住所", sample="南湖区凤桥镇工业路1号", width=32),
    _column("legal_representative", "法定代表人", "Legal representative", "负责人", sample="沈国良"),
    _column("contact", "联系人", "Contact", sample="陆敏"),
    _column("phone", "联系电话", "Phone", "电话", sample="0573-80000000"),
    _column("email", "电子邮箱", "E-mail", "邮箱", "Email", sample="quality@example.cn", width=24),
    yes_no_column(
        "email_consent",
        "同意接收电子邮件",
        "Agrees to messages by e-mail",
        aliases=("同意电子送达", "Agrees to electronic service"),  # as older sheets call it
        sample="是",
        width=16,
    ),
    _column("product_category", "产品类别", "Product category", sample="家用电器"),
    Column(
        "products",
        "产品及风险等级",
        "Products and risk levels",
        read_products,
        sample="电热水壶（Ⅱ）；插座（Ⅰ）",
        width=30,
        show=show_products,
    ),
    Column(
        "licences",
        "生产许可证及有效期",
        "Production licences valid to",
        read_certificates,
        sample="XK16-003-00001（2028-05-31）",
        width=30,
        show=show_certificates,
    ),
    Column(
        "ccc",
        "CCC证书及有效期",
        "CCC certificates valid to",
        read_certificates,
        aliases=("3C证书及有效期",),
        width=30,
        show=show_certificates,
    ),
    words_column("status", "经营状态", "Operating status", STATUSES, sample="在营"),
    day_column("status_on", "状态起始日期", "Status since", sample=""),
    _column("status_basis", "状态依据", "Basis of the status", width=24),
)
