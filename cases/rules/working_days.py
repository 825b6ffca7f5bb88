"""Counting legal time: working days with make-up days, calendar days, months, and what happens on days off.

Start days are not counted and a period ends with its last day (民法典 201; 市场监督管理行政处罚程序规定 80). All days
are legal days: dates in Asia/Shanghai.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, timedelta
from types import MappingProxyType
from typing import Final, Literal

from cases.rules.errors import RuleError
from cases.rules.grounds import Ground

Unit = Literal["working_day", "day", "month"]
UNITS: Final = ("working_day", "day", "month")

_ONE_DAY: Final = timedelta(days=1)
_FIRST_WEEKEND_DAY: Final = 5
_LONGEST: Final = 100_000
_COUNTING: Final = "市场监督管理行政处罚程序规定 第八十条"
_MONTHS: Final = "民法典 第二百零二条"
_HOLIDAYS: Final = "全国年节及纪念日放假办法"
_UNIT_NAMES: Final = {"working_day": ("个工作日", "working days"), "day": ("日", "days"), "month": ("个月", "months")}


@dataclass(frozen=True, slots=True)
class Festivals:
    """The festivals of one year that move: lunar new year's day, 清明, 端午, 中秋."""

    spring: date
    qingming: date
    duanwu: date
    zhongqiu: date

    def statutory_days(self) -> frozenset[date]:
        """The 13 statutory days off of that year (全国年节及纪念日放假办法, 2024-11-10, art. 2)."""
        year = self.spring.year
        return frozenset(
            {
                date(year, 1, 1),
                *(self.spring + timedelta(days=offset) for offset in (-1, 0, 1, 2)),
                self.qingming,
                date(year, 5, 1),
                date(year, 5, 2),
                self.duanwu,
                self.zhongqiu,
                *(date(year, 10, day) for day in (1, 2, 3)),
            }
        )


