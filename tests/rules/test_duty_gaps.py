"""Which control records are missing: vectors over the official calendar of 2026, and what always holds."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.packs.loader import packaged_calendar
from cases.rules.duty_gaps import (
    DUTY_KINDS,
    ORDERS_IN_FORCE,
    Duties,
    DutyKind,
    Stretch,
    clause_of,
    gaps,
    missing_from,
    period_of,
    periods,
)
from cases.rules.errors import RuleError

CALENDAR = packaged_calendar()
MONDAY = date(2026, 6, 1)


def duties(today: date, **known: Any) -> Duties:
    facts: dict[str, Any] = {"owed_from": date(2025, 1, 1), "monthly_due_day": 5, "calendar": CALENDAR}
    return Duties(**{**facts, "today": today, **known})


def starts(kind: DutyKind, first: date, last: date, known: Duties) -> list[date]:
    return [gap.first for gap in gaps(kind, first, last, known)]


# --- when a record is missing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "start", "missing"),
    [
        ("daily", date(2026, 6, 1), date(2026, 6, 2)),
        ("daily", date(2026, 6, 5), date(2026, 6, 8)),  # Friday: noted on Monday
        ("daily", date(2026, 6, 6), date(2026, 6, 8)),  # Saturday
        ("daily", date(2026, 2, 13), date(2026, 2, 14)),  # the Saturday after it is worked (调休)
        ("daily", date(2026, 9, 30), date(2026, 10, 8)),  # National Day
        ("daily", date(2026, 10, 9), date(2026, 10, 10)),  # a working Saturday
        ("weekly", date(2026, 6, 1), date(2026, 6, 8)),
        ("weekly", date(2025, 12, 29), date(2026, 1, 5)),  # the ISO week across the year's end
        ("monthly", date(2026, 5, 1), date(2026, 6, 6)),  # due Friday 5 June
        ("monthly", date(2026, 8, 1), date(2026, 9, 8)),  # 5 September is a Saturday: due Monday the 7th
        ("monthly", date(2026, 9, 1), date(2026, 10, 9)),  # 5 October is off: due the 8th
        ("monthly", date(2025, 12, 1), date(2026, 1, 6)),
    ],
)
def test_a_record_counts_as_missing_from_its_day(kind: DutyKind, start: date, missing: date) -> None:
    assert missing_from(kind, start, duties(date(2026, 12, 1))) == missing
    first, last = period_of(kind, start)
    assert starts(kind, first, first, duties(missing - timedelta(days=1))) == []
    assert starts(kind, first, first, duties(missing)) == [start]
    assert first == start <= last


def test_the_due_day_of_the_minutes_is_a_setting() -> None:
    assert missing_from("monthly", date(2026, 5, 1), duties(date(2026, 6, 12), monthly_due_day=10)) == date(2026, 6, 11)


# --- what is owed ----------------------------------------------------------------------------------------------------


def test_every_calendar_day_week_and_month_is_owed() -> None:
    known = duties(date(2026, 7, 31))
    assert len(starts("daily", MONDAY, date(2026, 6, 30), known)) == 30
    assert starts("weekly", MONDAY, date(2026, 6, 30), known) == [MONDAY + timedelta(weeks=week) for week in range(5)]
    assert starts("monthly", date(2026, 1, 1), date(2026, 7, 31), known) == [date(2026, m, 1) for m in range(1, 7)]


def test_a_stretch_that_begins_within_a_week_counts_the_weeks_that_begin_in_it() -> None:
    known = duties(date(2026, 7, 31))
    assert starts("weekly", date(2026, 6, 3), date(2026, 6, 14), known) == [date(2026, 6, 8)]


def test_nothing_is_owed_before_the_first_day_nor_for_the_week_it_falls_in() -> None:
    known = duties(date(2026, 7, 31), owed_from=date(2026, 6, 10))
    assert starts("daily", MONDAY, date(2026, 6, 11), known) == [date(2026, 6, 10), date(2026, 6, 11)]
    assert starts("weekly", MONDAY, date(2026, 6, 20), known) == [date(2026, 6, 15)]
    assert starts("monthly", MONDAY, date(2026, 6, 20), known) == []


def test_nothing_is_owed_before_the_orders_bind() -> None:
    known = duties(date(2023, 6, 30), owed_from=date(2020, 1, 1))
    assert starts("daily", date(2023, 5, 1), date(2023, 5, 6), known) == [ORDERS_IN_FORCE, date(2023, 5, 6)]


@pytest.mark.parametrize(
    ("stopped", "daily", "weekly"),
    [
        ([(date(2026, 6, 1), date(2026, 6, 7))], [], []),
        ([(date(2026, 6, 1), date(2026, 6, 3)), (date(2026, 6, 4), None)], [], []),
        ([(date(2026, 6, 4), None), (date(2026, 5, 1), date(2026, 6, 3))], [], []),  # in any order
        ([(date(2026, 6, 1), date(2026, 6, 6))], [date(2026, 6, 7)], [MONDAY]),  # one day was worked
        ([(date(2026, 6, 2), date(2026, 6, 5))], [MONDAY, date(2026, 6, 6), date(2026, 6, 7)], [MONDAY]),
        ([(date(2026, 5, 1), date(2026, 5, 31))], [MONDAY + timedelta(days=day) for day in range(7)], [MONDAY]),
    ],
)
def test_days_without_production_are_no_gaps(stopped: list[Stretch], daily: list[date], weekly: list[date]) -> None:
    known = duties(date(2026, 6, 30), stopped=tuple(stopped))
    assert starts("daily", MONDAY, date(2026, 6, 7), known) == daily
    assert starts("weekly", MONDAY, date(2026, 6, 7), known) == weekly


def test_every_period_says_how_it_stands() -> None:
    known = duties(
        date(2026, 6, 10),  # a Wednesday
        owed_from=date(2026, 6, 5),
        records={"daily": frozenset({date(2026, 6, 7), date(2026, 6, 2)})},
        stopped=((date(2026, 6, 8), date(2026, 6, 8)),),
    )
    said = [period.state for period in periods("daily", date(2026, 6, 2), date(2026, 6, 11), known)]
    assert said == ["done", "not_owed", "not_owed", "gap", "gap", "done", "stopped", "gap", "due", "ahead"]


def test_each_kind_names_its_clause_and_another_is_refused() -> None:
    assert [clause_of(kind)[-3:] for kind in DUTY_KINDS] == ["2.1", "2.2", "2.3"]
    with pytest.raises(RuleError) as caught:
        period_of("yearly", MONDAY)  # type: ignore[arg-type]
    assert caught.value.code == "duty_kind"


# --- what always holds -----------------------------------------------------------------------------------------------

days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
stretches = st.tuples(days, st.one_of(st.none(), st.integers(0, 40))).map(
    lambda pair: (pair[0], None if pair[1] is None else pair[0] + timedelta(days=pair[1]))
)
kinds = st.sampled_from(DUTY_KINDS)


@st.composite
def situations(draw: Any) -> tuple[DutyKind, date, date, Duties]:
    kind, first = draw(kinds), draw(days)
    records = frozenset(period_of(kind, day)[0] for day in draw(st.lists(days, max_size=8)))
    known = duties(
        draw(days),
        owed_from=draw(days),
        records={kind: records},
        stopped=tuple(draw(st.lists(stretches, max_size=3))),
    )
    return kind, first, first + timedelta(days=draw(st.integers(0, 60))), known


def changed(known: Duties, **values: Any) -> Duties:
    names = ("owed_from", "today", "monthly_due_day", "calendar", "records", "stopped")
    return Duties(**{**{name: getattr(known, name) for name in names}, **values})


@given(situations(), days)
def test_a_record_takes_its_gap_away_and_adds_none(situation: tuple[DutyKind, date, date, Duties], day: date) -> None:
    kind, first, last, known = situation
    start = period_of(kind, day)[0]
    more = changed(known, records={kind: known.records[kind] | {start}})
    assert starts(kind, first, last, more) == [each for each in starts(kind, first, last, known) if each != start]


@given(situations(), stretches)
def test_a_stoppage_adds_no_gap(situation: tuple[DutyKind, date, date, Duties], stretch: Stretch) -> None:
    kind, first, last, known = situation
    more = changed(known, stopped=(*known.stopped, stretch))
    assert set(starts(kind, first, last, more)) <= set(starts(kind, first, last, known))


@given(situations(), st.integers(1, 30))
def test_time_alone_takes_no_gap_away(situation: tuple[DutyKind, date, date, Duties], later: int) -> None:
    kind, first, last, known = situation
    tomorrow = changed(known, today=known.today + timedelta(days=later))
    assert set(starts(kind, first, last, known)) <= set(starts(kind, first, last, tomorrow))


@given(situations())
def test_a_gap_has_a_day_of_work_and_lies_behind(situation: tuple[DutyKind, date, date, Duties]) -> None:
    kind, first, last, known = situation
    for gap in gaps(kind, first, last, known):
        worked = [gap.first + timedelta(days=day) for day in range((gap.last - gap.first).days + 1)]
        for begins, ends in known.stopped:
            worked = [day for day in worked if not begins <= day <= (ends or date.max)]
        assert worked
        assert gap.first >= known.begins
        assert gap.last < known.today
        assert gap.first not in known.records[kind]


@given(kinds, days, days)
def test_periods_follow_each_other_without_hole(kind: DutyKind, one: date, other: date) -> None:
    first, last = min(one, other), max(one, other)
    found = list(periods(kind, first, last, duties(date(2026, 12, 1))))
    assert all(later.first == earlier.last + timedelta(days=1) for earlier, later in pairwise(found))
    assert all(first <= period.first <= last for period in found)
    assert all(period_of(kind, period.last) == (period.first, period.last) for period in found)
