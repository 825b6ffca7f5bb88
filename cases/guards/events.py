"""What must hold before somebody may record, verify, refute, dispute, merge or settle a risk event (P2 steps 1, 2)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition, Text
from cases.guards.parts import holds, unconflicted_with
from cases.models import STANDING_STATES, Enterprise, EventDecision, RiskEvent
from cases.selectors.event_rules import level_rule
from cases.selectors.events import objection_until, pending_objection
from cases.selectors.written import written

_LISTS: Final = "国市监质监发〔2023〕38号 三"
_OBJECTION: Final = "产品质量法 第十五条"
_Outcome = EventDecision.Outcome
_State = RiskEvent.State


def may_record(enterprise: Enterprise, acting: Acting) -> list[Condition]:
    return [holds(acting, "record_event", enterprise.territorial_body)]


def may_note_receipt(event: RiskEvent, acting: Acting) -> list[Condition]:
    """The day of receipt is noted for a failed sampling that is not yet decided."""
    return [
        holds(acting, "record_event", event.enterprise.territorial_body),
        _sampling_failed(event),
        _in_state(event, _State.REPORTED),
    ]


def may_verify(event: RiskEvent, acting: Acting) -> list[Condition]:
    """Also what was refuted, on new evidence, and what was verified, at another level."""
    return [
        *_verifier(event, acting),
        _in_state(event, _State.REPORTED, _State.VERIFIED, _State.REFUTED),
        _by_another(
            event,
            acting,
            _reporters(event),
            _("Whoever entered a report must leave its verification to somebody else."),
        ),
        *_objections_over(event, acting),
    ]


def may_refute(event: RiskEvent, acting: Acting) -> list[Condition]:
    """A verified event is refuted by somebody else than who verified it."""
    return [
        *_verifier(event, acting),
        _in_state(event, _State.REPORTED, _State.VERIFIED),
        _no_open_objection(event),
        _by_another(
            event,
            acting,
            _verifiers(event),
            _("Whoever verified the event must leave the refutation to somebody else."),
        ),
    ]


def may_object(event: RiskEvent, acting: Acting) -> list[Condition]:
    """The unit's objection is entered by whoever records events; one at a time."""
    conditions = [
        holds(acting, "record_event", event.enterprise.territorial_body),
        _in_state(event, _State.REPORTED, _State.VERIFIED),
        _no_open_objection(event),
    ]
    if event.state == _State.REPORTED:
        conditions.append(_sampling_failed(event))
    return conditions


def may_decide_objection(event: RiskEvent, acting: Acting) -> list[Condition]:
    """Another officer than who verified the event decides (P15)."""
    return [
        *_verifier(event, acting),
        Condition(
            "objection", pending_objection(event) is not None, _("An objection must be waiting."), clause=_OBJECTION
        ),
        _by_another(
            event, acting, _verifiers(event), _("Whoever verified the event must leave the objection to somebody else.")
        ),
    ]


def may_resolve(event: RiskEvent, acting: Acting) -> list[Condition]:
    """A verified risk that still stands open."""
    return [
        *_verifier(event, acting),
        _in_state(event, *STANDING_STATES),
        Condition("risk_open", event.resolved_on is None, _("The risk must still stand open."), clause=_LISTS),
    ]


def may_merge(kept: RiskEvent, dropped: RiskEvent, acting: Acting) -> list[Condition]:
    """Two events of one unit; what has been decided is kept, and what is disputed is decided first."""
    decided = dropped.state == _State.REPORTED or {kept.state, dropped.state} <= set(STANDING_STATES)
    return [
        *_verifier(kept, acting),
        Condition("one_unit", kept.enterprise_id == dropped.enterprise_id, _("Both events must be of one enterprise.")),
        Condition("two_events", kept.pk != dropped.pk, _("An event cannot be merged into itself.")),
        Condition(
            "not_merged",
            _State.MERGED not in (kept.state, dropped.state),
            _("Neither of the events may have been merged before."),
        ),
        Condition("decided_kept", decided, _("The event that has been decided about must be kept.")),
        _no_open_objection(kept) if pending_objection(kept) else _no_open_objection(dropped),
    ]


def _verifier(event: RiskEvent, acting: Acting) -> list[Condition]:
    return [
        holds(acting, "verify_event", event.enterprise.territorial_body),
        unconflicted_with(acting.person, event.enterprise_id, acting),
    ]


def _in_state(event: RiskEvent, *states: str) -> Condition:
    labels = "、".join(str(_State(state).label) for state in states)
    return Condition(
        "event_state", event.state in states, _("The event must be in this state: %(states)s.") % {"states": labels}
    )


def _by_another(event: RiskEvent, acting: Acting, others: set[int | None], wording: Text) -> Condition:
    rule = level_rule(event.enterprise.territorial_body, acting.today)
    separate = not rule.verified_by_another or acting.person.pk not in others
    return Condition("separation_of_duties", separate, wording, clause=rule.clause)


def _reporters(event: RiskEvent) -> set[int | None]:
    return set(event.reports.exclude(entered_by=None).values_list("entered_by", flat=True))


def _verifiers(event: RiskEvent) -> set[int | None]:
    return set(event.decisions.filter(outcome=_Outcome.VERIFY).values_list("author", flat=True))


def _sampling_failed(event: RiskEvent) -> Condition:
    return Condition(
        "sampling_failed",
        event.kind == RiskEvent.Kind.SAMPLING_FAILED,
        _("It must be a failed sampling."),
        clause=_OBJECTION,
    )


def _no_open_objection(event: RiskEvent) -> Condition:
    return Condition(
        "no_objection", pending_objection(event) is None, _("No objection may be waiting."), clause=_OBJECTION
    )


def _objections_over(event: RiskEvent, acting: Acting) -> list[Condition]:
    """A failed sampling waits for the unit's fifteen days, or its word that it accepts the result (P2 step 2)."""
    conditions = [_no_open_objection(event)]
    if event.kind != RiskEvent.Kind.SAMPLING_FAILED or event.accepted_on is not None:
        return conditions
    until = objection_until(event)
    received = _("The day on which the unit received the result must be known.")
    conditions.append(Condition("result_received", until is not None, received, clause=_OBJECTION))
    if until is not None:
        words = _("The unit’s fifteen days for objections must be over (last day: %(day)s).") % {"day": written(until)}
        conditions.append(Condition("objection_over", acting.today > until, words, clause=_OBJECTION))
    return conditions
