"""When a locked unit must be visited again, and which half of a year a visit covers (38号 二（一）; domain 2.7)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

_FIRST_OF_SECOND_HALF: Final = 7


@dataclass(frozen=True, slots=True)
class HalfYear:
    """A calendar half-year; `number` 1 runs to the end of June."""

    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, 1 if self.number == 1 else _FIRST_OF_SECOND_HALF, 1)

    @property
    def last(self) -> date:
        return date(self.year, 6, 30) if self.number == 1 else date(self.year, 12, 31)


def half_year_of(day: date) -> HalfYear:
    """The calendar half-year of `day`."""
    return HalfYear(day.year, 1 if day.month < _FIRST_OF_SECOND_HALF else 2)


def halves_of(year: int) -> tuple[HalfYear, HalfYear]:
    """Both halves of a year, the first first."""
    return HalfYear(year, 1), HalfYear(year, 2)


def check_counts_from(locked_on: date, last_check_on: date | None) -> date:
    """The day from which the half-year is counted: the later of the lock and the last on-site check [A]."""
    return locked_on if last_check_on is None else max(locked_on, last_check_on)
