"""What extensions and suspensions do to a deadline, and the ladder of days on which somebody is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cases.rules.deadlines import DeadlineRule, reminders_of
from cases.rules.working_days import Due, WorkCalendar

_ONE_DAY: Final = timedelta(days=1)

OVERDUE: Final = "overdue"


@dataclass(frozen=True, slots=True)
class Extension:
    """So many of the rule's extension units more, counted from the last day of the period before it."""

    amount: int


@dataclass(frozen=True, slots=True)
class Suspension:
    """Days that do not count: from `first` up to, and not including, `resumed`, on which the clock runs again."""

    first: date
    resumed: date


@dataclass(frozen=True, slots=True, order=True)
class Rung:
    """A day on which somebody is told, and its name: ``before:N``, ``overdue``, ``escalate:K``."""

    day: date
    name: str


def due_after(
    *,
    rule: DeadlineRule,
    calendar: WorkCalendar,
    start: date,
    amount: int,
    changes: Iterable[Extension | Suspension] = (),
) -> Due:
    """The last day of a period of `amount` units that was then extended and suspended, in the order of `changes`.

    An extension follows the period before it, which ended on its rolled last day. A suspension moves the last day as
    it was before rolling, so that a day off counts once. Errors are those of `WorkCalendar.due`.
    """
    due = calendar.due(start, amount, rule.unit, roll=rule.roll)
    for change in changes:
        if isinstance(change, Extension):
            moved = calendar.due(due.due, change.amount, rule.extension_unit, roll=rule.roll)
        else:
            moved = _resumed(rule, calendar, due, change)
        provisional = due.provisional or moved.provisional
        due = Due(moved.due, provisional, moved.raw_end, due.grounds + moved.grounds)
    return due


def suspended_amount(calendar: WorkCalendar, suspension: Suspension, unit: str) -> int:
    """How many days a suspension took: working days for periods in working days, else calendar days."""
    if unit == "working_day":
        return calendar.working_days_between(suspension.first - _ONE_DAY, suspension.resumed - _ONE_DAY)
    return (suspension.resumed - suspension.first).days


def ladder(
    *, rule: DeadlineRule, calendar: WorkCalendar, start: date, due: date, escalate_after: Sequence[int]
) -> tuple[Rung, ...]:
    """The rungs of a deadline in the order they are reached.

    Reminders not after `start` are left out: a clock is not announced before it runs. `escalate_after`: working days
    overdue after which the accountable body, then the body above it, and so on is told.
    """
    reminders = reminders_of(rule=rule, calendar=calendar, due=due)
    rungs = [Rung(reminder.on, f"before:{reminder.rung}") for reminder in reminders if reminder.on > start]
    rungs.append(Rung(due + _ONE_DAY, OVERDUE))
    for level, days in enumerate(escalate_after, start=1):
        rungs.append(Rung(calendar.due(due, max(days, 1), "working_day").due, f"escalate:{level}"))
    return tuple(sorted(rungs))


def _resumed(rule: DeadlineRule, calendar: WorkCalendar, due: Due, suspension: Suspension) -> Due:
    amount = suspended_amount(calendar, suspension, rule.unit)
    if rule.unit == "working_day":
        return calendar.due(due.due, amount, "working_day")
    return calendar.due(due.raw_end, amount, "day", roll=rule.roll)
