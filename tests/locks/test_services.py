"""Locks, changes, hand-overs, releases: who may, what follows, what is refused and by which clause (P6)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.guards.conditions import Blocked
from cases.models import (
    AuditEvent,
    Body,
    ConflictOfInterest,
    Deadline,
    Enterprise,
    LockChange,
    Notification,
    ResponsibilityLock,
    User,
)
from cases.rules.errors import RuleError
from cases.services.hand_over_lock import hand_over_lock, hand_over_locks
from cases.services.lock_unit import lock_unit
from cases.services.release_lock import release_lock
from cases.services.report_officer_change import report_officer_change, withdraw_change
from cases.services.set_status import set_status
from cases.services.sweep_deadlines import sweep
from tests.factories import give_post, make_enterprise, make_user
from tests.locks.conftest import REASON, STUDY, MakeLock, noon, on

LOCKED = date(2026, 3, 2)
CLAUSE = "国市监质监发〔2023〕38号 二（一）"


# --- locking ---------------------------------------------------------------------------------------------------------


def test_a_lock_names_officer_body_study_and_starts_the_half_year(
    lock: ResponsibilityLock, unit: Enterprise, officer: User, county: Body, head: User
) -> None:
    assert (lock.officer, lock.body, lock.locked_by, lock.study) == (officer, county, head, STUDY)
    assert lock.clock is not None
    assert (lock.clock.rule, lock.clock.enterprise) == ("locked_unit_check", unit)
    assert (lock.clock.start_on, lock.clock.due_on) == (LOCKED, date(2026, 9, 2))
    assert (lock.clock.accountable_body, lock.clock.accountable_user) == (county, officer)
    event = AuditEvent.objects.get(action="lock.locked")
    assert (event.stream, event.data["officer"]) == (f"enterprise:{unit.pk}", officer.pk)
    assert Notification.objects.get(user=officer).kind == "lock_given"


def test_one_officer_answers_for_a_unit_at_a_time(
    lock: ResponsibilityLock, unit: Enterprise, successor: User, head: User
) -> None:
    with pytest.raises(Blocked) as refusal:
        lock_unit(enterprise_id=unit.pk, officer=successor, study=STUDY, acting=on(LOCKED, head))
    assert (refusal.value.code, refusal.value.clause) == ("not_locked", CLAUSE)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResponsibilityLock.objects.create(
            enterprise=unit,
            officer=successor,
            body=lock.body,
            study=STUDY,
            locked_on=LOCKED,
            since=LOCKED,
            locked_by=head,
            clock=lock.clock,
        )


def test_the_level_that_answers_for_the_unit_locks_it(bodies: dict[str, Body], officer: User, county: Body) -> None:
    town, city = bodies["330402100"], bodies["330400"]
    large = make_enterprise(tier="B", tier_body=city, territorial_body=town)
    town_head, city_head = make_user("所长", "body_head", town), make_user("市局处长", "unit_head", city)
    with pytest.raises(Blocked) as refusal:
        lock_unit(enterprise_id=large.pk, officer=officer, study=STUDY, acting=on(LOCKED, town_head))
    assert refusal.value.code == "permission"
    assert lock_unit(enterprise_id=large.pk, officer=officer, study=STUDY, acting=on(LOCKED, city_head)).body == city


@pytest.mark.parametrize(
    ("study", "code", "field"),
    [("", "too_short", "study"), ("  太短了  ", "too_short", "study")],
    ids=["none", "short"],
)
def test_a_lock_needs_a_record_of_the_study(
    unit: Enterprise, officer: User, head: User, study: str, code: str, field: str
) -> None:
    with pytest.raises(RuleError) as refusal:
        lock_unit(enterprise_id=unit.pk, officer=officer, study=study, acting=on(LOCKED, head))
    assert (refusal.value.code, refusal.value.details["field"]) == (code, field)


def test_an_officer_must_reach_the_unit_and_be_free_of_ties(
    bodies: dict[str, Body], unit: Enterprise, officer: User, head: User
) -> None:
    stranger, clerk = (
        make_user("外", "inspector", bodies["330411"]),
        make_user("文员", "legal_reviewer", bodies["330402"]),
    )
    gone = make_user("离", "inspector", bodies["330402"], is_active=False)
    ConflictOfInterest.objects.create(user=officer, enterprise=unit, reason="兄弟", declared_on=date(2026, 1, 2))
    expected = {stranger: "officer_in_office", clerk: "officer_in_office", gone: "officer_in_office"}
    for person, code in {**expected, officer: "conflict_of_interest"}.items():
        with pytest.raises(RuleError) as refusal:
            lock_unit(enterprise_id=unit.pk, officer=person, study=STUDY, acting=on(LOCKED, head))
        assert (refusal.value.code, refusal.value.details["field"]) == (code, "officer")
        assert refusal.value.clause
    assert not ResponsibilityLock.objects.exists()


# --- the six working-day vectors of domain 2.7, through the deadline to the alarm -------------------------------------


@pytest.mark.parametrize(
    ("changed_on", "due_on"),
    [
        (date(2026, 3, 2), date(2026, 3, 9)),
        (date(2026, 2, 12), date(2026, 2, 26)),
        (date(2026, 4, 30), date(2026, 5, 11)),
        (date(2026, 9, 28), date(2026, 10, 10)),
        (date(2026, 9, 30), date(2026, 10, 13)),
        (date(2026, 10, 1), date(2026, 10, 13)),
    ],
    ids=["plain-week", "spring-festival", "labour-day", "working-saturday", "national-day", "event-on-a-day-off"],
)
def test_five_working_days_to_record_the_successor(
    make_lock: MakeLock, officer: User, successor: User, head: User, county: Body, changed_on: date, due_on: date
) -> None:
    overseer = make_user("督查", "overseer", county)
    in_time, late = make_lock(date(2026, 1, 5)), make_lock(date(2026, 1, 5))
    for lock in (in_time, late):
        report_officer_change(lock_id=lock.pk, changed_on=changed_on, reason=REASON, acting=on(changed_on, head))
    clock = late.changes.get().clock
    assert (clock.rule, clock.due_on, clock.accountable_user) == ("responsible_officer_change", due_on, officer)
    assert not clock.provisional

    hand_over_lock(lock_id=in_time.pk, officer=successor, reason=REASON, acting=on(due_on, head))
    assert not in_time.changes.get().late
    sweep(now=noon(due_on))
    assert Deadline.objects.get(pk=clock.pk).overdue_since is None

    sweep(now=noon(due_on + timedelta(days=1)))
    assert Deadline.objects.get(pk=clock.pk).overdue_since == due_on + timedelta(days=1)
    told = Notification.objects.filter(kind="deadline_overdue", data__deadline=clock.pk)
    assert [news.user for news in told] == [officer], "the leaver stays accountable"
    sweep(now=noon(due_on + timedelta(days=9)))
    assert Notification.objects.filter(user=overseer, kind="deadline_escalated", data__deadline=clock.pk).exists()

    recorded = due_on + timedelta(days=9)
    hand_over_lock(lock_id=late.pk, officer=successor, reason=REASON, acting=on(recorded, head))
    change = late.changes.get()
    assert (change.settled_on, change.outcome, change.late) == (recorded, "handed_over", True)
    assert (change.clock.state, change.clock.met_on) == (Deadline.State.MET, recorded)


# --- changes ---------------------------------------------------------------------------------------------------------


def test_the_leaver_stays_accountable_until_the_successor_is_recorded(
    lock: ResponsibilityLock, officer: User, successor: User, head: User
) -> None:
    report_officer_change(
        lock_id=lock.pk, changed_on=date(2026, 4, 1), reason=REASON, acting=on(date(2026, 4, 2), officer)
    )
    lock.refresh_from_db()
    assert (lock.officer, lock.ended_on) == (officer, None)
    assert lock.changes.get().clock.accountable_user == officer
    new = hand_over_lock(lock_id=lock.pk, officer=successor, reason=REASON, acting=on(date(2026, 4, 3), head))
    lock.refresh_from_db()
    assert (lock.ended_on, lock.end) == (new.locked_on, "handed_over")
    assert (new.previous, new.officer, new.study) == (lock, successor, STUDY)


def test_a_hand_over_nobody_reported_is_measured_all_the_same(
    lock: ResponsibilityLock, successor: User, head: User
) -> None:
    hand_over_lock(
        lock_id=lock.pk,
        officer=successor,
        reason=REASON,
        changed_on=date(2026, 3, 3),
        acting=on(date(2026, 3, 20), head),
    )
    change = lock.changes.get()
    assert (change.changed_on, change.settled_on, change.late) == (date(2026, 3, 3), date(2026, 3, 20), True)


def test_only_the_manager_or_the_officer_reports(lock: ResponsibilityLock, successor: User) -> None:
    with pytest.raises(Blocked) as refusal:
        report_officer_change(lock_id=lock.pk, changed_on=LOCKED, reason=REASON, acting=on(LOCKED, successor))
    assert refusal.value.code == "permission"


@pytest.mark.parametrize(
    ("changed_on", "code"), [(date(2026, 3, 1), "before_lock"), (date(2026, 3, 6), "date_in_future")]
)
def test_the_day_of_the_change_lies_within_the_lock(
    lock: ResponsibilityLock, head: User, changed_on: date, code: str
) -> None:
    with pytest.raises(RuleError) as refusal:
        report_officer_change(lock_id=lock.pk, changed_on=changed_on, reason=REASON, acting=on(date(2026, 3, 5), head))
    assert refusal.value.code == code


def test_an_officer_who_stays_keeps_the_unit(lock: ResponsibilityLock, officer: User, head: User) -> None:
    change = report_officer_change(lock_id=lock.pk, changed_on=LOCKED, reason=REASON, acting=on(LOCKED, head))
    with pytest.raises(Blocked) as refusal:
        report_officer_change(lock_id=lock.pk, changed_on=LOCKED, reason=REASON, acting=on(LOCKED, head))
    assert (refusal.value.code, refusal.value.clause) == ("no_open_change", CLAUSE)
    with pytest.raises(Blocked):
        withdraw_change(change_id=change.pk, reason=REASON, acting=on(LOCKED, officer))
    withdraw_change(change_id=change.pk, reason=REASON, acting=on(LOCKED, head))
    change.refresh_from_db()
    assert (change.outcome, change.clock.state) == ("withdrawn", Deadline.State.CANCELLED)
    lock.refresh_from_db()
    assert lock.ended_on is None


# --- hand-over -------------------------------------------------------------------------------------------------------


def test_the_half_year_goes_on_when_the_officer_changes(
    lock: ResponsibilityLock, officer: User, successor: User, head: User
) -> None:
    """Else a change every five months would spare everybody the visit."""
    new = hand_over_lock(lock_id=lock.pk, officer=successor, reason=REASON, acting=on(date(2026, 8, 20), head))
    assert new.clock == lock.clock
    assert new.clock is not None
    assert (new.clock.due_on, new.clock.accountable_user) == (date(2026, 9, 2), successor)
    assert (new.locked_on, new.since) == (date(2026, 8, 20), LOCKED)
    assert new.clock.entries.last().event == "reassigned"


def test_the_same_officer_is_no_successor_and_an_unfit_one_neither(
    lock: ResponsibilityLock, officer: User, head: User, bodies: dict[str, Body]
) -> None:
    stranger = make_user("外", "inspector", bodies["330411"])
    for person, code in ((officer, "same_officer"), (stranger, "officer_in_office")):
        with pytest.raises(RuleError) as refusal:
            hand_over_lock(lock_id=lock.pk, officer=person, reason=REASON, acting=on(LOCKED, head))
        assert (refusal.value.code, refusal.value.clause) == (code, CLAUSE)


def test_many_are_handed_over_at_once_each_with_its_verdict(
    make_lock: MakeLock, bodies: dict[str, Body], officer: User, successor: User, head: User
) -> None:
    good, tied, ended = make_lock(), make_lock(), make_lock()
    beyond = make_lock(unit=make_enterprise(tier_body=bodies["330402"], territorial_body=bodies["330402101"]))
    ConflictOfInterest.objects.create(
        user=successor, enterprise=tied.enterprise, reason="兄弟", declared_on=date(2026, 1, 2)
    )
    release_lock(lock_id=ended.pk, reason=REASON, acting=on(LOCKED, head))
    town_only = make_user("所员", "inspector", bodies["330402100"])
    verdicts = hand_over_locks(
        lock_ids=[good.pk, tied.pk, ended.pk], officer=successor, reason=REASON, acting=on(LOCKED, head)
    )
    told = {
        v.lock.pk: v.refusal.code if v.refusal else v.successor.officer for v in verdicts if v.refusal or v.successor
    }
    assert told == {good.pk: successor, tied.pk: "conflict_of_interest", ended.pk: "lock_stands"}
    assert Notification.objects.get(user=successor).data == {"number": 1}
    verdicts = hand_over_locks(lock_ids=[beyond.pk], officer=town_only, reason=REASON, acting=on(LOCKED, head))
    assert [v.refusal.code for v in verdicts if v.refusal] == ["officer_in_office"]
    assert set(officer.locks.filter(ended_on__isnull=True)) == {tied, beyond}


def test_a_stranger_hands_nothing_over(lock: ResponsibilityLock, successor: User, bodies: dict[str, Body]) -> None:
    stranger = make_user("外科长", "unit_head", bodies["330411"])
    (verdict,) = hand_over_locks(lock_ids=[lock.pk], officer=successor, reason=REASON, acting=on(LOCKED, stranger))
    assert verdict.refusal is not None
    assert verdict.refusal.code == "permission"


# --- ends ------------------------------------------------------------------------------------------------------------


def test_a_release_ends_clock_and_change(lock: ResponsibilityLock, head: User) -> None:
    change = report_officer_change(lock_id=lock.pk, changed_on=LOCKED, reason=REASON, acting=on(LOCKED, head))
    with pytest.raises(RuleError):
        release_lock(lock_id=lock.pk, reason="短", acting=on(LOCKED, head))
    release_lock(lock_id=lock.pk, reason="连续两年抽查合格，产品已停产。", acting=on(LOCKED, head))
    lock.refresh_from_db()
    change.refresh_from_db()
    assert (lock.end, lock.ended_on, lock.clock) == ("released", LOCKED, None)
    assert change.outcome == LockChange.Outcome.LOCK_ENDED
    assert not Deadline.objects.filter(state="running").exists()
    with pytest.raises(Blocked) as refusal:
        release_lock(lock_id=lock.pk, reason=REASON, acting=on(LOCKED, head))
    assert refusal.value.clause == CLAUSE


def test_a_deregistered_unit_ends_its_lock(lock: ResponsibilityLock, unit: Enterprise, county: Body) -> None:
    clerk = make_user("录入", "platform_admin", county)
    set_status(
        enterprise_id=unit.pk,
        status="deregistered",
        status_on=LOCKED,
        status_basis="登记机关核准注销",
        version=unit.version,
        acting=on(date(2026, 4, 1), clerk),
    )
    lock.refresh_from_db()
    assert (lock.end, lock.ended_on) == ("ceased", date(2026, 4, 1))
    assert not Deadline.objects.filter(state="running").exists()


def test_a_released_unit_can_be_locked_again(
    lock: ResponsibilityLock, unit: Enterprise, head: User, successor: User
) -> None:
    release_lock(lock_id=lock.pk, reason=REASON, acting=on(LOCKED, head))
    again = lock_unit(enterprise_id=unit.pk, officer=successor, study=STUDY, acting=on(date(2026, 5, 6), head))
    assert again.previous is None
    assert again.clock is not None
    assert again.clock.due_on == date(2026, 11, 6)


def test_a_second_post_of_the_same_reach_is_enough(
    officer: User, unit: Enterprise, head: User, bodies: dict[str, Body]
) -> None:
    give_post(officer, "responsible_officer", bodies["330402100"])
    assert lock_unit(enterprise_id=unit.pk, officer=officer, study=STUDY, acting=on(LOCKED, head)).officer == officer
