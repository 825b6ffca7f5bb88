"""Which daily, weekly and monthly records a unit owes, and which are missing (日管控、周排查、月调度).

工业产品生产单位落实质量安全主体责任监督管理规定 (总局令第75号), 工业产品销售单位落实质量安全主体责任监督管理规定
(总局令第76号); 国市监质监发〔2023〕38号 附件2 2.1–2.3. A record that says that nothing was found (零风险报告) is a
record. Days on which the unit did not work are never missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from cases.rules.errors import RuleError
from cases.rules.working_days import WorkCalendar, add_months

DutyKind = Literal["daily", "weekly", "monthly"]
DUTY_KINDS: Final[tuple[DutyKind, ...]] = ("daily", "weekly", "monthly")
State = Literal["done", "gap", "due", "ahead", "stopped", "not_owed"]
Stretch = tuple[date, date | None]
"""First and last day, both included; no last day while it lasts."""

ORDERS_IN_FORCE: Final = date(2023, 5, 5)
"""Orders 75 and 76 bind from this day; no record is owed for any earlier one."""
_CLAUSES: Final[Mapping[DutyKind, str]] = {
    "daily": "国市监质监发〔2023〕38号 附件2 2.1",
    "weekly": "国市监质监发〔2023〕38号 附件2 2.2",
    "monthly": "国市监质监发〔2023〕38号 附件2 2.3",
}
_ONE_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Period:
    """One day, ISO week or month: its days, both included, and how its record stands.

    `due`: begun, owed, and not missing yet. `ahead`: not begun. `stopped`: no day of it was or will be worked.
    `not_owed`: the duty had not begun.
    """

    kind: DutyKind
    first: date
    last: date
    state: State


@dataclass(frozen=True, slots=True)
class Duties:
    """What is known of a unit's records; `records` holds for each kind the first days of the periods recorded."""

    owed_from: date
    today: date
    monthly_due_day: int
    calendar: WorkCalendar
    records: Mapping[DutyKind, frozenset[date]] = field(default_factory=dict)
    stopped: tuple[Stretch, ...] = ()
    """Stoppages and times in which the unit was not in business, in any order."""

    @property
    def begins(self) -> date:
        """First day for which anything is owed."""
        return max(self.owed_from, ORDERS_IN_FORCE)


def clause_of(kind: DutyKind) -> str:
    """The clause that asks for a record of that kind."""
    return _CLAUSES[kind]


def period_of(kind: DutyKind, day: date) -> tuple[date, date]:
    """First and last day of the day, ISO week (Monday to Sunday) or calendar month that holds `day`."""
    if kind == "daily":
        return day, day
    if kind == "weekly":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + _WEEK - _ONE_DAY
    if kind == "monthly":
        first = day.replace(day=1)
        return first, add_months(first, 1) - _ONE_DAY
    raise RuleError("duty_kind", "“%(kind)s” is no kind of control record.", kind=kind, allowed=list(DUTY_KINDS))


def periods(kind: DutyKind, first: date, last: date, duties: Duties) -> Iterator[Period]:
    """Every period of that kind that begins from `first` to `last`, both included, with its state."""
    for start in _starts(kind, first, last):
        yield Period(kind, *period_of(kind, start), _state(kind, start, duties))


def gaps(kind: DutyKind, first: date, last: date, duties: Duties) -> tuple[Period, ...]:
    """The periods of that kind beginning from `first` to `last` whose record is missing."""
    return tuple(period for period in periods(kind, first, last, duties) if period.state == "gap")


def missing_from(kind: DutyKind, start: date, duties: Duties) -> date:
    """First day on which the record of the period beginning on `start` counts as missing.

    A daily one from the next working day, a weekly one once its week is over, a monthly one once the due day of the
    next month has passed; a due day that falls on a day off moves to the next working day (民法典 第二百零三条).
    """
    if kind == "daily":
        return _workday_from(start + _ONE_DAY, duties.calendar)
    if kind == "weekly":
        return start + _WEEK
    due = add_months(start, 1).replace(day=duties.monthly_due_day)
    return _workday_from(due, duties.calendar) + _ONE_DAY


def _workday_from(day: date, calendar: WorkCalendar) -> date:
    while not calendar.is_workday(day):
        day += _ONE_DAY
    return day


def _starts(kind: DutyKind, first: date, last: date) -> Iterator[date]:
    start, end = period_of(kind, first)
    if start < first:
        start = end + _ONE_DAY
    while start <= last:
        yield start
        start = period_of(kind, start)[1] + _ONE_DAY


def _state(kind: DutyKind, start: date, duties: Duties) -> State:
    if start in duties.records.get(kind, ()):
        return "done"
    if start < duties.begins:
        return "not_owed"  # a week or month in which the duty only began is not held against the unit
    if not _worked(*period_of(kind, start), duties.stopped):
        return "stopped"
    if start > duties.today:
        return "ahead"
    return "gap" if duties.today >= missing_from(kind, start, duties) else "due"


def _worked(first: date, last: date, stopped: tuple[Stretch, ...]) -> bool:
    """Whether any day from `first` to `last` lies outside every stretch."""
    day = first
    for begins, ends in sorted(stopped, key=lambda stretch: stretch[0]):
        if begins > day:
            return True
        if ends is None or ends >= last:
            return False
        day = max(day, ends + _ONE_DAY)
    return True
