"""Deadline rules: due days, extensions and reminders (domain 8.1)."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.packs.loader import load_deadline_rules, load_limits, packaged_calendar
from cases.rules.deadlines import DeadlineRule, deadline_due, extended_due, reminders_of
from cases.rules.errors import RuleError

CALENDAR = packaged_calendar()
RULES = load_deadline_rules()
RECTIFICATION = RULES["rectification"]


@pytest.mark.parametrize(
    ("code", "amount", "unit", "start", "due"),
    [
        ("sampling_objection", 15, "day", date(2026, 3, 6), date(2026, 3, 23)),
        ("sampling_correction", 60, "day", date(2026, 8, 3), date(2026, 10, 8)),
        ("sampling_recheck", 75, "day", date(2026, 7, 20), date(2026, 10, 8)),
        ("responsible_officer_change", 5, "working_day", date(2026, 9, 28), date(2026, 10, 10)),
        ("interview_notice_lead", 3, "working_day", date(2026, 9, 24), date(2026, 9, 30)),
        ("province_filing", 15, "working_day", date(2026, 1, 30), date(2026, 2, 27)),
        ("return_visit", 10, "working_day", date(2026, 3, 2), date(2026, 3, 16)),
        ("class_cycle", 12, "month", date(2025, 3, 2), date(2026, 3, 2)),
        ("locked_unit_check", 6, "month", date(2025, 8, 31), date(2026, 2, 28)),
        ("public_notice_service", 30, "day", date(2026, 9, 2), date(2026, 10, 2)),
        ("case_decision", 90, "day", date(2026, 1, 5), date(2026, 4, 7)),
        ("penalty_referral", 0, "day", date(2026, 10, 3), date(2026, 10, 3)),
    ],
)
def test_a_rule_counts_its_period(code: str, amount: int, unit: str, start: date, due: date) -> None:
    rule = RULES[code]
    assert (rule.amount, rule.unit) == (amount, unit)
    assert deadline_due(rule=rule, calendar=CALENDAR, start=start).due == due


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_names_its_basis_and_only_open_ones_can_be_set(rule: DeadlineRule) -> None:
    assert rule.title
    assert rule.title_en
    assert rule.basis
    if rule.settable:
        assert {"A", "R"} & set(rule.source_tag.split(", "))
    if rule.extendable:
        assert rule.max_extensions >= 1
    assert all(rung > 0 for rung in rule.reminders)


def test_a_body_may_set_what_no_source_fixes() -> None:
    due = deadline_due(rule=RECTIFICATION, calendar=CALENDAR, start=date(2026, 3, 2), amount=10)
    assert due.due == date(2026, 3, 12)


def test_a_period_fixed_by_law_cannot_be_set() -> None:
    rule = RULES["responsible_officer_change"]
    assert deadline_due(rule=rule, calendar=CALENDAR, start=date(2026, 3, 2), amount=5).due == date(2026, 3, 9)
    with pytest.raises(RuleError) as refused:
        deadline_due(rule=rule, calendar=CALENDAR, start=date(2026, 3, 2), amount=6)
    assert refused.value.code == "not_settable"


def test_rectification_can_be_extended_once_if_asked_five_days_ahead() -> None:
    due, asked = date(2026, 3, 23), date(2026, 3, 18)
    extended = extended_due(rule=RECTIFICATION, calendar=CALENDAR, due=due, by=30, asked_on=asked)
    assert extended.due == date(2026, 4, 22)


@pytest.mark.parametrize(
    ("code", "by", "asked_on", "extensions", "refusal"),
    [
        ("return_visit", 5, date(2026, 3, 1), 0, "not_extendable"),
        ("rectification", 10, date(2026, 3, 1), 1, "extended_already"),
        ("rectification", 31, date(2026, 3, 1), 0, "extension_too_long"),
        ("rectification", 0, date(2026, 3, 1), 0, "extension_too_long"),
        ("rectification", 10, date(2026, 3, 19), 0, "asked_too_late"),
    ],
)
def test_other_extensions_are_refused(code: str, by: int, asked_on: date, extensions: int, refusal: str) -> None:
    with pytest.raises(RuleError) as refused:
        extended_due(
            rule=RULES[code],
            calendar=CALENDAR,
            due=date(2026, 3, 23),
            by=by,
            asked_on=asked_on,
            extensions=extensions,
        )
    assert refused.value.code == refusal


def test_reminders_fall_in_the_terms_of_the_rule() -> None:
    in_days = reminders_of(rule=RECTIFICATION, calendar=CALENDAR, due=date(2026, 3, 23))
    assert [(each.rung, each.on.isoformat()) for each in in_days] == [
        (5, "2026-03-18"),
        (3, "2026-03-20"),
        (1, "2026-03-22"),
    ]
    in_working_days = reminders_of(rule=RULES["province_filing"], calendar=CALENDAR, due=date(2026, 10, 12))
    assert [(each.rung, each.on.isoformat()) for each in in_working_days] == [(5, "2026-09-29"), (1, "2026-10-10")]


@given(st.sampled_from(sorted(RULES)), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_every_rule_has_a_due_day_and_reminders_before_it(code: str, start: date) -> None:
    rule = RULES[code]
    due = deadline_due(rule=rule, calendar=CALENDAR, start=start)
    assert due.due >= start
    reminders = reminders_of(rule=rule, calendar=CALENDAR, due=due.due)
    assert all(reminder.on < due.due for reminder in reminders)
    assert list(reminders) == sorted(reminders, key=lambda reminder: reminder.on)


def test_a_rule_without_a_clause_cites_its_act() -> None:
    assert replace(RECTIFICATION, clause="").basis == RECTIFICATION.act


def test_numbers_that_are_no_periods_stand_apart() -> None:
    assert "3%" in load_limits()["late_payment_rate"].value
