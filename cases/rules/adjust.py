"""How a class moves: one step up at most in the yearly review, any way down on events (试行办法 art. 21)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from cases.rules.errors import RuleError
from cases.rules.grounds import Ground
from cases.rules.risk_level import LEVELS
from cases.rules.working_days import add_months


@dataclass(frozen=True, slots=True)
class TriggeringEvent:
    """Which risk events are a trigger: those of a kind, where named only in such circumstances or of such a level."""

    kind: str
    circumstances: frozenset[str] = frozenset()
    least_level: str = LEVELS[0]

    def covers(self, kind: str, circumstances: Iterable[str], level: str) -> bool:
        return (
            kind == self.kind
            and (not self.circumstances or not self.circumstances.isdisjoint(circumstances))
            and LEVELS.index(level) >= LEVELS.index(self.least_level)
        )


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event that demotes; `to_worst` says when it also meets the definition of the worst class (art. 11).

    `events` are the risk events that are such an event; `inspect` where an inspection says how far to go down.
    """

    code: str
    text: str
    clause: str
    to_worst: Literal["always", "repeated", "never"]
    events: tuple[TriggeringEvent, ...] = ()
    inspect: bool = False


@dataclass(frozen=True)
class AdjustRule:
    """The classes best first, the demotion triggers, and what art. 11 adds to them.

    `demotion_policy` "one_step" keeps triggers that always lead to the worst class at a single step. Failed samplings
    count for `window_years`, the other conditions of art. 11 for `other_window_years` (None: for ever). A class is
    reviewed each `review_cycle_months` and rises no sooner than `upgrade_after_months` after it was decided.
    """

    order: tuple[str, ...]
    triggers: Mapping[str, Trigger]
    demotion_policy: Literal["art11", "one_step"]
    failures_for_worst: int
    window_years: int
    other_window_years: int | None
    no_skip_clause: str
    floor_clause: str
    definition_clause: str
    review_cycle_months: int = 12
    upgrade_after_months: int = 12

    def trigger_of(self, *, kind: str, circumstances: Iterable[str], level: str) -> str | None:
        """The trigger that such a risk event is; None where it demotes nobody by itself."""
        told = tuple(circumstances)
        for code, trigger in self.triggers.items():
            if any(event.covers(kind, told, level) for event in trigger.events):
                return code
        return None

    def worse(self, one: str, other: str) -> str:
        """The worse of two classes."""
        return max(one, other, key=self.order.index)


@dataclass(frozen=True, slots=True)
class AdjustOutcome:
    """The new class; `intensified` when an event found the class already at the floor."""

    quality_class: str
    intensified: bool
    grounds: tuple[Ground, ...]


def reviewed_class(*, rule: AdjustRule, previous: str | None, result: str) -> AdjustOutcome:
    """The class after a yearly review with this result: down as far as it goes, up by one step.

    A first classification (`previous` None) takes any class. RuleError: `quality_class`.
    """
    reached = _rank(rule, result)
    if previous is None:
        return AdjustOutcome(result, False, (_first(rule, result),))
    held = _rank(rule, previous)
    if reached >= held:
        return AdjustOutcome(result, False, (_kept_or_lowered(rule, previous, result),))
    return AdjustOutcome(rule.order[held - 1], False, (_one_up(rule, previous, result, rule.order[held - 1]),))


def held_class(
    *, rule: AdjustRule, previous: str, result: str, because: Literal["between_reviews", "pending_demotion", "event"]
) -> AdjustOutcome:
    """The class after a check that may lower it but not raise it, and why a better result does not.

    Only the yearly review raises a class; a demotion still to be decided freezes even that. RuleError: `quality_class`.
    """
    if _rank(rule, result) >= _rank(rule, previous):
        return AdjustOutcome(result, False, (_kept_or_lowered(rule, previous, result),))
    zh, en = _HELD[because]
    text = f"检查结果为{result}类，好于{previous}类；{zh}，维持{previous}类。"
    ground = Ground(rule.no_skip_clause, text, f"The result is {result}; {en}: the class stays {previous}.")
    return AdjustOutcome(previous, False, (ground,))


_HELD: Final[Mapping[str, tuple[str, str]]] = {
    "between_reviews": ("升级只在年度评定中进行", "a class rises in the yearly review only"),
    "pending_demotion": ("有应当作降级处理的情形，不予上升", "a demotion is pending, which freezes any rise"),
    "event": ("查实的情形应当作降级处理，检查结果不使其上升", "a check after an event raises no class"),
}


