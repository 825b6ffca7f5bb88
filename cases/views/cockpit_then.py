"""The cockpit of a month gone by: which months may be chosen, its figures in words, and what was overdue then."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from cases.acting import legal_date
from cases.forms.list_kinds import AskedDeadlines
from cases.models import Deadline
from cases.rules.working_days import WorkCalendar
from cases.selectors.calendar import work_calendar
from cases.selectors.cockpit import Cockpit
from cases.selectors.cockpit_then import cockpit_then
from cases.selectors.notifications import rule_title
from cases.selectors.overseen import CLASSES, line_above
from cases.views.charts import spark_of
from cases.views.cockpit_parts import (
    DEFINITIONS,
    Figure,
    area_rows,
    change_of,
    days_figure,
    places_above,
    signed,
    trend,
)

ROWS: Final = 15
PRINTED_ROWS: Final = 200
OFFERED: Final = 24
"""So many months back can be chosen from the list; the address knows older ones, too."""
TOLD_THEN: Final = (
    gettext_lazy("A month gone by"),
    gettext_lazy(
        "Everything is told as it stood when the month ended, from the ledger of the deadlines and from dated records."
        " Rates and averages are those of the month, by what was known at its end; the last day of an order is the one"
        " it has today. A unit, a case and a deadline count where the unit stands today. Whether a unit was in"
        " operation then, and which deadlines were suspended, is not kept: the map tells of today."
    ),
)


@dataclass(frozen=True, slots=True)
class RowThen:
    """A deadline that was overdue when the month ended; `late` working days by then, `due` its last day then."""

    deadline: Deadline
    step: str
    due: date
    late: int
    state: str

    @property
    def left(self) -> int:
        """Working days left, as the cell of a deadline counts them."""
        return -self.late


def month_ways(asked: AskedDeadlines) -> dict[str, Any]:
    """The months to choose from, and those beside the one shown; none lies in the future."""
    present = asked.today.replace(day=1)
    shown = asked.chosen.month or present
    following = _next(shown)
    firsts = [present]
    for _back in range(OFFERED - 1):
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    if shown not in firsts:
        firsts.append(shown)
    return {
        "name": month_name(shown),
        "previous": _way(asked, (shown - timedelta(days=1)).replace(day=1), present),
        "following": _way(asked, following, present) if following <= present else None,
        "present": asked.chosen.address(month="", due="", day="") if asked.chosen.month else "",
        "options": [
            {"value": f"{first:%Y-%m}", "name": month_name(first), "current": first == shown} for first in firsts
        ],
    }


def _way(asked: AskedDeadlines, first: date, present: date) -> dict[str, str]:
    month = "" if first == present else f"{first:%Y-%m}"
    return {"name": month_name(first), "url": asked.chosen.address(month=month, due="", day="")}


def _next(first: date) -> date:
    return first + timedelta(days=monthrange(first.year, first.month)[1])


def month_name(first: date) -> str:
    return date_format(first, "YEAR_MONTH_FORMAT")


def board_then(request: HttpRequest, asked: AskedDeadlines, last: date) -> dict[str, Any]:
    """What the page of a month gone by shows."""
    cockpit, calendar = cockpit_then(asked.user, asked.seen, asked.local, last), work_calendar()
    page = Paginator(asked.shown(), ROWS).get_page(request.GET.get("page"))
    seen, chosen = asked.seen, asked.chosen
    line = line_above(asked.user, seen.area) if seen.chosen and seen.area else []
    return {
        "chosen": chosen,
        "seen": seen,
        "last": last,
        "months": month_ways(asked),
        "line": places_above(line, seen, chosen),
        "figures": figures_then(cockpit, chosen),
        "definitions": (TOLD_THEN, *DEFINITIONS),
        "trend": trend(cockpit),
        "areas": area_rows(cockpit, seen, chosen),
        "counts": cockpit.counts,
        "classes": CLASSES,
        "page": page,
        "rows": rows_then(page.object_list, calendar, last),
        "export": chosen.address(due=""),
    }


def weekly_then(asked: AskedDeadlines, last: date) -> dict[str, Any]:
    """The same on paper."""
    cockpit, calendar = cockpit_then(asked.user, asked.seen, asked.local, last), work_calendar()
    return {
        "as_of": timezone.now(),
        "today": legal_date(timezone.now()),
        "last": last,
        "month": month_name(last),
        "back": asked.chosen.address(due=""),
        "seen": asked.seen,
        "figures": figures_then(cockpit, asked.chosen),
        "areas": area_rows(cockpit, asked.seen, asked.chosen),
        "rows": rows_then(asked.shown()[:PRINTED_ROWS], calendar, last),
        "counts": cockpit.counts,
        "left_out": max(0, cockpit.counts.overdue - PRINTED_ROWS),
        "definitions": (TOLD_THEN, *DEFINITIONS),
    }


def rows_then(deadlines: Iterable[Any], calendar: WorkCalendar, last: date) -> list[RowThen]:
    """The rows of the list; asks the database nothing beyond what the selector has read."""
    return [
        RowThen(
            deadline=deadline,
            step=rule_title(deadline.rule),
            due=deadline.due_then,
            late=max(0, -calendar.days_left(last, deadline.due_then)),
            state=_state_today(deadline),
        )
        for deadline in deadlines
    ]


def _state_today(deadline: Deadline) -> str:
    if deadline.state == Deadline.State.MET and deadline.met_on is not None:
        return _("met on %(day)s") % {"day": date_format(deadline.met_on, "SHORT_DATE_FORMAT")}
    return str(deadline.get_state_display())


def figures_then(cockpit: Cockpit, chosen: Any) -> list[Figure]:
    """The six figures as they stood; only what is overdue has a list of its own."""
    return [
        _overdue(cockpit, chosen),
        _soon(cockpit),
        _cases(cockpit),
        _in_time(cockpit),
        _days(cockpit),
        _worst(cockpit),
    ]


def _against(number: float, before: float) -> str:
    return _("%(change)s against the end of the month before") % {"change": signed(round(number - before, 1))}


def _overdue(cockpit: Cockpit, chosen: Any) -> Figure:
    number, since, late = cockpit.counts.overdue, cockpit.longest_since, cockpit.unrectified
    notes = [_against(number, cockpit.overdue_months[-2])]
    if since is not None:
        notes.append(_("longest %(days)s days") % {"days": (cockpit.today - since).days})
    if late:
        notes.append(
            ngettext("%(number)s order not put right", "%(number)s orders not put right", late) % {"number": late}
        )
    return Figure(
        code="overdue",
        name=_("Overdue"),
        value=f"{number:,}",
        unit=pgettext("after a number", "deadlines"),
        note=_joined(notes),
        url=chosen.address(due="") + "#list",
        spark=spark_of(cockpit.overdue_months),
        css="tile-overdue" if number else "",
    )


def _soon(cockpit: Cockpit) -> Figure:
    number, fullest = cockpit.counts.week, cockpit.fullest
    told = {"day": "", "number": 0} if fullest is None else {
        "day": date_format(fullest[0], "MONTH_DAY_FORMAT"), "number": fullest[1],
    }  # fmt: skip
    return Figure(
        code="soon",
        name=_("Due within 7 days"),
        value=f"{number:,}",
        unit=pgettext("after a number", "deadlines"),
        note=_("most on %(day)s: %(number)s") % told if fullest else "",
        url="",
        spark=spark_of(cockpit.soon_days),
    )


def _cases(cockpit: Cockpit) -> Figure:
    return Figure(
        code="cases",
        name=_("Open cases"),
        value=f"{cockpit.open_cases:,}",
        unit=pgettext("after a number", "cases"),
        note=_against(cockpit.open_cases, cockpit.cases_months[-2]),
        url="",
        spark=spark_of(cockpit.cases_months),
    )


def _in_time(cockpit: Cockpit) -> Figure:
    now, before = cockpit.kept_now, cockpit.kept_before
    missed = now.rate is not None and now.rate < cockpit.target
    if now.rate is None:
        note = _("no period ended in the month")
    else:
        goal = {"target": cockpit.target}
        met = _("target %(target)s%%, missed") % goal if missed else _("target %(target)s%%, reached") % goal
        points = _("%(change)s points against the month before")
        note = _joined([met, change_of(now, before, points)])
    return Figure(
        code="in_time",
        name=_("Rectified in time"),
        value="—" if now.rate is None else f"{now.rate:g}",
        unit="%",
        note=note,
        url="",
        spark=spark_of([kept.rate for kept in cockpit.kept_months]),
        css="tile-missed" if missed else "",
    )


def _days(cockpit: Cockpit) -> Figure:
    return days_figure(
        cockpit,
        none=_("no report in the month"),
        mean=_("mean of the month"),
        against=_("%(change)s days against the month before"),
    )


def _worst(cockpit: Cockpit) -> Figure:
    units = cockpit.all_units
    share = f"{100 * units.worst / units.classed:.1f}%" if units.classed else "—"
    return Figure(
        code="worst",
        name=_("Class C enterprises"),
        value=f"{units.worst:,}",
        unit=pgettext("after a number", "enterprises"),
        note=_joined(
            [
                _("%(share)s of those classified") % {"share": share},
                _against(units.worst, cockpit.worst_months[-2]),
            ]
        ),
        url="",
        spark=spark_of(cockpit.worst_months),
    )


def _joined(notes: list[str]) -> str:
    text = notes[0]
    for note in notes[1:]:
        text = _("%(one)s, %(other)s") % {"one": text, "other": note}
    return text
