"""A deadline rule as the sources state it, and the days that follow from it (domain 8.1)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from cases.rules.errors import RuleError
from cases.rules.working_days import Due, Unit, WorkCalendar

DeadlineKind = Literal["statute", "rule", "custom"]
Sense = Literal["within", "not_before", "lead", "recurring", "retention"]
Grantor = Literal["accountable", "handling"]


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """One row of the table: how long, whether it can be extended, when to remind, and on what it rests.

    `sense`: do it within the period; not before its end; give this much notice before an event; at least once in every
    period; keep for the period. `reminders` and `ask_before` are days before the due day: working days for rules in
    working days, else calendar days. `max_extension` is in `extension_unit`; `granted_by` says whose it is to extend or
    suspend: the accountable body's, or that of the body which handles the case and set the period. `settable` rules
    have no source that binds ([A], [R]) and may be set per body.
    """

    code: str
    title: str
    title_en: str
    kind: DeadlineKind
    sense: Sense
    amount: int
    unit: Unit
    starts_on: str
    roll: bool
    extendable: bool
    max_extension: int
    extension_unit: Unit
    max_extensions: int
    ask_before: int
    granted_by: Grantor
    reminders: tuple[int, ...]
    note: str
    act: str
    clause: str
    source_tag: str
    settable: bool

    @property
    def basis(self) -> str:
        """Act and clause, for citing."""
        return f"{self.act} {self.clause}".strip()


@dataclass(frozen=True, slots=True)
class Reminder:
    """The day a reminder falls, `rung` days (in the rule's terms) before the due day."""

    rung: int
    on: date


def deadline_due(*, rule: DeadlineRule, calendar: WorkCalendar, start: date, amount: int | None = None) -> Due:
    """The due day of a period that starts on `start`; `amount` replaces the rule's own where a body has set one.

    For sense "lead" and "not_before" it is the earliest day permitted. RuleError: `not_settable`, and those of
    `WorkCalendar.due`.
    """
    if amount is not None and amount != rule.amount and not rule.settable:
        raise RuleError("not_settable", "The period of “%(rule)s” is fixed by law.", rule.basis, rule=rule.code)
    return calendar.due(start, rule.amount if amount is None else amount, rule.unit, roll=rule.roll)


def extended_due(
    *, rule: DeadlineRule, calendar: WorkCalendar, due: date, by: int, asked_on: date, extensions: int = 0
) -> Due:
    """The due day after one more extension of `by` units, counted from the day after the old due day.

    `extensions` counts those already granted. RuleError: `not_extendable`, `extended_already`, `extension_too_long`,
    `asked_too_late`.
    """
    if not rule.extendable:
        raise RuleError("not_extendable", "“%(rule)s” cannot be extended.", rule.basis, rule=rule.code)
    if extensions >= rule.max_extensions:
        raise RuleError("extended_already", "It has been extended %(times)s times.", rule.basis, times=extensions)
    if not 0 < by <= rule.max_extension:
        raise RuleError("extension_too_long", "An extension is at most %(most)s.", rule.basis, most=rule.max_extension)
    latest = days_before(rule=rule, calendar=calendar, due=due, days=rule.ask_before)
    if asked_on > latest:
        raise RuleError(
            "asked_too_late", "An extension had to be asked for by %(latest)s.", rule.basis, latest=str(latest)
        )
    return calendar.due(due, by, rule.extension_unit, roll=rule.roll)


def reminders_of(*, rule: DeadlineRule, calendar: WorkCalendar, due: date) -> tuple[Reminder, ...]:
    """The reminders of a deadline due on `due`, earliest first."""
    rungs = sorted(rule.reminders, reverse=True)
    return tuple(Reminder(rung, days_before(rule=rule, calendar=calendar, due=due, days=rung)) for rung in rungs)


def days_before(*, rule: DeadlineRule, calendar: WorkCalendar, due: date, days: int) -> date:
    """The day `days` before `due`: working days for rules in working days, else calendar days."""
    if rule.unit == "working_day":
        return calendar.workday_before(due, days)
    return due - timedelta(days=days)
