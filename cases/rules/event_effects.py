"""What the law attaches to a verified event, and nothing else (试行办法 art. 11, 21; 38号 二（一）, 三)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from cases.rules.adjust import AdjustRule
from cases.rules.escalation import EscalationRule, escalation_of
from cases.rules.event_facts import EventFacts
from cases.rules.grounds import Ground
from cases.rules.listing import ListingRule
from cases.rules.risk_level import LEVEL_NAMES, accident_is_larger
from cases.rules.starred_items import EventItem, ItemFinding

EffectKind = Literal["demotion", "listing", "escalation", "items"]
_LISTS: Final = ("larger", "major")
"""Levels that the lists of 38号 三 speak of."""


@dataclass(frozen=True)
class EffectRules:
    """Everything the effects of an event are read from: the classifying pack's sections and the lists' ones."""

    adjustment: AdjustRule
    items: tuple[EventItem, ...]
    listing: ListingRule
    escalation: EscalationRule


@dataclass(frozen=True, slots=True)
class Intent:
    """One effect that follows; `trigger` of a demotion, `items` of the form."""

    kind: EffectKind
    grounds: tuple[Ground, ...]
    trigger: str = ""
    items: tuple[str, ...] = ()


def effects_of(
    *,
    rules: EffectRules,
    facts: EventFacts,
    level: str,
    classified: bool,
    on: date,
    major_hazards: Iterable[date],
    raised: bool = False,
) -> tuple[Intent, ...]:
    """The effects of an event that was verified on `on` at this level, each with its grounds.

    `major_hazards` are the days on which the unit's major hazards were verified, this one's included if it is one.
    Whoever has no class cannot lose one (`classified`). `raised`: an officer gave it another level than the rule's.
    """
    found: list[Intent | None] = [
        _demotion(rules, facts, level) if classified else None,
        _listing(rules.listing, level),
        _escalation(rules.escalation, facts, level, on, major_hazards, raised),
        _items(rules.items, facts),
    ]
    return tuple(intent for intent in found if intent is not None)


def _demotion(rules: EffectRules, facts: EventFacts, level: str) -> Intent | None:
    trigger = rules.adjustment.trigger_of(kind=facts.kind, circumstances=facts.circumstances, level=level)
    if trigger is None:
        return None
    stated = rules.adjustment.triggers[trigger]
    ground = Ground(stated.clause, f"{stated.text}，应当作降级处理。", "The event demotes the enterprise.")
    return Intent("demotion", (ground,), trigger=trigger)


def _listing(rule: ListingRule, level: str) -> Intent | None:
    if level not in _LISTS:
        return None
    text = f"发现{LEVEL_NAMES[level]}质量安全风险，按名单规定重新研判监管方式。"
    return Intent("listing", (Ground(rule.clause, text, f"A {level} risk: the lists are judged anew."),))


def _escalation(
    rule: EscalationRule, facts: EventFacts, level: str, on: date, major_hazards: Iterable[date], raised: bool
) -> Intent | None:
    by_officer = facts.kind == "accident" and level == "major" and raised
    outcome = escalation_of(
        rule=rule,
        on=on,
        larger_accident=accident_is_larger(rule, facts) or by_officer,
        major_hazards=major_hazards if is_major_hazard(facts.kind, level) else (),
    )
    return Intent("escalation", outcome.grounds) if outcome.may_escalate else None


def is_major_hazard(kind: str, level: str) -> bool:
    """Whether an event is a 重大质量安全风险隐患 in the sense of 38号 二（一）."""
    return kind == "hazard" and level == "major"


def _items(items: tuple[EventItem, ...], facts: EventFacts) -> Intent | None:
    grounds: list[Ground] = []
    numbers: list[str] = []
    for item in items:
        finding = next((finding for finding in item.findings if finding.covers(facts)), None)
        if finding is not None:
            numbers.append(item.number)
            grounds.append(_bears_on(item, finding))
    return Intent("items", tuple(grounds), items=tuple(numbers)) if numbers else None


def _bears_on(item: EventItem, finding: ItemFinding) -> Ground:
    if finding.count > 1:
        text = f"计入第{item.number}项：{finding.text}（{finding.count}次以上为不符合）。"
        return Ground(item.clause, text, f"Counts for item {item.number}, which fails at {finding.count}.")
    return Ground(
        item.clause, f"涉及第{item.number}项：{finding.text}。", f"Item {item.number} fails: {finding.text_en}."
    )