def demoted_class(
    *, rule: AdjustRule, previous: str | None, trigger: str, province_failures: int = 0, inspected: str | None = None
) -> AdjustOutcome:
    """The class after an event: the worse of one step down, what art. 11 says, and what an inspection found.

    `province_failures` counts failed province-level samplings within the window, this one included. RuleError:
    `quality_class`, `trigger`, `province_failures`, `no_previous_class`.
    """
    if previous is None:
        raise RuleError("no_previous_class", "Only a classified enterprise can be demoted.", rule.floor_clause)
    if trigger not in rule.triggers:
        raise RuleError(
            "trigger", "“%(trigger)s” demotes nobody.", rule.floor_clause, trigger=trigger, allowed=list(rule.triggers)
        )
    if isinstance(province_failures, bool) or not isinstance(province_failures, int) or province_failures < 0:
        raise RuleError("province_failures", "The number of failures must be a whole number, 0 or more.")
    held = _rank(rule, previous)
    floor = len(rule.order) - 1
    event = rule.triggers[trigger]
    grounds = [Ground(event.clause, f"{event.text}，应当作降级处理。", "The event demotes the enterprise.")]
    if held == floor:
        text = f"原为{previous}类，已是最低类别，维持{previous}类并加大监管力度。"
        grounds.append(Ground(rule.floor_clause, text, f"Already class {previous}: it stays, intensified."))
        return AdjustOutcome(previous, True, tuple(grounds))
    rank = held + 1
    grounds.append(_one_down(rule, previous, rule.order[rank]))
    if _meets_worst(rule, event, province_failures):
        rank = floor
        grounds.append(_by_definition(rule, event, province_failures))
    if inspected is not None and _rank(rule, inspected) > rank:
        rank = _rank(rule, inspected)
        text = f"监督检查结果为{inspected}类，可以越级下降。"
        grounds.append(Ground(rule.no_skip_clause, text, f"The inspection found class {inspected}."))
    return AdjustOutcome(rule.order[rank], False, tuple(grounds))


def failures_within(days: Iterable[date], *, on: date, years: int | None) -> int:
    """How many of these days lie in the `years` up to and including `on` (近3年); all of them up to `on` for None."""
    earliest = date.min if years is None else add_months(on, -12 * years)
    return sum(earliest <= day <= on for day in days)


def _rank(rule: AdjustRule, quality_class: str) -> int:
    if quality_class not in rule.order:
        raise RuleError("quality_class", "“%(given)s” is not a class.", given=quality_class, allowed=list(rule.order))
    return rule.order.index(quality_class)


def _meets_worst(rule: AdjustRule, event: Trigger, province_failures: int) -> bool:
    if event.to_worst == "repeated":
        return province_failures >= rule.failures_for_worst
    return event.to_worst == "always" and rule.demotion_policy == "art11"


def _first(rule: AdjustRule, result: str) -> Ground:
    return Ground(rule.definition_clause, f"首次分类，定为{result}类。", f"First classification: class {result}.")


def _kept_or_lowered(rule: AdjustRule, previous: str, result: str) -> Ground:
    if result == previous:
        return Ground(rule.no_skip_clause, f"评定结果与原类别相同，维持{result}类。", f"The class stays {result}.")
    text = f"评定结果为{result}类，低于原{previous}类；可以越级下降，调整为{result}类。"
    return Ground(rule.no_skip_clause, text, f"Worse than {previous}: the class becomes {result}.")


def _one_up(rule: AdjustRule, previous: str, result: str, new: str) -> Ground:
    text = f"年度评定结果为{result}类，高于原{previous}类；不允许越级上升，调整为{new}类。"
    return Ground(rule.no_skip_clause, text, f"Better than {previous}: up by one step, to {new}.")


def _one_down(rule: AdjustRule, previous: str, new: str) -> Ground:
    return Ground(rule.floor_clause, f"由{previous}类至少下调一级为{new}类。", f"At least one step down, to {new}.")


def _by_definition(rule: AdjustRule, event: Trigger, province_failures: int) -> Ground:
    worst = rule.order[-1]
    if event.to_worst == "repeated":
        found = f"近{rule.window_years}年省级以上监督抽查{province_failures}次不合格"
        zh = f"{found}，符合{worst}类企业情形，定为{worst}类。"
        en = f"{province_failures} failed province-level samplings in {rule.window_years} years: class {worst}."
    else:
        zh, en = f"同时符合{worst}类企业情形，定为{worst}类。", f"The event meets the definition of class {worst}."
    return Ground(rule.definition_clause, zh, en)
