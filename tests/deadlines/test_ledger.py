"""Every change of a clock leaves a line in its ledger, an event in the trail, and the right due day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cases.acting import Acting
from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Body, BodySetting, Case, Deadline, DeadlineEntry, User
from cases.packs.loader import load_deadline_rules, packaged_calendar
from cases.rules.errors import RuleError
from cases.services.audit import broken_chains
from cases.services.deadlines import (
    cancel_deadline,
    extend_deadline,
    meet_deadline,
    reassign_accountable,
    resume_deadline,
    start_deadline,
    suspend_deadline,
    working_days_left,
)
from cases.services.start_deadlines import start_deadlines
from cases.signals import deadline_changed
from tests.deadlines.conftest import REASON, MakeCase, StartDeadline
from tests.factories import NOON, acting, make_user

RULES = load_deadline_rules()


def at(day: date, user: User | None) -> Acting:
    """`user` acting at noon of `day` in Shanghai."""
    return Acting(user=user, at=datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def lines(deadline: Deadline) -> list[str]:
    return list(deadline.entries.values_list("event", flat=True))


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_of_the_table_starts_a_clock(code: str, start: StartDeadline) -> None:
    deadline = start(code, date(2026, 9, 28))
    rule = RULES[code]
    assert deadline.due_on == packaged_calendar().due(date(2026, 9, 28), rule.amount, rule.unit, roll=rule.roll).due
    assert deadline.basis == rule.basis
    assert lines(deadline) == ["started"]


def test_five_working_days_pass_over_the_national_holiday(start: StartDeadline) -> None:
    assert start("grassroots_opinion", date(2026, 9, 28)).due_on == date(2026, 10, 10)


def test_an_unknown_rule_is_refused(start: StartDeadline) -> None:
    with pytest.raises(RuleError) as refusal:
        start("no_such_rule")
    assert refusal.value.code == "unknown_deadline_rule"


def test_the_same_clock_runs_once(start: StartDeadline) -> None:
    start()
    with pytest.raises(RuleError) as refusal:
        start()
    assert refusal.value.code == "deadline_running"


def test_meeting_stops_the_clock_and_leaves_its_trace(start: StartDeadline, case: Case, inspector: User) -> None:
    deadline = start()
    met = meet_deadline(subject="step:rectification", case=case, on=date(2026, 11, 17), acting=acting(inspector))
    deadline.refresh_from_db()
    assert [d.pk for d in met] == [deadline.pk]
    assert (deadline.state, deadline.met_on, deadline.next_check_on) == ("met", date(2026, 11, 17), None)
    assert lines(deadline) == ["started", "met"]
    events = AuditEvent.objects.filter(stream=f"case:{case.pk}").order_by("sequence")
    assert [event.action for event in events] == ["deadline.started", "deadline.met"]


def test_meeting_or_dropping_what_does_not_run_does_nothing(case: Case, inspector: User) -> None:
    assert meet_deadline(subject="step:x", case=case, on=date(2026, 11, 17), acting=acting(inspector)) == []
    assert cancel_deadline(subject="step:x", case=case, acting=acting(inspector)) == []
    assert not AuditEvent.objects.exists()


def test_nothing_is_met_in_the_future(start: StartDeadline, case: Case, inspector: User) -> None:
    start()
    with pytest.raises(RuleError) as refusal:
        meet_deadline(subject="step:rectification", case=case, on=date(2026, 11, 19), acting=acting(inspector))
    assert refusal.value.code == "date_in_future"


def test_a_cancelled_clock_can_be_started_anew(start: StartDeadline, case: Case, inspector: User) -> None:
    first = start()
    cancel_deadline(subject="step:rectification", case=case, reason="退回重办", acting=acting(inspector))
    second = start()
    first.refresh_from_db()
    assert (first.state, first.next_check_on, second.state) == ("cancelled", None, "running")


def test_a_suspension_moves_the_due_day_by_calendar_days(start: StartDeadline, head: User) -> None:
    deadline = start()  # 15 days from 16 November: 1 December
    suspend_deadline(deadline=deadline, reason=REASON, acting=at(date(2026, 11, 18), head))
    deadline.refresh_from_db()
    assert (deadline.state, deadline.next_check_on) == ("suspended", None)
    resumed = resume_deadline(deadline=deadline, reason=REASON, acting=at(date(2026, 11, 25), head))
    assert resumed.due_on == date(2026, 12, 8)
    assert resumed.entries.get(event="resumed").amount == 7


def test_a_suspension_moves_the_due_day_by_working_days(start: StartDeadline, head: User) -> None:
    deadline = start("return_visit", date(2026, 11, 16))  # 10 working days: 30 November
    suspend_deadline(deadline=deadline, reason=REASON, acting=at(date(2026, 11, 20), head))  # a Friday
    resumed = resume_deadline(deadline=deadline, reason=REASON, acting=at(date(2026, 11, 24), head))  # Tuesday
    assert resumed.entries.get(event="resumed").amount == 2
    assert resumed.due_on == date(2026, 12, 2)


def test_a_day_off_counts_once_when_a_rolled_period_is_suspended(start: StartDeadline, head: User) -> None:
    deadline = start(start_on=date(2026, 3, 6))  # raw end Saturday 21 March, due Monday the 23rd
    assert deadline.due_on == date(2026, 3, 23)
    suspend_deadline(deadline=deadline, reason=REASON, acting=at(date(2026, 3, 10), head))
    resumed = resume_deadline(deadline=deadline, reason=REASON, acting=at(date(2026, 3, 15), head))
    assert resumed.due_on == date(2026, 3, 26)


def test_suspended_and_resumed_on_one_day_changes_nothing(start: StartDeadline, head: User) -> None:
    deadline = start()
    due = deadline.due_on
    suspend_deadline(deadline=deadline, reason=REASON, acting=acting(head))
    assert resume_deadline(deadline=deadline, reason=REASON, acting=acting(head)).due_on == due


def test_only_a_running_clock_is_suspended_and_only_a_suspended_one_resumed(start: StartDeadline, head: User) -> None:
    deadline = start()
    with pytest.raises(Blocked):
        resume_deadline(deadline=deadline, reason=REASON, acting=acting(head))
    suspend_deadline(deadline=deadline, reason=REASON, acting=acting(head))
    with pytest.raises(Blocked):
        suspend_deadline(deadline=deadline, reason=REASON, acting=acting(head))


def test_a_clock_that_has_run_out_is_not_suspended(start: StartDeadline, head: User) -> None:
    deadline = start(start_on=date(2026, 10, 12))
    with pytest.raises(Blocked) as refusal:
        suspend_deadline(deadline=deadline, reason=REASON, acting=acting(head))
    assert refusal.value.code == "not_run_out"


def test_a_step_may_suspend_without_the_post_that_a_person_needs(start: StartDeadline, inspector: User) -> None:
    deadline = start()
    with pytest.raises(Blocked) as refusal:
        suspend_deadline(deadline=deadline, reason=REASON, acting=acting(inspector))
    assert refusal.value.code == "permission"
    assert suspend_deadline(deadline=deadline, reason=REASON, acting=acting(inspector), ask=False).state == "suspended"


def test_an_extension_follows_the_period_before_it(start: StartDeadline, head: User) -> None:
    deadline = start()
    extended = extend_deadline(deadline=deadline, amount=10, reason=REASON, acting=acting(head))
    assert extended.due_on == date(2026, 12, 11)
    entry = extended.entries.get(event="extended")
    assert (entry.due_before, entry.due_after, entry.amount, entry.by) == (
        date(2026, 12, 1),
        date(2026, 12, 11),
        10,
        head,
    )
    assert AuditEvent.objects.get(action="deadline.extended").data["reason"] == REASON


def test_a_suspension_after_an_extension_counts_from_the_start_again(start: StartDeadline, head: User) -> None:
    deadline = start()
    extend_deadline(deadline=deadline, amount=10, reason=REASON, acting=acting(head))
    suspend_deadline(deadline=deadline, reason=REASON, acting=at(date(2026, 11, 20), head))
    assert resume_deadline(deadline=deadline, reason=REASON, acting=at(date(2026, 11, 24), head)).due_on == date(
        2026, 12, 15
    )


@pytest.mark.parametrize(("amount", "code"), [(31, "extension_too_long"), (0, "extension_too_long")])
def test_an_extension_keeps_within_the_limit_of_its_rule(
    amount: int, code: str, start: StartDeadline, head: User
) -> None:
    with pytest.raises(RuleError) as refusal:
        extend_deadline(deadline=start(), amount=amount, reason=REASON, acting=acting(head))
    assert refusal.value.code == code


def test_an_extension_is_asked_for_early_enough(start: StartDeadline, head: User) -> None:
    deadline = start()  # due 1 December; to be asked for 5 days before
    late = at(date(2026, 11, 27), head)
    with pytest.raises(Blocked) as refusal:
        extend_deadline(deadline=deadline, amount=5, reason=REASON, acting=late)
    assert refusal.value.code == "asked_in_time"
    asked_before = extend_deadline(deadline=deadline, amount=5, reason=REASON, acting=late, asked_on=date(2026, 11, 26))
    assert asked_before.due_on == date(2026, 12, 7)  # 6 December is a Sunday


def test_it_is_extended_once(start: StartDeadline, head: User) -> None:
    deadline = start()
    extend_deadline(deadline=deadline, amount=5, reason=REASON, acting=acting(head))
    with pytest.raises(Blocked) as refusal:
        extend_deadline(deadline=deadline, amount=5, reason=REASON, acting=acting(head))
    assert refusal.value.code == "not_extended_before"


def test_a_rule_without_extension_is_not_extended(start: StartDeadline, head: User) -> None:
    with pytest.raises(Blocked) as refusal:
        extend_deadline(deadline=start("return_visit"), amount=5, reason=REASON, acting=acting(head))
    assert refusal.value.code == "extendable"


def test_an_inspector_may_not_extend(start: StartDeadline, inspector: User) -> None:
    with pytest.raises(Blocked) as refusal:
        extend_deadline(deadline=start(), amount=5, reason=REASON, acting=acting(inspector))
    assert refusal.value.code == "permission"


def test_the_head_of_another_county_may_not_extend(start: StartDeadline, bodies: dict[str, Body]) -> None:
    neighbour = make_user("neighbour", "unit_head", bodies["330411"])
    with pytest.raises(Blocked):
        extend_deadline(deadline=start(), amount=5, reason=REASON, acting=acting(neighbour))


@pytest.mark.parametrize("change", [extend_deadline, suspend_deadline, resume_deadline])
def test_a_reason_has_ten_characters(change: object, start: StartDeadline, head: User) -> None:
    further = {"amount": 5} if change is extend_deadline else {}
    with pytest.raises(RuleError) as refusal:
        change(deadline=start(), reason="  九个字不够长吧呢  ", acting=acting(head), **further)  # type: ignore[operator]
    assert refusal.value.code == "reason_too_short"


def test_a_body_sets_its_own_period_and_those_below_inherit_it(
    start: StartDeadline, bodies: dict[str, Body], head: User, make_case: MakeCase
) -> None:
    BodySetting.objects.create(
        body=bodies["330400"],
        key="deadline.rectification.amount",
        value=20,
        reason=REASON,
        set_by=head,
        set_at=acting(head).at,
    )
    assert start().amount == 20
    other = make_case(bodies["330411"])
    assert start(case=other, accountable_body=other.body).amount == 20
    assert start(subject="order:9", accountable_body=bodies["330000"]).amount == 15


def test_an_amount_that_is_given_wins_where_no_source_fixes_it(start: StartDeadline) -> None:
    assert start(amount=30).due_on == date(2026, 12, 16)
    with pytest.raises(RuleError) as refusal:
        start("lead_check", amount=30)
    assert refusal.value.code == "not_settable"


def test_a_body_cannot_bend_a_period_fixed_by_law(start: StartDeadline, county: Body, head: User) -> None:
    BodySetting.objects.create(
        body=county, key="deadline.lead_check.amount", value=99, reason=REASON, set_by=head, set_at=acting(head).at
    )
    assert start("lead_check").amount == 15


def test_working_days_left_count_down_to_zero_and_below(start: StartDeadline) -> None:
    deadline = start()  # Tuesday 1 December
    left = [working_days_left(deadline, date(2026, 12, 1) + timedelta(days=days)) for days in (-4, -1, 0, 1, 4)]
    assert left == [2, 1, 0, -1, -3]


def test_handing_over_is_noted_once(start: StartDeadline, head: User) -> None:
    deadline = start()
    for _ in range(2):
        deadline = reassign_accountable(deadline=deadline, user=head, reason="休假", acting=acting(head))
    assert deadline.accountable_user == head
    assert lines(deadline) == ["started", "reassigned"]


def test_the_floors_above_hear_of_every_change(start: StartDeadline, case: Case, inspector: User) -> None:
    heard: list[tuple[str, date]] = []

    def hear(sender: object, deadline: Deadline, **_: object) -> None:
        heard.append((deadline.state, deadline.due_on))

    deadline_changed.connect(hear)
    try:
        start()
        meet_deadline(subject="step:rectification", case=case, on=date(2026, 11, 18), acting=acting(inspector))
    finally:
        deadline_changed.disconnect(hear)
    assert heard == [("running", date(2026, 12, 1)), ("met", date(2026, 12, 1))]


def test_a_clock_without_a_case_has_its_own_trail(county: Body, head: User) -> None:
    deadline = start_deadline(
        rule="rectification_lower_body",
        subject="body:330402",
        case=None,
        start_on=date(2026, 11, 16),
        accountable_body=county,
        acting=acting(head),
    )
    assert AuditEvent.objects.get(stream=f"deadline:{deadline.pk}").action == "deadline.started"


def test_the_ledger_names_every_event_it_writes() -> None:
    assert set(DeadlineEntry.Event.values) == {
        "started",
        "suspended",
        "resumed",
        "extended",
        "recomputed",
        "reassigned",
        "met",
        "cancelled",
    }


def test_many_clocks_started_at_once_are_the_same_as_one_by_one(bodies: dict[str, Body], head: User) -> None:
    """Also where a body has set its own period, and where one of them runs already."""
    county, city, today = bodies["330402"], bodies["330400"], date(2026, 11, 18)
    key = "deadline.candidate_review.amount"
    BodySetting.objects.create(body=county, key=key, value=3, reason=REASON, set_by=head, set_at=NOON)
    alone = {
        body: start_deadline(
            rule="candidate_review",
            subject=f"alone:{body.pk}",
            case=None,
            start_on=today,
            accountable_body=body,
            acting=acting(None),
        )
        for body in (county, city)
    }
    wanted = {f"scan:{body.pk}": body for body in (county, city)}
    many = start_deadlines(rule="candidate_review", bodies=wanted, start_on=today, acting=acting(None))
    assert start_deadlines(rule="candidate_review", bodies=wanted, start_on=today, acting=acting(None)) == []
    assert [each.amount for each in many] == [3, 10]
    for each in many:
        one = alone[each.accountable_body]
        for name in ("basis", "source_tag", "amount", "unit", "due_on", "provisional", "next_check_on", "state"):
            assert getattr(each, name) == getattr(one, name), name
        assert [line.due_after for line in each.entries.all()] == [line.due_after for line in one.entries.all()]
    assert list(broken_chains()) == []
