"""The parts of the oversight board as its template draws them: days, the list with its tabs, rows, filters."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.deadlines import Chosen
from cases.models import Body, Deadline, User
from cases.rules.working_days import WorkCalendar
from cases.selectors.deadlines import Counts, DueDay
from cases.selectors.notifications import rule_title
from cases.selectors.written import written

SATURDAY: Final = 5
TITLES: Final = {
    "overdue": gettext_lazy("Overdue"),
    "today": gettext_lazy("Due today"),
    "week": gettext_lazy("Due within 7 days"),
    "running": gettext_lazy("Running"),
    "suspended": gettext_lazy("Suspended"),
    "met": gettext_lazy("Met in the last 90 days"),
    "late": gettext_lazy("Met late"),
    "unrectified": gettext_lazy("Overdue, not put right"),
    "ended": gettext_lazy("Periods to rectify that ended in the last 30 days"),
    "rectified": gettext_lazy("Rectifications reported in the last 30 days"),
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
    """A number that leads to a list."""

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


def list_tabs(counts: Counts, unrectified: int, chosen: Chosen) -> list[dict[str, Any]]:
    """The usual narrowings of the list, each with how many it shows."""
    shown = ("overdue", "unrectified", "today", "week", "running", "suspended", "late")
    numbers = {"late": counts.met_late, "unrectified": unrectified}
    return [
        {
            "label": str(TITLES[due]),
            "url": chosen.address(due=due, day="") + "#list",
            "current": chosen.due == due,
            "count": numbers.get(due, getattr(counts, due, 0)),
        }
        for due in shown
    ]


def strip(days: Iterable[DueDay], chosen: Chosen, calendar: WorkCalendar) -> list[dict[str, Any]]:
    """The next 14 days, days off marked."""
    return [
        {
            "day": due.day,
            "number": due.number,
            "heat": due.heat,
            "off": not calendar.is_workday(due.day),
            "makeup": due.day.weekday() >= SATURDAY and calendar.is_workday(due.day),
            "today": index == 0,
            "current": chosen.day == due.day,
            "url": chosen.address(day=due.day.isoformat(), due="") + "#list",
        }
        for index, due in enumerate(days)
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


def chips(chosen: Chosen, area: Body | None) -> list[dict[str, str]]:
    """The filters in force, each removable."""
    found = []
    if chosen.day:
        found.append({"label": _("Due"), "value": str(written(chosen.day)), "remove_url": chosen.address(day="")})
    if chosen.due and chosen.due != "overdue":
        found.append({"label": _("Show"), "value": str(TITLES[chosen.due]), "remove_url": chosen.address(due="")})
    if area is not None:
        found.append({"label": _("Region"), "value": area.short_name, "remove_url": chosen.address(area="")})
    return found


def _class_of(deadline: Deadline) -> str:
    if deadline.case is None:
        return ""
    records = getattr(deadline.case.enterprise, "class_in_force", [])
    return records[0].quality_class if records else ""
