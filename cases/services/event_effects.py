"""Apply what follows from an event, and undo what follows no longer (试行办法 art. 21; 38号 二, 三).

The effects in force are compared with those the rule wants now: what is missing is added, what is no longer founded is
undone by an effect that names it, and nothing is rewritten. Verifying, refuting and judging anew are one thing here.
"""

from datetime import date

from cases.acting import Acting
from cases.models import STANDING_STATES, Case, EventEffect, RiskEvent
from cases.rules.event_effects import Intent
from cases.rules.grounds import Ground, stored_grounds
from cases.selectors.event_rules import effects_for, facts_of, pack_refs
from cases.services.listing_watch import look_again
from cases.services.reclassify import reclassify_on_event, reverse_on_event

Kind = EventEffect.Kind


def settle_effects(event: RiskEvent, acting: Acting) -> None:
    """Bring the effects of an event into line with its state and level, and the lists and escalations of its unit.

    The caller holds the unit's lock and has saved the event.
    """
    _settle(event, _wanted(event, acting.today), acting)
    _settle_other_hazards(event, acting)
    look_again(enterprise_ids=[event.enterprise_id], on=acting.today)


def effects_in_force(event: RiskEvent) -> dict[str, EventEffect]:
    """The effects that nothing has undone, by kind."""
    rows = event.effects.filter(reverses__isnull=True, reversed_by__isnull=True)
    return {effect.kind: effect for effect in rows}


def _wanted(event: RiskEvent, today: date) -> dict[str, Intent]:
    if event.state not in STANDING_STATES:
        return {}
    on = event.confirmed_on or today
    intents = effects_for(event=event, facts=facts_of(event), level=event.level, on=on)
    return {intent.kind: intent for intent in intents}


def _settle(event: RiskEvent, wanted: dict[str, Intent], acting: Acting) -> None:
    standing = effects_in_force(event)
    for kind, effect in standing.items():
        if kind not in wanted or _differs(effect, wanted[kind]):
            _undo(effect, event, acting)
            standing = {name: other for name, other in standing.items() if name != kind}
    for kind, intent in wanted.items():
        if kind not in standing:
            _apply(event, intent, acting)


def _settle_other_hazards(event: RiskEvent, acting: Acting) -> None:
    """Whether hazards are repeated depends on all of them: one more, or one fewer, changes it for the others."""
    hazards = RiskEvent.objects.filter(
        enterprise=event.enterprise_id,
        kind=RiskEvent.Kind.HAZARD,
        level=RiskEvent.Level.MAJOR,
        state__in=STANDING_STATES,
    )
    for other in hazards.exclude(pk=event.pk).select_related("enterprise__territorial_body").order_by("pk"):
        escalation = _wanted(other, acting.today).get(Kind.ESCALATION)
        standing = effects_in_force(other).get(Kind.ESCALATION)
        if standing is not None and escalation is None:
            _undo(standing, other, acting)
        elif standing is None and escalation is not None:
            _apply(other, escalation, acting)


def _differs(effect: EventEffect, intent: Intent) -> bool:
    return (effect.trigger, tuple(effect.items)) != (intent.trigger, intent.items)


def _apply(event: RiskEvent, intent: Intent, acting: Acting) -> None:
    case = reclassify_on_event(event=event, acting=acting) if intent.trigger else None
    before = event.effects.filter(kind=intent.kind, reverses__isnull=True).count()
    EventEffect.objects.create(
        event=event,
        kind=intent.kind,
        round=before + 1,
        trigger=intent.trigger,
        items=list(intent.items),
        grounds=stored_grounds(intent.grounds),
        pack=pack_refs(event.enterprise.territorial_body, acting.today),
        case=case,
        created_at=acting.at,
    )


def _undo(effect: EventEffect, event: RiskEvent, acting: Acting) -> None:
    case: Case | None = reverse_on_event(event=event, acting=acting) if effect.kind == Kind.DEMOTION else None
    clause = effect.grounds[0]["clause"] if effect.grounds else ""
    ground = Ground(clause, "所依据的情形已不成立，以新的决定予以撤销。", "It is no longer founded, and undone anew.")
    EventEffect.objects.create(
        event=event,
        kind=effect.kind,
        round=effect.round,
        trigger=effect.trigger,
        items=effect.items,
        grounds=stored_grounds((ground,)),
        pack=effect.pack,
        case=case,
        reverses=effect,
        created_at=acting.at,
    )
