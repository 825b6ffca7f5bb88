"""The clock of verification: on the board, woken when the unit's fifteen days are over, told of once (P2 step 2)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from cases.models import Deadline, Enterprise, Job, Notification, RiskEvent, SamplingResult, User
from cases.rules.errors import RuleError
from cases.services.jobs import due_jobs, run_job
from cases.services.sampling_results import keep_sampling
from cases.services.sweep_deadlines import sweep
from tests.events.test_decisions import report, verify
from tests.events.test_pages import client_of, text_of
from tests.factories import NOON, acting

AFTER = datetime(2026, 12, 1, 16, 1, tzinfo=UTC)
"""Just after midnight in Shanghai of the day after the fifteen days from 16 November."""


def run_due(now: datetime) -> None:
    for job in due_jobs(now):
        run_job(job, now)


def sampled(unit: Enterprise, by: User, **given: object) -> SamplingResult:
    facts: dict[str, object] = {
        "row_id": None,
        "product": "电热水壶",
        "batch": "2026-07",
        "sampled_on": date(2026, 10, 20),
        "received_on": date(2026, 11, 16),
        "level": "province",
        "organiser": "浙江省市场监督管理局",
        "result": "fail",
        "failed_items": "接地措施",
        "safety_item": True,
        "report_number": "浙监抽〔2026〕88号",
    }
    return keep_sampling(enterprise_id=unit.pk, acting=acting(by), **{**facts, **given})  # type: ignore[arg-type]


def clock_of(event: RiskEvent) -> Deadline:
    return Deadline.objects.get(subject=f"event:{event.pk}")


def test_the_clock_is_woken_when_the_fifteen_days_are_over(unit: Enterprise, reporter: User, verifier: User) -> None:
    event = sampled(unit, reporter).event
    assert event is not None
    assert clock_of(event).state == Deadline.State.SUSPENDED
    Notification.objects.all().delete()
    run_due(AFTER - timedelta(hours=2))
    assert clock_of(event).state == Deadline.State.SUSPENDED

    run_due(AFTER)
    clock = clock_of(event)
    assert (clock.state, clock.due_on) == (Deadline.State.RUNNING, date(2026, 12, 23))
    assert {note.kind for note in Notification.objects.filter(user=verifier)} == {"event_objection_over"}
    assert verify(event, verifier, AFTER).state == "verified"


def test_nobody_is_woken_for_what_was_decided_meanwhile(unit: Enterprise, reporter: User, verifier: User) -> None:
    event = sampled(unit, reporter).event
    assert event is not None
    RiskEvent.objects.filter(pk=event.pk).update(state="refuted")
    Notification.objects.all().delete()
    run_due(AFTER)
    assert not Notification.objects.exists()
    assert Job.objects.get(kind="event.objection_over").state == "done"


def test_the_right_to_object_is_never_reported_as_overdue(unit: Enterprise, reporter: User) -> None:
    sampled(unit, reporter)
    sweep(now=AFTER)
    assert not Notification.objects.filter(kind="deadline_overdue").exists()


def test_verification_that_is_late_is_told(unit: Enterprise, reporter: User, head: User) -> None:
    report(unit, reporter)
    sweep(now=NOON + timedelta(days=30))
    told = Notification.objects.filter(kind="deadline_overdue")
    assert told.exists()
    assert all(note.data["enterprise"] == unit.name for note in told)


def test_the_board_leads_to_the_event(unit: Enterprise, reporter: User, head: User) -> None:
    event = report(unit, reporter)
    page = text_of(client_of(head).get(f"{reverse('oversight')}?due=running"))
    assert reverse("event_detail", args=[event.pk]) in page
    assert unit.name in page
    deadline = text_of(client_of(head).get(reverse("deadline_detail", args=[clock_of(event).pk])))
    assert reverse("event_detail", args=[event.pk]) in deadline


def test_a_failed_sampling_is_reported_as_an_event_once(unit: Enterprise, reporter: User) -> None:
    sampling = sampled(unit, reporter)
    event = sampling.event
    assert event is not None
    assert (event.kind, event.reference, event.safety_item) == ("sampling_failed", "浙监抽〔2026〕88号", True)
    assert (event.authority_level, event.received_on) == ("province", date(2026, 11, 16))

    sampled(unit, reporter, row_id=sampling.pk, received_on=date(2026, 11, 17))
    event.refresh_from_db()
    assert event.received_on == date(2026, 11, 17)
    assert RiskEvent.objects.count() == 1
    with pytest.raises(RuleError):
        sampled(unit, reporter, row_id=sampling.pk, failed_items="标志")


def test_a_passed_sampling_is_no_event_and_a_refused_one_is(unit: Enterprise, reporter: User) -> None:
    passed = sampled(unit, reporter, result="pass", failed_items="", safety_item=False)
    assert passed.event is None
    refused = sampled(
        unit, reporter, result="refused", failed_items="", safety_item=False, report_number="2", received_on=None
    )
    assert refused.event is not None
    assert refused.event.kind == "sampling_refused"


def test_a_sampling_of_a_known_event_joins_it(unit: Enterprise, reporter: User) -> None:
    known = report(unit, reporter, "sampling_failed", reference="浙监抽(2026)88", authority_level="county")
    assert sampled(unit, reporter).event == known
    known.refresh_from_db()
    assert known.authority_level == "province"
