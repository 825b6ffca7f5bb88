"""Record that a source tells of a risk event (P2 step 1); the same happening is never taken twice."""

from datetime import date

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.events import may_record
from cases.models import Enterprise, EventReport, RiskEvent
from cases.rules.enterprise_facts import Fault
from cases.rules.event_facts import EventFacts, combined, faults_of
from cases.rules.event_identity import fingerprint_of
from cases.selectors.event_rules import level_rule
from cases.selectors.events import known_by_fingerprint
from cases.services.enterprise_checks import FactsError, locked_enterprise
from cases.services.event_clocks import keep_in_step, start_verification
from cases.services.event_parts import (
    EVENT_REPORTED,
    EVENT_REPORTED_AGAIN,
    put_facts,
    record_on_event,
    save_event,
    tell_verifiers,
)

_State = RiskEvent.State


@transaction.atomic
def record_event(
    *,
    enterprise_id: int,
    told: EventFacts,
    source: str,
    source_reference: str = "",
    reported_on: date | None = None,
    received_on: date | None = None,
    note: str = "",
    acting: Acting,
    ask: bool = True,
) -> RiskEvent:
    """Take a report; answers the event it is about, which may have been there before.

    For a failed or refused sampling pass ``EventFacts(kind="sampling_failed" or "sampling_refused", reference=<report
    number>, authority=<organiser>, authority_level=<level>, occurred_on=<sampled on>, safety_item=...)`` with
    ``source="sampling"``, ``source_reference=<report number>`` and ``received_on`` (the day the unit received the
    result), and keep the answer as ``SamplingResult.event``. A report that a source has given before changes nothing;
    one with the document number of a known event becomes a further report of it; what is merely alike stays apart and
    is offered for merging. `reported_on` is today unless given. The system itself may record (``acting.user`` None);
    `ask` is False only where a service that has asked for its own permission records as part of what it does.

    FactsError, RuleError `pack`; Blocked or NotPermitted where the person may not.
    """
    enterprise = locked_enterprise(enterprise_id)
    if ask and acting.user is not None:
        require(may_record(enterprise, acting))
    _require_facts(told, source, reported_on, received_on, enterprise, acting)
    before = _reported_before(enterprise, source, source_reference.strip())
    if before is not None:
        return before
    known = known_by_fingerprint(enterprise, fingerprint_of(enterprise.uscc, told)) if told.reference else None
    event = known or _new_event(enterprise, told, acting)
    report = EventReport.objects.create(
        event=event,
        source=source,
        reference=source_reference.strip(),
        reported_on=reported_on or acting.today,
        told=told.as_dict(),
        note=note.strip(),
        entered_by=acting.user,
        entered_at=acting.at,
    )
    event.enterprise = enterprise
    _take_in(event, report, received_on, acting, is_new=known is None)
    return event


def _new_event(enterprise: Enterprise, told: EventFacts, acting: Acting) -> RiskEvent:
    event = RiskEvent(enterprise=enterprise, reported_at=acting.at, reported_by=acting.user)
    put_facts(event, told)
    event.fingerprint = fingerprint_of(enterprise.uscc, told)
    event.save()
    return event


def _take_in(event: RiskEvent, report: EventReport, received_on: date | None, acting: Acting, *, is_new: bool) -> None:
    """What the report changes: the facts of an event not yet decided, the day of receipt, the clock, the news."""
    if event.state == _State.REPORTED and not is_new:
        put_facts(event, combined(EventFacts.from_dict(each.told) for each in event.reports.order_by("pk")))
    if received_on is not None and (event.received_on is None or received_on < event.received_on):
        event.received_on = received_on
    save_event(event)
    data = {"report": report.pk, "source": report.source, "reference": report.reference, "state": event.state}
    record_on_event(event, "event.reported" if is_new else "event.reported_again", acting, data)
    if is_new:
        start_verification(event, acting)
    else:
        keep_in_step(event, acting)
    kind = EVENT_REPORTED if is_new else EVENT_REPORTED_AGAIN
    tell_verifiers(event, kind, f"event:{event.pk}:report:{report.pk}", acting)


def _reported_before(enterprise: Enterprise, source: str, reference: str) -> RiskEvent | None:
    if not reference:
        return None
    report = EventReport.objects.filter(event__enterprise=enterprise, source=source, reference=reference).first()
    return report.event if report is not None else None


def _require_facts(
    told: EventFacts,
    source: str,
    reported_on: date | None,
    received_on: date | None,
    enterprise: Enterprise,
    acting: Acting,
) -> None:
    rule = level_rule(enterprise.territorial_body, acting.today)
    faults = list(faults_of(told, acting.today, rule.circumstances))
    if source not in EventReport.Source.values:
        faults.append(Fault("source", "choice"))
    for name, day in (("reported_on", reported_on), ("received_on", received_on)):
        if day is not None and day > acting.today:
            faults.append(Fault(name, "future"))
        elif day is not None and day < told.occurred_on:
            faults.append(Fault(name, "before_event"))
    if faults:
        raise FactsError(tuple(faults))