@dataclass(frozen=True, slots=True)
class YearCalendar:
    """The days off and make-up working days of one year; `official` if they stand in a State Council notice."""

    year: int
    off_days: frozenset[date]
    makeup_days: frozenset[date]
    notice_no: str
    official: bool

    def __post_init__(self) -> None:
        strays = sorted(day for day in self.off_days | self.makeup_days if day.year != self.year)
        if strays:
            raise RuleError(
                "calendar_stray_day", "%(day)s is not a day of %(year)s.", day=str(strays[0]), year=self.year
            )
        twice = sorted(self.off_days & self.makeup_days)
        if twice:
            raise RuleError("calendar_day_twice", "%(day)s is both off and a working day.", day=str(twice[0]))


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period; `provisional` if a year without an official notice had a say in it.

    `raw_end` is the end before it moved off a day off; it equals `due` for working days.
    """

    due: date
    provisional: bool
    raw_end: date
    grounds: tuple[Ground, ...]


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked, year by year; years without a notice are computed from `festivals`."""

    notices: Mapping[int, YearCalendar]
    festivals: Mapping[int, Festivals] = field(default_factory=dict)
    _computed: dict[int, YearCalendar] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, years: Iterable[YearCalendar], festivals: Mapping[int, Festivals]) -> "WorkCalendar":
        """A calendar of these years; a later entry for the same year replaces the earlier."""
        return cls(MappingProxyType({entry.year: entry for entry in years}), festivals)

    def with_years(self, years: Iterable[YearCalendar]) -> "WorkCalendar":
        """The same calendar with notices added or replaced."""
        return WorkCalendar.of([*self.notices.values(), *years], self.festivals)

    def year(self, year: int) -> YearCalendar:
        """The notice of that year, else Monday to Friday minus the statutory days; RuleError beyond all tables."""
        if year in self.notices:
            return self.notices[year]
        if year not in self._computed:
            if year not in self.festivals:
                raise RuleError("no_calendar", "No calendar reaches the year %(year)s.", _HOLIDAYS, year=year)
            off = self.festivals[year].statutory_days()
            self._computed[year] = YearCalendar(year, off, frozenset(), "", official=False)
        return self._computed[year]

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked: make-up days are, days off and other weekends are not."""
        year = self.year(day.year)
        if day in year.makeup_days:
            return True
        return day not in year.off_days and day.weekday() < _FIRST_WEEKEND_DAY

    def is_provisional(self, day: date) -> bool:
        """Whether what we know of `day` is computed and not yet noticed."""
        return not self.year(day.year).official

    def due(self, start: date, amount: int, unit: str, *, roll: bool = True) -> Due:
        """The last day of `amount` units counted from the day after `start`.

        Days and months that end on a day off move to the next working day, unless `roll` is False (service by public
        notice). RuleError: `unit`, `amount` (not a whole number from 0 to 100,000), `no_calendar`.
        """
        _check_period(amount, unit)
        if unit == "working_day":
            return self._due_in_working_days(start, amount)
        raw = add_months(start, amount) if unit == "month" else _add_days(start, amount)
        grounds = [_counted(start, amount, unit, raw)]
        if not roll:
            return Due(raw, False, raw, tuple(grounds))
        passed = list(self._until_worked(raw))
        due = passed[-1]
        if due != raw:
            grounds.append(_rolled(raw, due))
        return self._stated(due, raw, passed, grounds)

    def workday_before(self, end: date, working_days: int) -> date:
        """The working day from which `end` is `working_days` ahead: the mirror of counting forwards."""
        day = end
        for _ in range(working_days):
            day -= _ONE_DAY
            while not self.is_workday(day):
                day -= _ONE_DAY
        return day

    def days_left(self, today: date, due: date) -> int:
        """Working days from tomorrow up to the due day: 0 on it; negative once it has passed, by one at least.

        A Friday's deadline is overdue on Saturday, though no working day has gone by since.
        """
        days = self.working_days_between(today, due)
        return min(days, -1) if due < today else days

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative when `last` lies before `first`."""
        if last < first:
            return -self.working_days_between(last, first)
        return sum(self.is_workday(day) for day in _days(first + _ONE_DAY, last))

    def _due_in_working_days(self, start: date, amount: int) -> Due:
        day = start
        passed = [start]
        for _ in range(amount):
            day = _add_days(day, 1)
            passed.append(day)
            while not self.is_workday(day):
                day = _add_days(day, 1)
                passed.append(day)
        return self._stated(day, day, passed, [_counted(start, amount, "working_day", day)])

    def _until_worked(self, day: date) -> Iterator[date]:
        while not self.is_workday(day):
            yield day
            day = _add_days(day, 1)
        yield day

    def _stated(self, due: date, raw: date, passed: list[date], grounds: list[Ground]) -> Due:
        unnoticed = sorted({day.year for day in passed if self.is_provisional(day)})
        grounds += [_provisional(year) for year in unnoticed]
        return Due(due, bool(unnoticed), raw, tuple(grounds))


def add_months(day: date, months: int) -> date:
    """The same day `months` later (earlier if negative), or the end of that month (民法典 202)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not MINYEAR <= year < MAXYEAR:
        raise RuleError("no_calendar", "No calendar reaches the year %(year)s.", _HOLIDAYS, year=year)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - _ONE_DAY)


def _check_period(amount: int, unit: str) -> None:
    if unit not in UNITS:
        raise RuleError("unit", "“%(unit)s” is not a unit of time.", unit=unit, allowed=list(UNITS))
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 <= amount <= _LONGEST:
        raise RuleError("amount", "The amount must be a whole number from 0 to %(most)s.", most=_LONGEST)


def _add_days(day: date, amount: int) -> date:
    try:
        return day + timedelta(days=amount)
    except OverflowError:
        raise RuleError("no_calendar", "No calendar reaches that day.", _HOLIDAYS) from None


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _counted(start: date, amount: int, unit: str, end: date) -> Ground:
    zh, en = _UNIT_NAMES[unit]
    return Ground(
        _MONTHS if unit == "month" else _COUNTING,
        f"自{start}次日起计算{amount}{zh}，届满日为{end}。",
        f"{amount} {en} counted from the day after {start} end on {end}.",
    )


def _rolled(raw: date, due: date) -> Ground:
    return Ground(
        "民法典 第二百零三条",
        f"届满日{raw}为休息日，顺延至其后首个工作日{due}。",
        f"{raw} is a day off; the period ends on the next working day, {due}.",
    )


def _provisional(year: int) -> Ground:
    return Ground(
        _HOLIDAYS,
        f"{year}年放假安排尚未公布，按法定节假日推算，结果为暂定。",
        f"The holiday notice of {year} is not in yet; the result is computed from the statutory days and provisional.",
    )
