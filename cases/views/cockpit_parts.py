"""The head of the cockpit as its template draws it: six figures with what they were, and how each is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from cases.models import Body
from cases.rules.rectification_rates import Kept
from cases.selectors.cockpit import ENDED, RECTIFIED, WINDOW, Cockpit
from cases.selectors.deadlines import NOTHING, Counts
from cases.selectors.overseen import CLASSES, NO_UNITS, WORST, Overseen, Units, below
from cases.views.charts import Spark, bars_of, spark_of, trend_of
from cases.views.list_parts import page_of

POOR: Final = 90.0
"""On-time rate in per cent below which a region stands out."""

DEFINITIONS: Final[tuple[tuple[str | Promise, str | Promise], ...]] = (
    (
        gettext_lazy("Overdue"),
        gettext_lazy(
            "Deadlines of every kind that run and whose last day, with all extensions, has passed. Suspended ones do"
            " not count. Earlier days are told from the ledger: what was overdue when the day ended."
        ),
    ),
    (
        gettext_lazy("Overdue, not put right"),
        gettext_lazy(
            "Rectification orders whose last day has passed, on which nothing was reported or the return visit found"
            " faults, while the case goes on and no later order has been served."
        ),
    ),
    (
        gettext_lazy("Due within 7 days"),
        gettext_lazy("Running deadlines whose last day is today or one of the next seven calendar days."),
    ),
    (
        gettext_lazy("Open cases"),
        gettext_lazy(
            "Cases of every procedure that have been opened and not ended. Compared with the end of last month."
        ),
    ),
    (
        gettext_lazy("Rectified in time"),
        gettext_lazy(
            "Of the rectification orders whose last day lies in the 30 days before today, the share on which the"
            " enterprise reported by that day and whose return visit, if there was one, found all put right. Orders"
            " that were withdrawn, or ended with their case before that day, do not count. The months of the chart"
            " count in the same way by the month of the last day, as is known today."
        ),
    ),
    (
        gettext_lazy("Days to rectify"),
        gettext_lazy(
            "Calendar days from the service of the order to the enterprise’s report, on average over the reports of the"
            " last 30 days, today included. A period that ran out without a report has no length."
        ),
    ),
    (
        gettext_lazy("Class C enterprises"),
        gettext_lazy(
            "Enterprises whose class in force is C; the share is of all that have a class. Earlier months are read from"
            " the class history; an enterprise counts where it stands today."
        ),
    ),
    (
        gettext_lazy("Colours of the map"),
        gettext_lazy(
            "The share of enterprises of class C among those in operation on the day, by the bounds of the rule pack"
            " chosen for the area. Too few enterprises are shown as numbers, none as no data, never in green."
        ),
    ),
    (
        gettext_lazy("On time, by area"),
        gettext_lazy("Of the deadlines of every kind met in the last 90 days, the share met by their last day."),
    ),
)
"""What each figure counts, in words; docs/user-guide.md says the same."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the head: what it is now, what it was, and the list it counts."""

    code: str
    name: str
    value: str
    unit: str
    note: str
    url: str
    spark: Spark | None
    css: str = ""
    current: bool = False


def figures(cockpit: Cockpit, seen: Overseen, chosen: Any) -> list[Figure]:
    """The six figures in their order."""
    return [
        _overdue(cockpit, chosen),
        _soon(cockpit, chosen),
        _cases(cockpit, seen),
        _in_time(cockpit, chosen),
        _days(cockpit, chosen),
        _worst(cockpit, seen),
    ]


def _overdue(cockpit: Cockpit, chosen: Any) -> Figure:
    number, since = cockpit.counts.overdue, cockpit.longest_since
    note = _("%(change)s since yesterday") % {"change": signed(number - cockpit.overdue_days[-2])}
    if since is not None:
        longest = _("longest %(days)s days") % {"days": (cockpit.today - since).days}
        note = _("%(one)s, %(other)s") % {"one": note, "other": longest}
    if cockpit.unrectified:
        late = cockpit.unrectified
        orders = ngettext("%(number)s order not put right", "%(number)s orders not put right", late) % {"number": late}
        note = _("%(one)s, %(other)s") % {"one": note, "other": orders}
    return Figure(
        code="overdue",
        name=_("Overdue"),
        value=f"{number:,}",
        unit=pgettext("after a number", "deadlines"),
        note=note,
        url=chosen.address(due="overdue", day="") + "#list",
        spark=spark_of(cockpit.overdue_days),
        css="tile-overdue" if number else "",
        current=chosen.due == "overdue",
    )


