"""Working days, periods and rolling (domain 2.7, 8.4, 8.5)."""

from datetime import date, timedelta
from itertools import pairwise

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.packs.loader import packaged_calendar
from cases.rules.errors import RuleError
from cases.rules.working_days import UNITS, YearCalendar, add_months

CALENDAR = packaged_calendar()
DAYS = st.dates(date(2004, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-03-02", "2026-03-09"),
        ("2026-02-12", "2026-02-26"),
        ("2026-04-30", "2026-05-11"),
        ("2026-09-28", "2026-10-10"),
        ("2026-09-30", "2026-10-13"),
        ("2026-10-01", "2026-10-13"),
    ],
)
def test_five_working_days_after_a_change_of_officer(start: str, due: str) -> None:
    found = CALENDAR.due(date.fromisoformat(start), 5, "working_day")
    assert (found.due.isoformat(), found.raw_end, found.provisional) == (due, found.due, False)


@pytest.mark.parametrize(
    ("start", "amount", "raw", "due"),
    [
        ("2026-03-06", 15, "2026-03-21", "2026-03-23"),
        ("2026-01-30", 15, "2026-02-14", "2026-02-14"),
        ("2026-02-01", 15, "2026-02-16", "2026-02-24"),
        ("2026-04-19", 15, "2026-05-04", "2026-05-06"),
        ("2026-01-05", 60, "2026-03-06", "2026-03-06"),
        ("2026-08-03", 60, "2026-10-02", "2026-10-08"),
        ("2026-07-20", 75, "2026-10-03", "2026-10-08"),
        ("2026-09-05", 15, "2026-09-20", "2026-09-20"),
    ],
)
def test_days_roll_off_days_off_but_not_off_make_up_days(start: str, amount: int, raw: str, due: str) -> None:
    found = CALENDAR.due(date.fromisoformat(start), amount, "day")
    assert (found.raw_end.isoformat(), found.due.isoformat()) == (raw, due)
    assert len(found.grounds) == (1 if raw == due else 2)


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [("2026-09-24", 3, "2026-09-30"), ("2026-06-18", 3, "2026-06-24"), ("2026-01-30", 15, "2026-02-27"),
     ("2026-02-13", 1, "2026-02-14")],
)  # fmt: skip
def test_working_days_of_the_table(start: str, amount: int, due: str) -> None:
    assert CALENDAR.due(date.fromisoformat(start), amount, "working_day").due.isoformat() == due


def test_service_by_public_notice_does_not_roll() -> None:
    found = CALENDAR.due(date(2026, 9, 2), 30, "day", roll=False)
    assert (found.due, found.provisional) == (date(2026, 10, 2), False)


@pytest.mark.parametrize(
    ("start", "months", "raw", "due"),
    [
        ("2026-01-31", 1, "2026-02-28", "2026-02-28"),
        ("2024-08-31", 6, "2025-02-28", "2025-02-28"),
        ("2025-04-01", 6, "2025-10-01", "2025-10-09"),
        ("2025-12-15", 12, "2026-12-15", "2026-12-15"),
    ],
)
def test_months_end_on_the_same_day_or_at_the_end_of_the_month(start: str, months: int, raw: str, due: str) -> None:
    found = CALENDAR.due(date.fromisoformat(start), months, "month")
    assert (found.raw_end.isoformat(), found.due.isoformat()) == (raw, due)


def test_2026_has_248_working_days() -> None:
    assert CALENDAR.working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 248
    ends = [add_months(date(2026, 1, 1), months) - timedelta(days=1) for months in range(13)]
    counts = [CALENDAR.working_days_between(first, last) for first, last in pairwise(ends)]
    assert counts == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]


def test_2026_is_as_the_state_council_gave_notice() -> None:
    year = CALENDAR.year(2026)
    spans = [("01-01", 3), ("02-15", 9), ("04-04", 3), ("05-01", 5), ("06-19", 3), ("09-25", 3), ("10-01", 7)]
    off = {date.fromisoformat(f"2026-{first}") + timedelta(days=n) for first, length in spans for n in range(length)}
    makeup = {date.fromisoformat(f"2026-{day}") for day in ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")}
    assert (set(year.off_days), set(year.makeup_days), year.official) == (off, makeup, True)


def test_the_packaged_calendar_agrees_with_chinesecalendar_on_every_day() -> None:
    first = date(2004, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(2026, 12, 31) - first).days + 1)]
    assert [day for day in days if CALENDAR.is_workday(day) is not chinese_calendar.is_workday(day)] == []


