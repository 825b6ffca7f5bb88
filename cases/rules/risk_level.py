"""How grave a risk a verified event is: general, larger or major (38号 三; the definitions are data of the pack)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cases.rules.errors import RuleError
from cases.rules.escalation import EscalationRule, is_larger_accident
from cases.rules.event_facts import EventFacts
from cases.rules.grounds import Ground

LEVELS: Final = ("general", "larger", "major")
"""From the least to the gravest."""
LEVEL_NAMES: Final = {"general": "一般", "larger": "较大", "major": "重大"}
CONDITIONS: Final = ("harm", "safety_item", "larger_accident", "authority", "product_level", "circumstance")
"""What may raise a level; the last three hold for the values that the pack names."""


@dataclass(frozen=True, slots=True)
class Circumstance:
    """Something further that may be told of events of some kinds, and that bears on their level or effects."""

    code: str
    name: str
    name_en: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Raising:
    """A condition that makes an event at least `level`; `of` are the values it holds for."""

    level: str
    condition: str
    of: frozenset[str]
    text: str
    text_en: str


@dataclass(frozen=True, slots=True)
class KindLevel:
    """What an event of one kind counts as, and what raises it."""

    kind: str
    level: str
    text: str
    text_en: str
    raisings: tuple[Raising, ...]
    source_tag: str


@dataclass(frozen=True)
class RiskLevelRule:
    """The definitions of larger and major risks; harm counts from these numbers of persons."""

    kinds: Mapping[str, KindLevel]
    circumstances: Mapping[str, Circumstance]
    harm_deaths: int
    harm_injuries: int
    verified_by_another: bool
    """Whether somebody else than who entered the report must verify it."""
    clause: str
    note: str


@dataclass(frozen=True, slots=True)
class LevelOutcome:
    """The level with its reasons."""

    level: str
    grounds: tuple[Ground, ...]


def level_of(*, rule: RiskLevelRule, escalation: EscalationRule, facts: EventFacts) -> LevelOutcome:
    """The level of an event with these facts; the gravest of what its kind and its conditions say.

    RuleError: `event_kind`.
    """
    if facts.kind not in rule.kinds:
        raise RuleError(
            "event_kind", "“%(given)s” is no kind of event.", rule.clause, given=facts.kind, allowed=list(rule.kinds)
        )
    kind = rule.kinds[facts.kind]
    level = kind.level
    grounds = [_ground(rule, level, kind.text, kind.text_en)]
    for raising in kind.raisings:
        if _holds(raising, rule, escalation, facts):
            level = gravest(level, raising.level)
            grounds.append(_ground(rule, raising.level, raising.text, raising.text_en))
    return LevelOutcome(level, tuple(grounds))


def gravest(*levels: str) -> str:
    """The gravest of some levels."""
    return max(levels, key=LEVELS.index)


def _holds(raising: Raising, rule: RiskLevelRule, escalation: EscalationRule, facts: EventFacts) -> bool:
    tests: dict[str, Callable[[], bool]] = {
        "harm": lambda: facts.deaths >= rule.harm_deaths or facts.serious_injuries >= rule.harm_injuries,
        "safety_item": lambda: facts.safety_item,
        "larger_accident": lambda: accident_is_larger(escalation, facts),
        "authority": lambda: facts.authority_level in raising.of,
        "product_level": lambda: facts.product_level in raising.of,
        "circumstance": lambda: not raising.of.isdisjoint(facts.circumstances),
    }
    return tests[raising.condition]()


def accident_is_larger(escalation: EscalationRule, facts: EventFacts) -> bool:
    """Whether the event is an accident of at least 较大 size (domain 2.6)."""
    return facts.kind == "accident" and is_larger_accident(
        rule=escalation,
        deaths=facts.deaths,
        serious_injuries=facts.serious_injuries,
        direct_loss_wan=facts.direct_loss_wan,
    )


def _ground(rule: RiskLevelRule, level: str, text: str, text_en: str) -> Ground:
    return Ground(rule.clause, f"{text}，属于{LEVEL_NAMES[level]}质量安全风险。", f"{text_en}: a {level} risk.")