def _soon(cockpit: Cockpit, chosen: Any) -> Figure:
    number, fullest = cockpit.counts.week, cockpit.fullest
    note = _("%(change)s since yesterday") % {"change": signed(number - cockpit.soon_days[-2])}
    if fullest is not None:
        day, many = fullest
        most = _("most on %(day)s: %(number)s") % {"day": date_format(day, "MONTH_DAY_FORMAT"), "number": many}
        note = _("%(one)s, %(other)s") % {"one": note, "other": most}
    return Figure(
        code="soon",
        name=_("Due within 7 days"),
        value=f"{number:,}",
        unit=pgettext("after a number", "deadlines"),
        note=note,
        url=chosen.address(due="week", day="") + "#list",
        spark=spark_of(cockpit.soon_days),
        css="tile-today" if number else "",
        current=chosen.due == "week",
    )


def _cases(cockpit: Cockpit, seen: Overseen) -> Figure:
    number, before = cockpit.open_cases, cockpit.cases_months[-2]
    change = signed(round(100 * (number - before) / before, 1), "%") if before else signed(number)
    url = page_of("case_list")
    return Figure(
        code="cases",
        name=_("Open cases"),
        value=f"{number:,}",
        unit=pgettext("after a number", "cases"),
        note=_("%(change)s since the end of last month") % {"change": change},
        url=f"{url}?status=open{_area(seen)}" if url else "",
        spark=spark_of(cockpit.cases_months),
    )


def _in_time(cockpit: Cockpit, chosen: Any) -> Figure:
    now, before = cockpit.kept_now, cockpit.kept_before
    if now.rate is None:
        note = _("no period ended in %(days)s days") % {"days": WINDOW}
    else:
        goal = {"target": cockpit.target}
        reached = now.rate >= cockpit.target
        met = _("target %(target)s%%, reached") % goal if reached else _("target %(target)s%%, missed") % goal
        note = _("%(one)s, %(other)s") % {
            "one": met,
            "other": change_of(now, before, _("%(change)s points against the 30 days before")),
        }
    missed = now.rate is not None and now.rate < cockpit.target
    return Figure(
        code="in_time",
        name=_("Rectified in time"),
        value="—" if now.rate is None else f"{now.rate:g}",
        unit="%",
        note=note,
        url=chosen.address(due=ENDED, day="") + "#list",
        spark=spark_of([kept.rate for kept in cockpit.kept_months]),
        css="tile-missed" if missed else "",
        current=chosen.due == ENDED,
    )


def change_of(now: Kept, before: Kept, against: str) -> str:
    """How many were kept of how many, and the change in the words of `against`."""
    counted = _("%(in_time)s of %(ended)s") % {"in_time": now.in_time, "ended": now.ended}
    if before.rate is None or now.rate is None:
        return counted
    points = against % {"change": signed(round(now.rate - before.rate, 1))}
    return _("%(one)s, %(other)s") % {"one": counted, "other": points}


def _days(cockpit: Cockpit, chosen: Any) -> Figure:
    return days_figure(
        cockpit,
        none=_("no report in %(days)s days") % {"days": WINDOW},
        mean=_("mean of the last 30 days"),
        against=_("%(change)s days against the 30 days before"),
        url=chosen.address(due=RECTIFIED, day="") + "#list",
        current=chosen.due == RECTIFIED,
    )


