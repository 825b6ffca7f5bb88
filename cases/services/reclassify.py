"""What a verified, or a refuted, event does to the class of its unit (P2; Trial Measures 2012, art. 21).

One case at a time decides a unit's class. An event that comes while one is still to be computed is counted there; one
that comes later waits until that class is in force and then has a case of its own (``reclassify_waiting``).
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from cases.acting import Acting
from cases.models import Case, ClassRecord, Enterprise, Procedure, Proposal, RiskEvent
from cases.models.enterprise import OperatingStatus
from cases.packs.classifying import ClassifyingPack, classifying_pack
from cases.selectors.cases import latest_proposal
from cases.selectors.settings import pack_for
from cases.selectors.standing import base_record, decided_events, deciding_case, record_in_force, trigger_of
from cases.services.audit import record, record_on_case
from cases.services.create_case import create_case
from cases.services.lifecycle import advance, lock_case
from cases.services.open_case import handling_body
from cases.services.propose_on_events import Position, position_of, propose_on_events
from cases.signals import case_dropped

UNCOMPUTED: Final = ("triggered", "approved", "assigned", "inspecting", "inspected")
"""Statuses of an event case whose class is still to be computed, or may be computed anew."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A locked unit, what decides its class just now, and where its events leave it."""

    enterprise: Enterprise
    running: Case | None
    in_force: ClassRecord | None
    pack: ClassifyingPack
    position: Position | None

    @property
    def step(self) -> int:
        """Below 0 where the events leave it worse off than it stands, above 0 where better."""
        if self.in_force is None or self.position is None:
            return 0
        return self.position.step_from(self.in_force, self.pack.adjustment.order)


@transaction.atomic
def reclassify_on_event(*, event: RiskEvent, acting: Acting) -> Case | None:
    """Open the case in which a verified event demotes its unit, or count it in the one that is running.

    None where nothing follows, or not yet; the reason stands in the unit's audit trail.
    """
    unit = _locked(event, acting)
    reason = _why_not(unit, event)
    if reason:
        return _nothing_follows(unit, event, reason, acting)
    if unit.running is not None:
        return _counted_in(unit.running, event, acting) or _nothing_follows(unit, event, "running_case", acting)
    return _open(unit, event, Case.Origin.EVENT, acting)


@transaction.atomic
def reverse_on_event(*, event: RiskEvent, acting: Acting) -> Case | None:
    """Undo what a refuted event did: by a case that proposes the class without it, never by itself.

    A case still running that counted it is computed anew, or dropped where nothing is left of it. None where nothing
    follows: the event moved no class, a later review has decided since, or another event has the same effect.
    """
    unit = _locked(event, acting)
    if unit.running is not None:
        if unit.running.procedure != Procedure.EVENT or not _rests_on(unit.running, event):
            return _nothing_follows(unit, event, "running_case", acting)
        if unit.step == 0:
            return _drop(unit.running, event, acting)
        return _counted_in(unit.running, event, acting) or unit.running  # else returned by whoever is to sign next
    if not _in_force_by(unit, event):
        return _nothing_follows(unit, event, "not_counted", acting)
    if unit.step <= 0:
        return _nothing_follows(unit, event, "same_without_it", acting)
    return _open(unit, event, Case.Origin.REVERSAL, acting)


@transaction.atomic
def reclassify_waiting(*, enterprise: Enterprise, acting: Acting) -> Case | None:
    """Open the case for events that had to wait for another decision; called when that one is in force or over."""
    newest = RiskEvent.objects.filter(enterprise=enterprise).order_by("-confirmed_on", "-pk")
    unit = _read(Enterprise.objects.select_for_update(of=("self",)).get(pk=enterprise.pk), acting)
    if unit.running is not None or unit.step >= 0 or unit.position is None or not _exists(unit.enterprise):
        return None
    waiting = {event.pk for event in unit.position.standing.events}
    return _open(unit, newest.filter(pk__in=waiting)[0], Case.Origin.EVENT, acting)


