"""What the packs in force at a body say of an event: its level, its effects, the items it answers."""

from datetime import date

from cases.models import STANDING_STATES, Body, Enterprise, RiskEvent
from cases.packs.loader import Pack
from cases.rules.errors import RuleError
from cases.rules.event_effects import EffectRules, Intent, effects_of, is_major_hazard
from cases.rules.event_facts import EventFacts
from cases.rules.risk_level import LevelOutcome, RiskLevelRule, level_of
from cases.selectors.settings import pack_for


def risk_pack(body: Body, on: date) -> Pack:
    """The pack by which risks are judged where the body stands. RuleError: `pack`, `pack_not_in_force`."""
    pack = pack_for(body, "listing.pack", on)
    if pack.risk_levels is None or pack.escalation is None:
        raise RuleError("pack", "The rule pack “%(pack)s” defines no risks.", pack=pack.code)
    return pack


def pack_refs(body: Body, on: date) -> str:
    """``code@version`` of the packs that the effects of an event rest on, that of the classes first."""
    return f"{classification_pack(body, on).ref} {risk_pack(body, on).ref}"


def level_rule(body: Body, on: date) -> RiskLevelRule:
    """The definitions of larger and major risks in force at the body."""
    rule = risk_pack(body, on).risk_levels
    assert rule is not None  # risk_pack looks for packs that have it
    return rule


def level_for(facts: EventFacts, body: Body, on: date) -> LevelOutcome:
    """The level that the pack in force at the body gives an event with these facts."""
    pack = risk_pack(body, on)
    assert pack.risk_levels is not None
    assert pack.escalation is not None
    return level_of(rule=pack.risk_levels, escalation=pack.escalation, facts=facts)


def classification_pack(body: Body, on: date) -> Pack:
    """The pack by which the body classifies enterprises on the day `on`."""
    return pack_for(body, "classification.pack", on)


def effect_rules(body: Body, on: date) -> EffectRules:
    """The sections that the effects of an event at the body are read from. RuleError: `pack`."""
    risks, classes = risk_pack(body, on), classification_pack(body, on)
    if risks.listing is None or risks.escalation is None or classes.adjustment is None:
        raise RuleError("pack", "The rule pack “%(pack)s” does not classify enterprises.", pack=classes.code)
    return EffectRules(classes.adjustment, classes.event_items, risks.listing, risks.escalation)


def facts_of(event: RiskEvent) -> EventFacts:
    """The facts of an event as they stand."""
    return EventFacts(
        kind=event.kind,
        title=event.title,
        facts=event.facts,
        occurred_on=event.occurred_on,
        product=event.product,
        product_level=event.product_level,
        authority=event.authority,
        authority_level=event.authority_level,
        reference=event.reference,
        safety_item=event.safety_item,
        circumstances=tuple(event.circumstances),
        deaths=event.deaths,
        serious_injuries=event.serious_injuries,
        direct_loss_wan=event.direct_loss_wan,
    )


def effects_for(
    *, event: RiskEvent, facts: EventFacts, level: str, on: date, rules: EffectRules | None = None
) -> tuple[Intent, ...]:
    """The effects that verifying the event on `on`, with these facts and at this level, has; two queries."""
    enterprise = event.enterprise
    others = major_hazards_of(enterprise, without=event.pk)
    return effects_of(
        rules=rules or effect_rules(enterprise.territorial_body, on),
        facts=facts,
        level=level,
        classified=bool(enterprise.quality_class),
        raised=level != level_for(facts, enterprise.territorial_body, on).level,
        on=on,
        major_hazards=[*others, on] if is_major_hazard(facts.kind, level) else others,
    )


def major_hazards_of(enterprise: Enterprise, *, without: int | None = None) -> list[date]:
    """The days on which the unit's standing major hazards were verified."""
    rows = RiskEvent.objects.filter(
        enterprise=enterprise, state__in=STANDING_STATES, kind=RiskEvent.Kind.HAZARD, level=RiskEvent.Level.MAJOR
    )
    days = (rows.exclude(pk=without) if without else rows).values_list("confirmed_on", flat=True)
    return [day for day in days if day is not None]