def days_figure(
    cockpit: Cockpit, *, none: str, mean: str, against: str, url: str = "", current: bool = False
) -> Figure:
    """How long rectification took, in the words for its time: with no report, with nothing before, with a change."""
    now, before = cockpit.days_now, cockpit.days_before
    if now is None:
        note = none
    elif before is None:
        note = mean
    else:
        note = against % {"change": signed(round(now - before, 1))}
    return Figure(
        code="days",
        name=_("Days to rectify"),
        value="—" if now is None else f"{now:g}",
        unit=pgettext("after a number", "days"),
        note=note,
        url=url,
        spark=spark_of(cockpit.days_months),
        current=current,
    )


def _worst(cockpit: Cockpit, seen: Overseen) -> Figure:
    units = cockpit.all_units
    share = f"{100 * units.worst / units.classed:.1f}%" if units.classed else "—"
    change = signed(units.worst - cockpit.worst_months[-2])
    url = page_of("enterprise_list")
    told = {"share": share, "change": change}
    return Figure(
        code="worst",
        name=_("Class C enterprises"),
        value=f"{units.worst:,}",
        unit=pgettext("after a number", "enterprises"),
        note=_("%(share)s of those classified, %(change)s since the end of last month") % told,
        url=f"{url}?quality={WORST}{_area(seen)}" if url else "",
        spark=spark_of(cockpit.worst_months),
    )


def _area(seen: Overseen) -> str:
    return f"&area={seen.area.code}" if seen.area else ""


def signed(number: float, unit: str = "") -> str:
    """With its sign, a real minus among them."""
    return f"±0{unit}" if number == 0 else f"{'+' if number > 0 else '−'}{abs(number):g}{unit}"


def trend(cockpit: Cockpit) -> dict[str, Any]:
    """The chart of twelve months."""
    labels = [date_format(month.first, pgettext("format of a month on an axis", "M")) for month in cockpit.months]
    return trend_of(labels, cockpit.overdue_months, [kept.rate for kept in cockpit.kept_months], cockpit.target)


def area_rows(cockpit: Cockpit, seen: Overseen, chosen: Any) -> list[dict[str, Any]]:
    """The table by area: a row for each body below, one for what stands at the body itself, one for elsewhere."""
    parts, area = seen.parts, seen.area
    deadlines = below(parts, cockpit.deadlines, NOTHING)
    units, cases = below(parts, cockpit.units, NO_UNITS), below(parts, cockpit.cases, 0)
    rows = [
        _area_row(part.short_name, chosen.address(area=part.code), units[at], cases[at], deadlines[at])
        for part in parts
        for at in (part.position,)
    ]
    own = area.position if area else 0
    if area is not None and own in (cockpit.deadlines.keys() | cockpit.units.keys() | cockpit.cases.keys()):
        name = _("%(area)s itself") % {"area": area.short_name} if parts else area.short_name
        standing = (cockpit.units.get(own, NO_UNITS), cockpit.cases.get(own, 0), cockpit.deadlines.get(own, NOTHING))
        rows.append(_area_row(name, "", *standing))
    elsewhere = [
        counts
        for place, counts in cockpit.deadlines.items()
        if place != own and not any(part.position <= place <= part.last for part in parts)
    ]
    if elsewhere:
        rows.append(_area_row(_("Elsewhere"), "", NO_UNITS, 0, sum(elsewhere, start=NOTHING)))
    return rows


def _area_row(name: str, url: str, units: Units, cases: int, counts: Counts) -> dict[str, Any]:
    return {
        "name": name,
        "url": url,
        "units": units,
        "bars": bars_of(units.by_class, CLASSES),
        "cases": cases,
        "counts": counts,
        "poor": counts.on_time is not None and counts.on_time < POOR,
    }


def places_above(line: Sequence[Body], seen: Overseen, chosen: Any) -> list[dict[str, Any]]:
    """The areas to go back to: everything, the bodies above the chosen one, itself."""
    if not seen.chosen or seen.area is None:
        return []
    first = [] if len(seen.tops) == 1 else [{"name": _("All areas"), "url": chosen.address(area=""), "current": False}]
    above = [{"name": body.short_name, "url": chosen.address(area=body.code), "current": False} for body in line]
    return [*first, *above, {"name": seen.area.short_name, "url": chosen.address(), "current": True}]