def _locked(event: RiskEvent, acting: Acting) -> _Unit:
    """The case first, then the unit, as taking effect locks them."""
    running = deciding_case(event.enterprise)
    if running is not None:
        lock_case(running.pk)
    return _read(Enterprise.objects.select_for_update(of=("self",)).get(pk=event.enterprise_id), acting)


def _read(enterprise: Enterprise, acting: Acting) -> _Unit:
    running = deciding_case(enterprise)
    if running is not None:
        ref = running.pack
    else:
        ref = pack_for(enterprise.territorial_body, "classification.pack", acting.today).ref
    pack = classifying_pack(ref)
    return _Unit(enterprise, running, record_in_force(enterprise), pack, position_of(enterprise, pack))


def _exists(enterprise: Enterprise) -> bool:
    return enterprise.status not in (OperatingStatus.DEREGISTERED, OperatingStatus.REVOKED)


def _why_not(unit: _Unit, event: RiskEvent) -> str:
    """Why a verified event demotes nobody; empty where it does."""
    if unit.in_force is None:
        return "unclassified"
    if not _exists(unit.enterprise):
        return "unit_gone"
    if trigger_of(event, unit.pack.adjustment) is None:
        return "no_trigger"
    base = base_record(unit.enterprise)
    if base is not None and event.pk in decided_events(base):
        return "decided_already"
    return "" if unit.step < 0 or unit.running is not None else "same_with_it"


def _counted_in(case: Case, event: RiskEvent, acting: Acting) -> Case | None:
    """The running case of events that will count it, computed anew where that was done; None where it is too late."""
    if case.procedure != Procedure.EVENT or case.status not in UNCOMPUTED:
        return None
    record_on_case(case, "attach_event", acting, _about(event))
    if case.status == "triggered":
        propose_on_events(case_id=case.pk, acting=acting)
    return case


def _rests_on(case: Case, event: RiskEvent) -> bool:
    return case.proposals.filter(events=event.pk).exists()


def _in_force_by(unit: _Unit, event: RiskEvent) -> bool:
    """Whether a class decided since the base rests on the event: only that can be undone."""
    base = base_record(unit.enterprise)
    if base is None:
        return False
    noted = Proposal.objects.filter(case__enterprise=unit.enterprise, outcome=Proposal.Outcome.NOTED, events=event.pk)
    return noted.exclude(case=base.case_id).filter(case__class_records__pk__gt=base.pk).exists()


def _open(unit: _Unit, event: RiskEvent, origin: str, acting: Acting) -> Case:
    case = create_case(
        enterprise=unit.enterprise,
        body=handling_body(unit.enterprise),
        procedure=Procedure.EVENT,
        origin=origin,
        origin_note=event.title,
        planned_on=acting.today,
        form=Case.Form.SPECIAL,
        acting=Acting(user=None, at=acting.at),
    )
    record_on_case(case, "attach_event", acting, _about(event))
    return case


def _drop(case: Case, event: RiskEvent, acting: Acting) -> Case:
    """End a case whose ground fell away; what was proposed stays on file as returned."""
    proposal = latest_proposal(case)
    if proposal is not None:
        proposal.outcome = Proposal.Outcome.RETURNED
        proposal.save(update_fields=["outcome"])
    advance(case, "drop_demotion")
    case.closed_at, case.closing_reason = acting.at, f"所依据的风险事件“{event.title}”经核实不成立。"
    case.save(update_fields=["closed_at", "closing_reason"])
    record_on_case(case, "drop_demotion", acting, {**_about(event), "reason": case.closing_reason})
    case_dropped.send(sender=Case, case=case, acting=acting)
    return case


def _about(event: RiskEvent) -> dict[str, Any]:
    return {"event": event.pk, "title": event.title, "state": event.state}


def _nothing_follows(unit: _Unit, event: RiskEvent, reason: str, acting: Acting) -> Case | None:
    """Write down in the unit's trail why no case was opened."""
    record(
        stream=f"enterprise:{unit.enterprise.pk}",
        action="no_reclassification",
        acting=acting,
        body=unit.enterprise.territorial_body,
        data={**_about(event), "outcome": reason},
    )
    return None
