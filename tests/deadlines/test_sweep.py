"""The sweep: every rung once, late rather than never, at the cost of what is due."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from cases.acting import Acting
from cases.models import (
    AuditEvent,
    Body,
    BodySetting,
    Case,
    Deadline,
    DeadlineReminder,
    Job,
    Notification,
    Substitution,
    User,
)
from cases.models.outbox import OutboxMessage
from cases.services import sweep_deadlines
from cases.services.deadlines import extend_deadline, meet_deadline, suspend_deadline
from cases.services.jobs import run_due_jobs
from cases.services.sweep_deadlines import OVERDUE_JOB, SweepReport, sweep, when_overdue
from tests.deadlines.conftest import REASON, StartDeadline
from tests.deadlines.threads import county_with_deadlines
from tests.factories import acting, make_user


def morning(day: date) -> datetime:
    """Eight o'clock of `day` in Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def sweep_on(day: date) -> SweepReport:
    return sweep(now=morning(day))


def fired(deadline: Deadline) -> list[str]:
    return list(deadline.reminders.order_by("pk").values_list("rung", flat=True))


def news(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def hooks() -> Iterator[dict[str, Any]]:
    """The hooks of other floors put aside, so that only the test's own are called."""
    kept = dict(sweep_deadlines._hooks)
    sweep_deadlines._hooks.clear()
    yield sweep_deadlines._hooks
    sweep_deadlines._hooks.clear()
    sweep_deadlines._hooks.update(kept)


@pytest.fixture(autouse=True)
def _no_other_hooks(hooks: dict[str, Any]) -> None:
    """Every test here starts without hooks."""


def test_reminders_fire_on_their_days_and_only_then(start: StartDeadline, inspector: User) -> None:
    deadline = start()  # due 1 December; rungs 5, 3 and 1 days before
    told = {day: sweep_on(date(2026, 11, day)).reminded for day in range(24, 31)}
    assert told == {24: 0, 25: 0, 26: 1, 27: 0, 28: 1, 29: 0, 30: 1}
    assert fired(deadline) == ["before:5", "before:3", "before:1"]
    assert news(inspector) == ["deadline_reminder"] * 3


def test_a_sweep_that_runs_again_says_nothing_again(start: StartDeadline, inspector: User) -> None:
    start()
    for _ in range(3):
        sweep_on(date(2026, 11, 26))
    assert news(inspector) == ["deadline_reminder"]
    assert OutboxMessage.objects.count() == 0  # nobody has an address


def test_a_sweep_days_late_fires_each_rung_and_says_only_the_newest(start: StartDeadline, inspector: User) -> None:
    deadline = start()
    report = sweep_on(date(2026, 11, 30))
    assert (report.checked, report.reminded) == (1, 3)
    assert fired(deadline) == ["before:5", "before:3", "before:1"]
    assert news(inspector) == ["deadline_reminder"]


def test_what_runs_out_is_overdue_from_the_day_after(start: StartDeadline, inspector: User, case: Case) -> None:
    deadline = start()
    sweep_on(date(2026, 12, 1))
    deadline.refresh_from_db()
    assert deadline.overdue_since is None
    sweep_on(date(2026, 12, 2))
    deadline.refresh_from_db()
    assert deadline.overdue_since == date(2026, 12, 2)
    assert news(inspector)[-1] == "deadline_overdue"
    assert AuditEvent.objects.filter(case=case, action="deadline.overdue").count() == 1


def test_overdue_is_dated_by_the_law_and_not_by_the_late_sweep(start: StartDeadline) -> None:
    deadline = start()
    sweep_on(date(2026, 12, 20))
    deadline.refresh_from_db()
    assert deadline.overdue_since == date(2026, 12, 2)
    assert deadline.next_check_on is None


def test_escalation_goes_to_the_body_and_then_to_the_one_above(
    start: StartDeadline, bodies: dict[str, Body], overseer: User
) -> None:
    own = make_user("own", "overseer", bodies["330402"])
    deadline = start()  # overdue from 2 December, told upwards 3 and 8 working days overdue
    sweep_on(date(2026, 12, 2))
    assert (news(own), news(overseer)) == ([], [])
    sweep_on(date(2026, 12, 4))
    assert (news(own), news(overseer)) == (["deadline_escalated"], [])
    sweep_on(date(2026, 12, 11))
    deadline.refresh_from_db()
    assert (news(own), news(overseer)) == (["deadline_escalated"], ["deadline_escalated"])
    assert deadline.escalation_level == 2
    levels = [event.data["level"] for event in AuditEvent.objects.filter(action="deadline.escalated").order_by("pk")]
    assert levels == [1, 2]


def test_the_days_until_escalation_are_set_per_body(start: StartDeadline, county: Body, head: User) -> None:
    BodySetting.objects.create(
        body=county, key="deadline.escalation_days", value=[1], reason=REASON, set_by=head, set_at=acting(head).at
    )
    deadline = start()
    sweep_on(date(2026, 12, 2))
    assert set(fired(deadline)) >= {"escalate:1", "overdue"}
    assert news(head) == ["deadline_escalated"]  # no overseer at the county: its head


def test_without_a_person_the_heads_of_the_body_are_told(start: StartDeadline, head: User) -> None:
    start(accountable_user=None)
    sweep_on(date(2026, 11, 26))
    assert news(head) == ["deadline_reminder"]


def test_whoever_stands_in_is_told_too(start: StartDeadline, inspector: User, head: User, county: Body) -> None:
    colleague = make_user("li", "inspector", county)
    Substitution.objects.create(
        absent=inspector,
        substitute=colleague,
        starts_on=date(2026, 11, 25),
        ends_on=date(2026, 11, 27),
        reason="休假",
        arranged_by=head,
    )
    start()
    sweep_on(date(2026, 11, 26))
    sweep_on(date(2026, 11, 28))
    assert news(inspector) == ["deadline_reminder"] * 2
    assert news(colleague) == ["deadline_reminder"]


def test_who_has_an_address_gets_one_mail_in_their_language(start: StartDeadline, inspector: User, case: Case) -> None:
    User.objects.filter(pk=inspector.pk).update(email="wang@example.cn", language="en")
    start()
    for _ in range(2):
        sweep_on(date(2026, 11, 26))
    mail = OutboxMessage.objects.get()
    assert mail.recipient == "wang@example.cn"
    assert "is due on 1 Dec 2026" in mail.subject
    assert case.enterprise.name in mail.body


def test_an_extension_opens_the_rungs_anew(start: StartDeadline, head: User) -> None:
    deadline = start()
    sweep_on(date(2026, 11, 26))
    extended = extend_deadline(
        deadline=deadline, amount=10, reason=REASON, acting=Acting(user=head, at=morning(date(2026, 11, 26)))
    )
    assert extended.due_on == date(2026, 12, 11)
    for day in range(27, 31):
        assert sweep_on(date(2026, 11, day)).checked == 0
    sweep_on(date(2026, 12, 6))
    assert fired(deadline) == ["before:5", "before:5"]


def test_a_suspended_or_met_clock_is_left_alone(start: StartDeadline, case: Case, inspector: User, head: User) -> None:
    suspend_deadline(deadline=start(), reason=REASON, acting=acting(head))
    start("return_visit")
    meet_deadline(subject="step:return_visit", case=case, on=date(2026, 11, 18), acting=acting(inspector))
    assert sweep_on(date(2027, 1, 20)) == SweepReport()


def test_a_hook_is_called_once_for_what_has_run_out(start: StartDeadline) -> None:
    called: list[int] = []
    when_overdue("rectification")(lambda deadline, acting: called.append(deadline.pk))
    deadline = start()
    for _ in range(2):
        sweep_on(date(2026, 12, 2))
        run_due_jobs(morning(date(2026, 12, 2)))
    assert called == [deadline.pk]


def test_a_hook_that_raises_is_tried_again_and_its_effects_are_undone(start: StartDeadline) -> None:
    attempts: list[datetime] = []

    @when_overdue("rectification")
    def hook(deadline: Deadline, acting: Acting) -> None:
        Deadline.objects.filter(pk=deadline.pk).update(escalation_level=9)
        attempts.append(acting.at)
        if len(attempts) == 1:
            raise RuntimeError("the first attempt fails")
        Deadline.objects.filter(pk=deadline.pk).update(escalation_level=5)

    deadline = start()
    now = morning(date(2026, 12, 2))
    sweep(now=now)
    assert list(run_due_jobs(now).values()) == ["backoff"]
    deadline.refresh_from_db()
    assert (deadline.escalation_level, deadline.overdue_since) == (0, date(2026, 12, 2))
    assert list(run_due_jobs(now + timedelta(hours=1)).values()) == ["done"]
    deadline.refresh_from_db()
    assert deadline.escalation_level == 5


def test_a_hook_that_keeps_raising_does_not_hold_up_the_others(start: StartDeadline) -> None:
    called: list[int] = []

    @when_overdue("rectification")
    def broken(deadline: Deadline, acting: Acting) -> None:
        raise RuntimeError("always")

    @when_overdue("rectification")
    def sound(deadline: Deadline, acting: Acting) -> None:
        called.append(deadline.pk)

    deadline = start()
    now = morning(date(2026, 12, 2))
    sweep(now=now)
    assert sorted(run_due_jobs(now).values()) == ["backoff", "done"]
    assert called == [deadline.pk]
    with pytest.raises(LookupError):
        when_overdue("rectification")(sound)


def test_a_hook_is_not_called_for_what_was_met_in_the_meantime(
    start: StartDeadline, case: Case, inspector: User
) -> None:
    called: list[int] = []
    when_overdue("rectification")(lambda deadline, acting: called.append(deadline.pk))
    start()
    now = morning(date(2026, 12, 2))
    sweep(now=now)
    meet_deadline(subject="step:rectification", case=case, on=date(2026, 12, 1), acting=Acting(user=inspector, at=now))
    assert list(run_due_jobs(now).values()) == ["done"]
    assert called == []


def test_a_rule_without_hooks_makes_no_job(start: StartDeadline) -> None:
    start()
    sweep_on(date(2026, 12, 2))
    assert not Job.objects.filter(kind=OVERDUE_JOB).exists()


def test_a_sweep_that_dies_loses_nothing_and_doubles_nothing(
    start: StartDeadline, inspector: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadlines = [start(subject=f"order:{number}") for number in range(4)]
    said: list[int] = []
    tell = sweep_deadlines.notify

    def die_at_the_third(**news: Any) -> list[User]:
        said.append(1)
        if len(said) == 3:
            raise KeyboardInterrupt
        return tell(**news)

    monkeypatch.setattr(sweep_deadlines, "notify", die_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        sweep_on(date(2026, 11, 26))
    assert DeadlineReminder.objects.count() == 2
    monkeypatch.setattr(sweep_deadlines, "notify", tell)
    assert sweep_on(date(2026, 11, 26)).checked == 2
    assert [fired(deadline) for deadline in deadlines] == [["before:5"]] * 4
    assert news(inspector) == ["deadline_reminder"] * 4


def test_a_row_that_cannot_be_checked_does_not_keep_the_others_waiting(start: StartDeadline) -> None:
    broken, sound = start(subject="order:1"), start(subject="order:2")
    Deadline.objects.filter(pk=broken.pk).update(rule="gone")
    report = sweep(now=morning(date(2026, 11, 26)), limit=1)
    assert (report.checked, report.failed) == (1, (broken.pk,))
    assert fired(sound) == ["before:5"]


def test_a_provisional_deadline_is_counted_again_before_it_is_announced(start: StartDeadline) -> None:
    deadline = start()
    Deadline.objects.filter(pk=deadline.pk).update(
        provisional=True, due_on=date(2026, 11, 27), next_check_on=date(2026, 11, 24)
    )
    assert sweep_on(date(2026, 11, 24)).reminded == 0
    deadline.refresh_from_db()
    assert (deadline.due_on, deadline.provisional) == (date(2026, 12, 1), False)
    assert deadline.next_check_on == date(2026, 11, 26)


def queries(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def test_the_sweep_costs_what_is_due_and_not_what_is_open(start: StartDeadline) -> None:
    start(subject="order:0")
    with_one_open = queries(lambda: sweep_on(date(2026, 11, 20)))
    for number in range(1, 40):
        start(subject=f"order:{number}")
    assert queries(lambda: sweep_on(date(2026, 11, 20))) == with_one_open
    Deadline.objects.exclude(subject="order:0").update(next_check_on=date(2026, 12, 31))
    with_many_open = queries(lambda: sweep_on(date(2026, 11, 26)))
    Deadline.objects.exclude(subject="order:0").update(state="cancelled", next_check_on=None)
    assert queries(lambda: sweep_on(date(2026, 11, 28))) == with_many_open  # the next rung of the one that is due


@pytest.fixture
def shared_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that threads can share; on SQLite a copy in a file, because one in memory is locked as a whole."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    path = str(tmp_path / "sweep.sqlite3")
    with closing(sqlite3.connect(path)) as copy:
        in_memory.backup(copy)
    connection.connection, connection.settings_dict["NAME"] = None, path
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = in_memory, name


def test_two_sweeps_at_once_fire_every_rung_once(shared_database: None) -> None:
    inspector, due = county_with_deadlines(12)
    barrier, reports, errors = threading.Barrier(2), list[SweepReport](), list[Exception]()

    def run() -> None:
        barrier.wait()
        try:
            reports.append(sweep(now=morning(date(2026, 12, 2)), limit=5))
        except Exception as error:  # a thread's error would otherwise be lost
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sum(report.overdue for report in reports) == 12
    assert [report.failed for report in reports] == [(), ()]
    assert DeadlineReminder.objects.filter(rung="overdue").count() == 12
    assert Notification.objects.filter(user=inspector, kind="deadline_overdue").count() == 12
    assert AuditEvent.objects.filter(action="deadline.overdue").count() == 12
    assert not Deadline.objects.filter(pk__in=due, overdue_since=None).exists()
