"""The rows of every list of locks as their templates draw them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from cases.models import ResponsibilityLock
from cases.rules.onsite_checks import halves_of
from cases.rules.working_days import WorkCalendar


@dataclass(frozen=True, slots=True)
class LockRow:
    """One lock, with what only the calendar can say: working days left until the check, and until a change is due."""

    lock: ResponsibilityLock
    left: int | None
    state: str
    change_due: date | None
    change_left: int | None
    halves: tuple[tuple[int, str], ...] = ()
    """The halves of this year that have begun: number, and whether visited, missed (locked all through), or neither."""
    verdict: str = ""
    """Why a bulk hand-over left it where it is."""

    @property
    def overdue(self) -> bool:
        return self.state == "open" and self.left is not None and self.left < 0


def lock_rows(
    locks: Iterable[ResponsibilityLock],
    calendar: WorkCalendar,
    today: date,
    verdicts: dict[int, str] | None = None,
) -> list[LockRow]:
    """The rows of a page; asks the database nothing beyond what `listed_locks` has read."""
    return [_row(lock, calendar, today, (verdicts or {}).get(lock.pk, "")) for lock in locks]


def _row(lock: ResponsibilityLock, calendar: WorkCalendar, today: date, verdict: str) -> LockRow:
    clock = lock.clock
    change_due: date | None = getattr(lock, "change_due", None)
    return LockRow(
        lock=lock,
        left=calendar.days_left(today, clock.due_on) if clock else None,
        state="suspended" if clock and clock.state == "suspended" else "open",
        change_due=change_due,
        change_left=calendar.days_left(today, change_due) if change_due else None,
        halves=tuple(_halves(lock, today)),
        verdict=verdict,
    )


def _halves(lock: ResponsibilityLock, today: date) -> Iterator[tuple[int, str]]:
    for half, visited in zip(
        halves_of(today.year), (getattr(lock, "first_half", False), getattr(lock, "second_half", False)), strict=True
    ):
        if half.first <= today:
            missed = half.last < today and lock.since <= half.first
            yield half.number, "visited" if visited else "missed" if missed else "open"
