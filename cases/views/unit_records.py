"""The control records (日管控、周排查、月调度) of a unit: a month as a calendar, a year at a glance, the records."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from cases.models import DutyRecord
from cases.models.enterprise import Enterprise
from cases.rules.duty_gaps import DUTY_KINDS, Duties, DutyKind, Period, clause_of, period_of, periods
from cases.selectors.duties import duties_of
from cases.views.registry import acting_of
from cases.views.unit_page import unit_context, visible_unit

FIRST_YEAR: Final = 2000
STATES: Final[dict[str, tuple[str | Promise, str]]] = {
    "done": (pgettext_lazy("of a record", "kept"), "check"),
    "gap": (pgettext_lazy("of a record", "missing"), "alert-triangle"),
    "due": (pgettext_lazy("of a record", "to come"), "clock"),
    "ahead": ("", ""),
    "stopped": (pgettext_lazy("of a day", "stopped"), "pause"),
    "not_owed": ("", ""),
}
"""Word and icon of each state of a period."""
KINDS: Final[dict[DutyKind, str | Promise]] = {
    "daily": _("Daily control"),
    "weekly": _("Weekly review"),
    "monthly": _("Monthly dispatch"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One period in the calendar, with the record that was kept of it."""

    period: Period
    record: DutyRecord | None
    outside: bool = False
    """Whether it lies in a neighbouring month."""

    @property
    def word(self) -> str | Promise:
        return STATES[self.period.state][0]

    @property
    def icon(self) -> str:
        return STATES[self.period.state][1]


@dataclass(frozen=True, slots=True)
class Count:
    """How the records of one kind stand in a month."""

    label: str | Promise
    clause: str
    done: int
    gaps: int
    owed: int


@require_GET
def enterprise_records(request: HttpRequest, uscc: str) -> HttpResponse:
    """One month, chosen by the address, and the year it lies in."""
    enterprise, today = visible_unit(request, uscc), acting_of(request).today
    month = _month(request.GET.get("month", ""), today)
    first, last = period_of("monthly", month)
    year = period_of("weekly", date(month.year, 1, 1))[0], period_of("weekly", date(month.year, 12, 31))[1]
    duties = duties_of(enterprise, *year, today)
    records = _records(enterprise, period_of("weekly", first)[0], last)
    kept = {(record.kind, record.period_start): record for record in records}
    found = {
        kind: [Cell(each, kept.get((kind, each.first))) for each in periods(kind, first, last, duties)]
        for kind in DUTY_KINDS
    }
    context = unit_context(
        request,
        enterprise,
        "enterprise_records",
        month=month,
        weeks=_weeks(first, last, duties, kept),
        minutes=found["monthly"][0],
        counts=[_count(kind, found[kind]) for kind in DUTY_KINDS],
        months=_year_strip(month, today, duties),
        records=[record for record in records if record.period_start >= first or record.kind == "weekly"],
        begins=duties.begins,
        earlier=_shifted(month, -1) if month > date(FIRST_YEAR, 1, 1) else None,
        later=_shifted(month, 1) if month < _latest(today) else None,
    )
    return render(request, "cases/enterprises/records.html", context)


def _month(text: str, today: date) -> date:
    """The first of the month named in the address; this month where it names none that can be shown."""
    this = today.replace(day=1)
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        return this
    month = date(max(int(text[:4]), 1), int(text[5:]), 1)
    return month if date(FIRST_YEAR, 1, 1) <= month <= _latest(today) else this


def _latest(today: date) -> date:
    """Stoppages may be announced, so the year is shown to its end."""
    return date(today.year, 12, 1)


def _shifted(month: date, by: int) -> date:
    return (month + timedelta(days=31)).replace(day=1) if by > 0 else (month - timedelta(days=1)).replace(day=1)


def _records(enterprise: Enterprise, first: date, last: date) -> list[DutyRecord]:
    """The records of periods that begin from `first` to `last`, the latest first."""
    rows = DutyRecord.objects.filter(enterprise=enterprise, period_start__range=(first, last))
    return list(rows.select_related("file").order_by("-period_start", "kind", "pk"))


def _weeks(first: date, last: date, duties: Duties, kept: dict[tuple[str, date], DutyRecord]) -> list[dict[str, Any]]:
    """Every ISO week that touches the month: its own record and those of its days."""
    rows = []
    for week in periods("weekly", period_of("weekly", first)[0], last, duties):
        days = [
            Cell(day, kept.get(("daily", day.first)), outside=not first <= day.first <= last)
            for day in periods("daily", week.first, week.last, duties)
        ]
        cell = Cell(week, kept.get(("weekly", week.first)))
        rows.append({"number": week.first.isocalendar().week, "days": days, "cell": cell})
    return rows


def _count(kind: DutyKind, cells: list[Cell]) -> Count:
    states = [cell.period.state for cell in cells]
    done, missing = states.count("done"), states.count("gap")
    return Count(KINDS[kind], clause_of(kind), done, missing, done + missing + states.count("due"))


def _year_strip(month: date, today: date, duties: Duties) -> list[dict[str, Any]]:
    """The twelve months of the year, each with the number of its gaps of every kind."""
    strip = []
    for number in range(1, 13):
        first, last = period_of("monthly", date(month.year, number, 1))
        states = [period.state for kind in DUTY_KINDS for period in periods(kind, first, last, duties)]
        strip.append(
            {
                "first": first,
                "gaps": states.count("gap"),
                "done": states.count("done"),
                "current": first == month,
                "ahead": first > today,
            }
        )
    return strip
