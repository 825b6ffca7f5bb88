"""Where a unit stands: the class of its last review, lowered by every event verified since (试行办法 art. 21).

The events are taken in the order in which they happened, not in the order in which they were reported, so that the same
events give the same class however they came in; one that is refuted afterwards is simply no longer among them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from cases.rules.adjust import AdjustRule, demoted_class, failures_within
from cases.rules.grounds import Ground
from cases.rules.working_days import add_months

REPEATED: Final = "sampling_failed"
"""The trigger that counts the failures before it."""


@dataclass(frozen=True, slots=True)
class DemotingEvent:
    """A verified event: what it triggers, the day it happened and the day it was verified."""

    pk: int
    trigger: str
    occurred_on: date
    verified_on: date
    title: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The class the events leave; `inspect` where an inspection is to say how far down it goes (art. 21(二)(五))."""

    quality_class: str
    intensified: bool
    inspect: bool
    events: tuple[DemotingEvent, ...]
    grounds: tuple[Ground, ...]


def standing_of(
    *, rule: AdjustRule, base: str, events: Iterable[DemotingEvent], province_failures: Sequence[date]
) -> Standing:
    """Fold the events over the base class.

    `province_failures` are the days of all failed samplings by a province or above that stand, older ones included;
    each event counts those up to its own day. RuleError: as `demoted_class`.
    """
    quality_class, intensified, grounds = base, False, [_begins(rule, base)]
    in_order = tuple(sorted(events, key=lambda event: (event.occurred_on, event.trigger, event.title, event.pk)))
    for event in in_order:
        outcome = demoted_class(
            rule=_as_of(rule, event),
            previous=quality_class,
            trigger=event.trigger,
            province_failures=failures_within(province_failures, on=event.occurred_on, years=rule.window_years)
            if event.trigger == REPEATED
            else 0,
        )
        quality_class, intensified = outcome.quality_class, intensified or outcome.intensified
        grounds += [_verified(rule, event), *outcome.grounds]
    further = quality_class != rule.order[-1] and any(rule.triggers[event.trigger].inspect for event in in_order)
    return Standing(quality_class, intensified, further, in_order, tuple(grounds))


def _as_of(rule: AdjustRule, event: DemotingEvent) -> AdjustRule:
    """One that came to light after the window of art. 11 had passed demotes, but no longer defines the worst class."""
    years = rule.other_window_years
    if years is None or event.trigger == REPEATED or event.verified_on <= add_months(event.occurred_on, 12 * years):
        return rule
    return replace(rule, demotion_policy="one_step")


def _begins(rule: AdjustRule, base: str) -> Ground:
    return Ground(rule.no_skip_clause, f"以现行分类{base}类为基础调整。", f"Adjusted from class {base}.")


def _verified(rule: AdjustRule, event: DemotingEvent) -> Ground:
    day = f"{event.occurred_on.year}年{event.occurred_on.month}月{event.occurred_on.day}日"
    return Ground(
        rule.triggers[event.trigger].clause,
        f"{day}发生的“{event.title}”经查实。",
        f"“{event.title}” of {event.occurred_on.isoformat()} was verified.",
    )
