"""The clock of verification (P2 step 2): it stands still while the unit may still object, or has objected.

The fifteen days in which the unit may object to a failed sampling (产品质量法 第十五条) are a right that lapses, not a
duty that somebody misses: they are no deadline of the body, whose passing would be reported as overdue. A job wakes the
verification on the day after.
"""

from datetime import datetime, time, timedelta
from typing import Final

from django.db import transaction

from cases.acting import LEGAL_ZONE, Acting
from cases.models import STANDING_STATES, Deadline, RiskEvent
from cases.selectors.deadlines import open_deadline
from cases.selectors.events import objection_until, pending_objection
from cases.services.deadlines import cancel_deadline, meet_deadline, resume_deadline, start_deadline, suspend_deadline
from cases.services.event_parts import OBJECTION_OVER, locked_event, tell_verifiers
from cases.services.jobs import Payload, enqueue, job_handler

VERIFICATION: Final = "event_verification"
ANSWER: Final = "event_objection_answer"
JOB: Final = "event.objection_over"


def subject_of(event_id: int) -> str:
    """What the deadline of verification is about."""
    return f"event:{event_id}"


def answer_subject(event_id: int) -> str:
    """What the deadline of answering an objection is about."""
    return f"event:{event_id}:objection"


def start_verification(event: RiskEvent, acting: Acting) -> None:
    """Start the clock with the day of the report."""
    _start(event, VERIFICATION, subject_of(event.pk), acting)


def keep_in_step(event: RiskEvent, acting: Acting) -> None:
    """Let the clock stand while the event cannot be verified, and run again once it can; wake it when that is known."""
    until = objection_until(event)
    lapsing = until is not None and event.accepted_on is None and acting.today <= until
    if lapsing and until is not None:
        wake_at = datetime.combine(until + timedelta(days=1), time(), LEGAL_ZONE)
        enqueue(kind=JOB, payload={"event": event.pk}, key=f"{JOB}:{event.pk}:{until}", at=acting.at, run_after=wake_at)
    clock = open_deadline(subject=subject_of(event.pk), case_id=None, rule=VERIFICATION)
    if clock is None:
        return
    waits = lapsing or pending_objection(event) is not None
    if waits and clock.state == Deadline.State.RUNNING and acting.today <= clock.due_on:
        suspend_deadline(deadline=clock, reason="检验结果异议期内或者异议处理中，暂停计算。", acting=acting, ask=False)
    elif not waits and clock.state == Deadline.State.SUSPENDED:
        resume_deadline(deadline=clock, reason="检验结果异议期已过或者异议已处理，继续计算。", acting=acting, ask=False)


def stop_verification(event: RiskEvent, acting: Acting) -> None:
    """It was verified or refuted."""
    meet_deadline(subject=subject_of(event.pk), case=None, on=acting.today, acting=acting)


def drop_clocks(event: RiskEvent, acting: Acting, reason: str) -> None:
    """Nothing waits any more, for the event lives on in another."""
    cancel_deadline(subject=subject_of(event.pk), case=None, reason=reason, acting=acting)


def start_answer(event: RiskEvent, acting: Acting) -> None:
    """An objection is to be answered from today."""
    _start(event, ANSWER, answer_subject(event.pk), acting)


def stop_answer(event: RiskEvent, acting: Acting) -> None:
    """The objection was decided."""
    meet_deadline(subject=answer_subject(event.pk), case=None, on=acting.today, acting=acting)
    keep_in_step(event, acting)


def _start(event: RiskEvent, rule: str, subject: str, acting: Acting) -> None:
    start_deadline(
        rule=rule,
        subject=subject,
        case=None,
        enterprise=event.enterprise,
        start_on=acting.today,
        accountable_body=event.enterprise.territorial_body,
        acting=acting,
    )
    keep_in_step(event, acting)


@job_handler(JOB, lease=timedelta(minutes=2), max_attempts=8)
def objection_over(payload: Payload) -> Payload:
    """Nothing is done outside a transaction."""
    return {}


@objection_over.on_done
@transaction.atomic
def wake_verification(payload: Payload, result: Payload, at: datetime) -> None:
    acting = Acting(user=None, at=at)
    event = locked_event(payload["event"])
    until = objection_until(event)
    if event.state in (*STANDING_STATES, RiskEvent.State.REFUTED, RiskEvent.State.MERGED) or until is None:
        return
    if acting.today > until and pending_objection(event) is None:
        keep_in_step(event, acting)
        tell_verifiers(event, OBJECTION_OVER, f"event:{event.pk}:objection_over:{until}", acting)