def test_a_year_without_a_notice_is_computed_from_the_statutory_days() -> None:
    statutory = {
        "2027-01-01", "2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-04-05", "2027-05-01", "2027-05-02",
        "2027-06-09", "2027-09-15", "2027-10-01", "2027-10-02", "2027-10-03",
    }  # fmt: skip
    year = CALENDAR.year(2027)
    assert {day.isoformat() for day in year.off_days} == statutory
    assert not year.official
    assert not CALENDAR.is_workday(date(2027, 2, 8))
    assert CALENDAR.is_workday(date(2027, 2, 9))


def test_a_period_into_a_year_without_a_notice_is_provisional_until_the_notice_is_in() -> None:
    found = CALENDAR.due(date(2026, 12, 28), 5, "working_day")
    assert (found.due, found.provisional) == (date(2027, 1, 5), True)
    assert "暂定" in found.grounds[-1].text
    notice = YearCalendar(2027, frozenset({date(2027, 1, 1), date(2027, 1, 4)}), frozenset(), "通知", official=True)
    again = CALENDAR.with_years([notice]).due(date(2026, 12, 28), 5, "working_day")
    assert (again.due, again.provisional) == (date(2027, 1, 6), False)


def test_a_period_that_only_ends_in_such_a_year_is_provisional_for_days_too() -> None:
    assert CALENDAR.due(date(2026, 12, 20), 15, "day").provisional
    assert not CALENDAR.due(date(2026, 12, 1), 15, "day").provisional


@pytest.mark.parametrize(
    ("start", "amount", "unit", "code"),
    [
        (date(2026, 1, 1), 5, "week", "unit"),
        (date(2026, 1, 1), -1, "day", "amount"),
        (date(2026, 1, 1), True, "day", "amount"),
        (date(2026, 1, 1), 10**9, "day", "amount"),
        (date(2026, 1, 1), "5", "day", "amount"),
        (date(1990, 1, 1), 5, "working_day", "no_calendar"),
        (date(2099, 12, 30), 30, "day", "no_calendar"),
        (date(9999, 12, 1), 99_999, "day", "no_calendar"),
        (date(9999, 12, 1), 99_999, "month", "no_calendar"),
    ],
)
def test_periods_that_cannot_be_counted_are_refused(start: date, amount: int, unit: str, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        CALENDAR.due(start, amount, unit)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("off", "makeup", "code"),
    [({date(2027, 1, 1)}, set(), "calendar_stray_day"), ({date(2028, 1, 1)}, {date(2028, 1, 1)}, "calendar_day_twice")],
)
def test_a_notice_that_contradicts_itself_is_refused(off: set[date], makeup: set[date], code: str) -> None:
    with pytest.raises(RuleError) as refused:
        YearCalendar(2028, frozenset(off), frozenset(makeup), "", official=True)
    assert refused.value.code == code


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_working_days_add_up(start: date, first: int, second: int) -> None:
    once = CALENDAR.due(start, first + second, "working_day").due
    assert CALENDAR.due(CALENDAR.due(start, first, "working_day").due, second, "working_day").due == once
    assert CALENDAR.working_days_between(start, once) == first + second


@given(DAYS, st.integers(0, 120), st.sampled_from(UNITS))
def test_longer_periods_and_later_starts_never_end_earlier(start: date, amount: int, unit: str) -> None:
    due = CALENDAR.due(start, amount, unit).due
    assert CALENDAR.due(start, amount + 1, unit).due >= due
    assert CALENDAR.due(start + timedelta(days=1), amount, unit).due >= due


@given(DAYS, st.integers(1, 120), st.sampled_from(UNITS))
def test_every_period_ends_on_a_working_day(start: date, amount: int, unit: str) -> None:
    found = CALENDAR.due(start, amount, unit)
    assert CALENDAR.is_workday(found.due)
    assert found.due >= found.raw_end > start


@given(DAYS, DAYS, DAYS)
def test_working_days_between_dates_add_up_and_change_sign(first: date, second: date, third: date) -> None:
    between = CALENDAR.working_days_between
    assert between(first, second) + between(second, third) == between(first, third)
    assert between(first, second) == -between(second, first)


@given(DAYS, st.integers(0, 40))
def test_counting_back_from_a_working_day_mirrors_counting_forwards(start: date, amount: int) -> None:
    end = CALENDAR.due(start, 1, "working_day").due
    assert CALENDAR.due(CALENDAR.workday_before(end, amount), amount, "working_day").due == end


@given(DAYS, st.integers(0, 60))
def test_going_months_back_never_passes_the_way_forward(day: date, months: int) -> None:
    assert add_months(add_months(day, -months), months) <= day
