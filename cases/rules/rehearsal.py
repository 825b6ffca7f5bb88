"""What another rule would change of one unit: the rule in force and the one drafted, put to the same facts.

A change is only what the draft itself brings about. What a unit is may differ from what the rule in force makes of it
(inspectors proposed a lower class, an event demoted it, a body took it over): that stays, unless the draft moves it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cases.rules.adjust import AdjustRule, reviewed_class
from cases.rules.escalation import EscalationRule
from cases.rules.event_facts import EventFacts
from cases.rules.grounds import Ground
from cases.rules.mode import ModeTable, mode_of
from cases.rules.quality_class import ClassRule, class_of
from cases.rules.risk_level import RiskLevelRule, level_of


@dataclass(frozen=True, slots=True)
class Change:
    """From what stands to what the draft makes of it, and by which clauses."""

    before: str
    after: str
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Levels:
    """The sections of a pack that say how grave an event is."""

    rule: RiskLevelRule
    escalation: EscalationRule

    def of(self, facts: EventFacts) -> str:
        return level_of(rule=self.rule, escalation=self.escalation, facts=facts).level


@dataclass(frozen=True, slots=True)
class ClassRehearsal:
    """The class under the draft; `unanswered` items of the draft's form keep it from being said."""

    quality_class: str
    change: Change | None
    unanswered: tuple[str, ...] = ()


def rehearsed_class(
    *, old: ClassRule, new: ClassRule, adjust: AdjustRule, answers: Mapping[str, Any], stands: str
) -> ClassRehearsal:
    """The class that the same answers make under the draft, up by one step at most (试行办法 art. 21).

    A class that stands below what its answers make was set by somebody or something else, and stays unless the draft
    leads below it. RuleError where the answers do not fit a form.
    """
    new_answers = {item.number: answers[item.number] for item in new.items if item.number in answers}
    unanswered = tuple(item.number for item in new.items if item.number not in answers)
    if unanswered:
        return ClassRehearsal(stands, None, unanswered)
    old_answers = {item.number: answers[item.number] for item in old.items if item.number in answers}
    then = class_of(rule=old, answers=old_answers).quality_class
    now = class_of(rule=new, answers=new_answers)
    rank = adjust.order.index
    set_otherwise = rank(stands) > rank(then) and rank(now.quality_class) <= rank(stands)
    if now.quality_class == then or set_otherwise:
        return ClassRehearsal(stands, None)
    reviewed = reviewed_class(rule=adjust, previous=stands, result=now.quality_class)
    if reviewed.quality_class == stands:
        return ClassRehearsal(stands, None)
    change = Change(stands, reviewed.quality_class, (*now.grounds, *reviewed.grounds))
    return ClassRehearsal(reviewed.quality_class, change)


def rehearsed_mode(
    *, old: ModeTable, new: ModeTable, before_class: str, after_class: str, levels: tuple[str, ...], stands: str
) -> Change | None:
    """The mode of the class under the draft's matrix. RuleError: `quality_class`, `product_level`."""
    then = mode_of(table=old, quality_class=before_class, product_levels=levels)
    now = mode_of(table=new, quality_class=after_class, product_levels=levels)
    if now.mode in (then.mode, stands):
        return None
    return Change(stands, now.mode, now.grounds)


def rehearsed_level(*, old: Levels, new: Levels, facts: EventFacts, stands: str) -> str:
    """The level an event would have been verified at under the draft; one that somebody set otherwise stays.

    What was verified is never graded anew when a pack is enacted (38号 三); this says what its definitions mean.
    """
    return new.of(facts) if old.of(facts) == stands else stands


def rehearsed_value(*, then: str, now: str, stands: str, grounds: tuple[Ground, ...]) -> Change | None:
    """A change of what a rule decides outright: a tier, an accountable body, a list."""
    return None if now in (then, stands) else Change(stands, now, grounds)
