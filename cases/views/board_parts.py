"""The parts of the oversight board as its template draws them: tiles, days, regions, rows, filters."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.deadlines import Chosen
from cases.models import Deadline, User
from cases.rules.working_days import WorkCalendar
from cases.selectors.deadlines import Counts, DueDay, RegionCounts
from cases.selectors.notifications import rule_title
from cases.selectors.written import written

POOR: Final = 90.0
"""On-time rate in per cent below which a region stands out."""

TITLES: Final = {
    "overdue": gettext_lazy("Overdue"),
    "today": gettext_lazy("Due today"),
    "week": gettext_lazy("Due within 7 days"),
    "running": gettext_lazy("Running"),
    "suspended": gettext_lazy("Suspended"),
    "met": gettext_lazy("Met in the last 90 days"),
    "late": gettext_lazy("Met late"),
}
ICONS: Final = {
    "overdue": "alert-triangle",
    "today": "clock",
    "week": "calendar-due",
    "running": "route",
    "suspended": "pause",
    "late": "chart-bar",
}


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One line of the list, with what only the calendar and the language can say."""

    deadline: Deadline
    step: str
    left: int
    quality_class: str
    state: str

    @property
    def days_overdue(self) -> int:
        """Working days since the due day; at least 1 once it has passed."""
        return max(0, -self.left)


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that filters the list."""

    name: str
    icon: str
    value: str
    note: str
    css: str
    url: str
    current: bool
    unit: str = ""


MakeTile = Callable[[User, date], Tile]
_beside: list[MakeTile] = []


def register_tile(make: MakeTile) -> MakeTile:
    """`make(user, today)` answers what leads from the board to another page; a floor above registers it."""
    _beside.append(make)
    return make


def tiles_beside(user: User, today: date) -> list[Tile]:
    """What else waits under the person's oversight, for the head of the board."""
    return [make(user, today) for make in _beside]


def tiles(counts: Counts, chosen: Chosen) -> list[Tile]:
    """The six numbers of the board."""
    rate = "—" if counts.on_time is None else f"{counts.on_time:.1f}"
    met = _("%(late)s of %(met)s met late in 90 days") % {"late": counts.met_late, "met": counts.met}
    share = _("of %(number)s running") % {"number": counts.running}
    return [
        _tile("overdue", counts.overdue, share, chosen, "tile-overdue" if counts.overdue else ""),
        _tile("today", counts.today, _("ends with the day"), chosen, "tile-today" if counts.today else ""),
        _tile("week", counts.week, _("today included"), chosen),
        _tile("running", counts.running, _("clocks that count"), chosen),
        _tile("suspended", counts.suspended, _("clocks that stand still"), chosen),
        Tile(
            name=_("On-time rate"),
            icon=ICONS["late"],
            value=rate,
            unit="%",
            note=met,
            css="",
            url=chosen.address(due="late", day=""),
            current=chosen.due == "late",
        ),
    ]


def strip(days: Iterable[DueDay], chosen: Chosen, calendar: WorkCalendar) -> list[dict[str, Any]]:
    """The next 14 days, days off marked."""
    return [
        {
            "day": due.day,
            "number": due.number,
            "heat": due.heat,
            "off": not calendar.is_workday(due.day),
            "today": index == 0,
            "current": chosen.day == due.day,
            "url": chosen.address(day=due.day.isoformat(), due=""),
        }
        for index, due in enumerate(days)
    ]


def region_rows(regions: Iterable[RegionCounts], chosen: Chosen) -> list[dict[str, Any]]:
    """The table by region; a row narrows the board to it, and the chosen one widens it again."""
    return [
        {
            "name": region.name,
            "counts": region.counts,
            "poor": region.counts.on_time is not None and region.counts.on_time < POOR,
            "current": chosen.area == region.code,
            "url": chosen.address(area="" if chosen.area == region.code else region.code),
        }
        for region in regions
    ]


def deadline_rows(deadlines: Iterable[Deadline], calendar: WorkCalendar, today: date) -> list[DeadlineRow]:
    """The rows of a page; asks the database nothing beyond what `listed` has read."""
    return [
        DeadlineRow(
            deadline=deadline,
            step=rule_title(deadline.rule),
            left=calendar.days_left(today, deadline.due_on),
            quality_class=_class_of(deadline),
            state=state_word(deadline),
        )
        for deadline in deadlines
    ]


def state_word(deadline: Deadline) -> str:
    """What the deadline components call the state."""
    return {"met": "met", "suspended": "suspended"}.get(deadline.state, "open")


def title_of(chosen: Chosen) -> str:
    """Heading of the list."""
    if chosen.day:
        return _("Due on %(day)s") % {"day": written(chosen.day)}
    return str(TITLES[chosen.due])


def chips(chosen: Chosen, regions: Sequence[RegionCounts]) -> list[dict[str, str]]:
    """The filters in force, each removable."""
    found = []
    if chosen.day:
        found.append({"label": _("Due"), "value": str(written(chosen.day)), "remove_url": chosen.address(day="")})
    if chosen.due and chosen.due != "overdue":
        found.append({"label": _("Show"), "value": str(TITLES[chosen.due]), "remove_url": chosen.address(due="")})
    if chosen.area:
        name = next((region.name for region in regions if region.code == chosen.area), chosen.area)
        found.append({"label": _("Region"), "value": name, "remove_url": chosen.address(area="")})
    return found


def _tile(due: str, number: int, note: str, chosen: Chosen, css: str = "") -> Tile:
    return Tile(
        name=str(TITLES[due]),
        icon=ICONS[due],
        value=f"{number:,}",
        note=note,
        css=css,
        url=chosen.address(due=due, day=""),
        current=chosen.due == due,
    )


def _class_of(deadline: Deadline) -> str:
    if deadline.case is None:
        return ""
    records = getattr(deadline.case.enterprise, "class_in_force", [])
    return records[0].quality_class if records else ""
