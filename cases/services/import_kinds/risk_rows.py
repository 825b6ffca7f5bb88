"""What is told of units from outside: risk events and credit classes (38号 二（一）, 三; 国市监信发〔2022〕6号)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.models.archive import SamplingResult
from cases.models.enterprise import RiskLevel
from cases.models.risk import CreditRating, EventReport, RiskEvent
from cases.packs.loader import load_pack
from cases.packs.settings import default_of
from cases.rules.enterprise_facts import Fault
from cases.rules.event_facts import EventFacts
from cases.services.enterprise_checks import FactsError
from cases.services.import_cells import CellError, Words, read_text
from cases.services.import_columns import (
    Column,
    day_column,
    lines_column,
    whole_column,
    words_column,
    yes_no_column,
)
from cases.services.import_kinds.archive_rows import LEVEL_WORDS
from cases.services.import_kinds.unit_columns import RISK_WORDS
from cases.services.import_kinds.unit_rows import RowsKind, RowWork, columns_of
from cases.services.rate_credit import rate_credit
from cases.services.read_table import Cell
from cases.services.record_event import record_event

_SEPARATOR: Final = re.compile(r"[、，,;；]+")
_RISKS: Final = Words(RiskLevel, RISK_WORDS)
_LEVELS: Final = Words(SamplingResult.Level, LEVEL_WORDS)
_COUNTED: Final = ("deaths", "serious_injuries", "direct_loss_wan")
_OF_THE_REPORT: Final = ("source", "source_reference", "reported_on", "note")


@cache
def _circumstances() -> dict[str, str]:
    """Codes of further circumstances by their words and by themselves, as the usual pack has them."""
    rule = load_pack(default_of("listing.pack")).risk_levels
    known = rule.circumstances.values() if rule is not None else ()
    return {word.lower(): each.code for each in known for word in (each.code, each.name, each.name_en)}


def read_circumstances(cell: Cell) -> tuple[str, ...]:
    """Codes of the circumstances that are named, in their order."""
    words = [word.strip().lower() for word in _SEPARATOR.split(read_text(cell)) if word.strip()]
    if any(word not in _circumstances() for word in words):
        raise CellError("choice")
    return tuple(sorted({_circumstances()[word] for word in words}))


def show_circumstances(codes: Iterable[str]) -> str:
    """The codes, as a file from another office has them."""
    return "、".join(codes)


@dataclass(frozen=True)
class EventKind(RowsKind):
    """One report of a happening. The service finds out which event it tells of; a report once told stays as it is."""

    def related(self) -> tuple[str, ...]:
        return ("event__enterprise__territorial_body",)

    def said(self, row: models.Model) -> dict[str, Any]:
        assert isinstance(row, EventReport)
        told = EventFacts.from_dict(row.told)
        facts = {column.name: getattr(told, column.name) for column in self.own if column.name not in _OF_THE_REPORT}
        reference = row.reference or f"#{row.pk}"
        report = {"source": row.source, "source_reference": reference, "reported_on": row.reported_on}
        return {**facts, **report, "note": row.note}

    def call(self, work: RowWork, acting: Acting) -> None:
        if work.stored is not None:
            raise FactsError((Fault("source_reference", "told_already"),))
        values = dict(work.values)
        report = {name: values.pop(name) for name in _OF_THE_REPORT}
        told = EventFacts(**values)
        record_event(enterprise_id=work.unit.pk, told=told, **report, acting=acting)


EVENTS: Final = EventKind(
    code="events",
    title=_("Reports of risk events"),
    about=_("One row a report, known again by enterprise, source and number. One happening is taken as one event."),
    columns=columns_of(
        words_column("source", "来源", "Source", EventReport.Source, required=True, sample="complaint"),
        Column("source_reference", "来源编号", "Number at the source", required=True, sample="12315-2026-01", width=22),
        words_column("kind", "事件类型", "Kind", RiskEvent.Kind, required=True, sample="complaint"),
        Column("title", "标题", "Title", required=True, sample="电热水壶漏电投诉", width=28),
        lines_column("facts", "事实", "Facts", required=True, sample="消费者反映使用中漏电，经初步了解属实。"),
        day_column("occurred_on", "发生日期", "Happened on", required=True, sample="2026-10-20"),
        Column("product", "产品", "Product", sample="电热水壶"),
        words_column("product_level", "产品风险等级", "Risk level of the product", _RISKS, sample="Ⅱ"),
        Column("authority", "认定单位", "Authority", sample="嘉兴市市场监督管理局", width=24),
        words_column(
            "authority_level",
            "单位级别",
            "Level of the authority",
            _LEVELS,
            sample="city",
        ),
        Column("reference", "文书编号", "Document number", sample="", width=20),
        yes_no_column("safety_item", "涉及安全项目", "A safety item failed", sample="否"),
        Column(
            "circumstances",
            "其他情节",
            "Further circumstances",
            read_circumstances,
            width=24,
            show=show_circumstances,
            note=_("Codes or words of the rule pack, with commas between them."),
        ),
        whole_column("deaths", "死亡人数", "Deaths", sample="0"),
        whole_column("serious_injuries", "重伤人数", "Serious injuries", sample="0"),
        whole_column("direct_loss_wan", "直接损失（万元）", "Direct loss (10,000 yuan)", sample="0", width=16),
        day_column("reported_on", "报告日期", "Reported on", sample="2026-10-21"),
        lines_column("note", "备注", "Note"),
    ),
    model=EventReport,
    keep=record_event,
    known_by=("source", "source_reference"),
    otherwise={"safety_item": False, "circumstances": (), **dict.fromkeys(_COUNTED, 0)},
    path="event__enterprise",
)


@dataclass(frozen=True)
class CreditKind(RowsKind):
    """The class in force. The same class again, as every month brings it, changes nothing; another ends it."""

    def exported(self, rows: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        return rows.filter(valid_to__isnull=True)

    def standing_rows(self, units: Iterable[Any]) -> dict[tuple[Any, ...], models.Model]:
        ratings = self.exported(CreditRating.objects.filter(enterprise__in=list(units)))
        return {(rating.enterprise_id,): rating for rating in ratings}

    def never_compared(self) -> set[str]:
        return {"valid_from", "source"}

    def call(self, work: RowWork, acting: Acting) -> None:
        if "valid_from" not in work.given:
            raise FactsError((Fault("valid_from", "missing"),))
        rate_credit(enterprise_id=work.unit.pk, **work.values, acting=acting)


CREDIT: Final = CreditKind(
    code="credit_ratings",
    title=_("Credit-risk classes"),
    about=_("One row the class of an enterprise as the month brings it; another class ends the one in force."),
    columns=columns_of(
        words_column("credit_risk", "信用风险等级", "Credit risk", CreditRating.Risk, required=True, sample="elevated"),
        day_column("valid_from", "生效日期", "Valid from", required=True, sample="2026-11-01"),
        Column("source", "来源", "Source", sample="浙江省企业信用风险分类2026年11月", width=32),
    ),
    model=CreditRating,
    keep=rate_credit,
    known_by=(),
)
