"""Periods, lines and answers of a supervision task list (38号 附件2)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.packs.loader import load_pack
from cases.rules.errors import RuleError
from cases.rules.task_list import (
    PERIODS,
    LineAnswer,
    answer_faults,
    mark_of,
    period_from,
    period_of,
    planned_lines,
)
from cases.selectors.task_sheets import sections_of

LISTS = load_pack("samr-2023-38").task_lists


@pytest.mark.parametrize(
    ("kind", "on", "code", "first", "last"),
    [
        ("year", date(2026, 11, 26), "2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("half_year", date(2026, 6, 30), "2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("half_year", date(2026, 7, 1), "2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("quarter", date(2026, 11, 26), "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("month", date(2028, 2, 5), "2028-02", date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_each_kind_of_period(kind, on, code, first, last):
    period = period_of(kind, on)
    assert (period.code, period.first, period.last) == (code, first, last)


@given(st.sampled_from(PERIODS), st.dates(date(2023, 1, 1), date(2090, 12, 31)))
def test_a_period_holds_its_day_and_is_read_back_from_its_code(kind, on):
    period = period_of(kind, on)
    assert period.first <= on <= period.last
    assert period_from(period.code) == period
    assert period_of(kind, period.last + timedelta(days=1)).first == period.last + timedelta(days=1)


@pytest.mark.parametrize("code", ["", "2026-H3", "2026-13", "2026-Q0", "26-H1", "2026-1", "２０２６"])
def test_other_codes_are_refused(code):
    with pytest.raises(RuleError) as refused:
        period_from(code)
    assert refused.value.code == "period"
    assert refused.value.clause


@pytest.mark.parametrize(("code", "fixed", "free"), [("production", 21, "6"), ("sales", 17, "5")])
def test_the_annex_stands_verbatim_with_its_free_section(code, fixed, free):
    lines = planned_lines(sections=sections_of(LISTS[code]), body_tasks={}, unit_points=[])
    assert len(lines) == fixed + 1
    assert [line.text for line in lines[:fixed]] == [task.text for task in LISTS[code].tasks]
    assert lines[-1].number == free
    assert lines[-1].text.startswith("结合")


def test_what_bodies_add_and_the_units_own_points_are_numbered_on():
    lines = planned_lines(
        sections=sections_of(LISTS["production"]),
        body_tasks={"1": ["检查追溯码。"], "6": ["检查电池仓。"]},
        unit_points=["喷涂工序：每班检测"],
    )
    added = {line.number: (line.text, line.origin) for line in lines if line.origin != "annex"}
    assert added == {
        "1.7": ("检查追溯码。", "body"),
        "6.1": ("检查电池仓。", "body"),
        "6.2": ("喷涂工序：每班检测", "unit"),
    }
    assert [line.section for line in lines] == sorted(line.section for line in lines)


def test_a_task_for_a_section_that_does_not_exist_is_refused():
    with pytest.raises(RuleError) as refused:
        planned_lines(sections=sections_of(LISTS["sales"]), body_tasks={"6": ["x"]}, unit_points=[])
    assert refused.value.code == "section"


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (LineAnswer(3, None, None), ("answer-3", "missing")),
        (LineAnswer(3, True, None), ("answer-3", "missing")),
        (LineAnswer(3, False, None), ("remark-3", "not_done_without_reason")),
        (LineAnswer(3, True, False, "  "), ("remark-3", "problem_without_words")),
        (LineAnswer(3, True, True, "坏\x07"), ("remark-3", "control_character")),
        (LineAnswer(3, True, True), None),
        (LineAnswer(3, True, False, "缺少记录"), None),
        (LineAnswer(3, False, None, "设备停用"), None),
    ],
)
def test_what_an_answer_must_say(answer, fault):
    assert [(each.field, each.code) for each in answer_faults([answer])] == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("done", "compliant", "mark"),
    [(None, None, ""), (False, None, ""), (True, None, ""), (True, True, "√"), (True, False, "×")],
)
def test_the_mark_says_whether_the_unit_complies(done, compliant, mark):
    assert mark_of(done, compliant) == mark
