"""What the rule of supervision lists needs to know of units, read for many at once in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Q

from cases.models import (
    STANDING_STATES,
    CreditRating,
    Enterprise,
    ListEntry,
    OperatingStatus,
    Register,
    RiskEvent,
    UnitKind,
)
from cases.rules.grounds import Ground, stored_grounds
from cases.rules.list_proposals import NONE, Standing
from cases.rules.listing import ListingOutcome, listing_of, next_change_on
from cases.rules.working_days import add_months
from cases.selectors.listing_packs import ListingPack, ListingPacks

UNRATED: Final = "low"
"""What a unit without a credit rating counts as: nothing is held against it."""
ENDED: Final = (OperatingStatus.DEREGISTERED, OperatingStatus.REVOKED)
LEVELS: Final = (RiskEvent.Level.LARGER, RiskEvent.Level.MAJOR)


@dataclass(frozen=True, slots=True)
class Counted:
    """One larger or major risk: the event's key, its level, the day it was confirmed and the day it was put right."""

    event_id: int
    level: str
    confirmed_on: date
    resolved_on: date | None

    def open_on(self, on: date) -> bool:
        return self.confirmed_on <= on and (self.resolved_on is None or self.resolved_on > on)


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """One unit as the rule sees it on a day. ``credit_risk`` is empty where it was never rated."""

    unit_id: int
    tier_body_id: int
    pack: ListingPack
    exists: bool
    kinds: tuple[str, ...]
    risks: tuple[Counted, ...] = ()
    credit_risk: str = ""
    credit_changes: tuple[date, ...] = ()
    """Days to come on which another rating begins to hold, or none does."""

    def confirmed(self, level: str) -> list[date]:
        return [risk.confirmed_on for risk in self.risks if risk.level == level]

    def open_on(self, on: date) -> int:
        return sum(risk.open_on(on) for risk in self.risks)

    def weighed_on(self, on: date) -> list[int]:
        """Keys of the events that count on the day, ascending: within one of their windows, or still open."""
        rule = self.pack.rule
        months = {RiskEvent.Level.MAJOR: max(rule.major_windows), RiskEvent.Level.LARGER: max(rule.larger_windows)}
        return sorted(
            risk.event_id
            for risk in self.risks
            if risk.open_on(on) or add_months(on, -months[RiskEvent.Level(risk.level)]) <= risk.confirmed_on <= on
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rule says of a unit for the list of one kind."""

    outcome: ListingOutcome
    open_count: int
    event_ids: list[int] = field(default_factory=list)

    def columns(self, facts: UnitFacts) -> dict[str, Any]:
        """What a candidate keeps of it, and of the facts it was judged by."""
        return {
            "ruled_level": self.outcome.level,
            "major_count": self.outcome.major_count,
            "larger_count": self.outcome.larger_count,
            "open_count": self.open_count,
            "event_ids": self.event_ids,
            "credit_risk": facts.credit_risk,
            "grounds": stored_grounds(self.outcome.grounds),
            "pack": facts.pack.ref,
        }


def facts_of(unit_ids: Collection[int], on: date, packs: ListingPacks | None = None) -> dict[int, UnitFacts]:
    """The facts of these units on the day, by key; four queries. RuleError: `pack`, `pack_not_in_force`."""
    packs = packs or ListingPacks(on)
    units = Enterprise.objects.filter(pk__in=unit_ids).select_related("territorial_body")
    units = units.only("tier_body", "status", "makes", "sells_wholesale", "sells_retail", "territorial_body__position")
    pack_of = {unit.pk: packs.of(unit.territorial_body) for unit in units}
    longest = max((max(pack.rule.major_windows + pack.rule.larger_windows) for pack in pack_of.values()), default=0)
    risks, ratings = _risks(unit_ids, on, longest), _ratings(unit_ids, on)
    return {
        unit.pk: UnitFacts(
            unit_id=unit.pk,
            tier_body_id=unit.tier_body_id,
            pack=pack_of[unit.pk],
            exists=unit.status not in ENDED,
            kinds=_kinds(unit),
            risks=tuple(risks[unit.pk]),
            credit_risk=_in_force(ratings[unit.pk], on),
            credit_changes=tuple(
                day for _risk, *span in ratings[unit.pk] for day in span if day is not None and day > on
            ),
        )
        for unit in units
    }


def verdict_of(facts: UnitFacts, kind: str, on: date) -> Verdict:
    """The level the unit belongs on, of the list of one kind, with grounds; nobody who is gone belongs on any."""
    rule = facts.pack.rule
    if not facts.exists:
        gone = Ground(rule.clause, "单位已注销或者被吊销，不再纳入名单。", "The unit has ceased to exist.")
        return Verdict(ListingOutcome(NONE, 0, 0, (gone,)), 0)
    if kind not in facts.kinds:
        word = "生产" if kind == UnitKind.PRODUCTION else "销售"
        other = Ground(
            rule.clause, f"单位不再从事{word}，不再纳入{word}单位名单。", "The unit is of this kind no longer."
        )
        return Verdict(ListingOutcome(NONE, 0, 0, (other,)), 0)
    still_open = facts.open_on(on)
    outcome = listing_of(
        rule=rule,
        on=on,
        major_risks=facts.confirmed(RiskEvent.Level.MAJOR),
        larger_risks=facts.confirmed(RiskEvent.Level.LARGER),
        credit_risk=facts.credit_risk or UNRATED,
        open_risks=still_open,
    )
    return Verdict(outcome, still_open, facts.weighed_on(on))


def next_look(facts: UnitFacts, on: date) -> date | None:
    """The first day after `on` on which the rule may say something else without anybody having done anything."""
    if not facts.exists:
        return None
    counted = next_change_on(
        rule=facts.pack.rule,
        on=on,
        major_risks=facts.confirmed(RiskEvent.Level.MAJOR),
        larger_risks=facts.confirmed(RiskEvent.Level.LARGER),
    )
    resolved = [risk.resolved_on for risk in facts.risks if risk.resolved_on is not None and risk.resolved_on > on]
    return min((day for day in (counted, *resolved, *facts.credit_changes) if day is not None), default=None)


def standings(unit_ids: Collection[int]) -> dict[tuple[int, str], ListEntry]:
    """The open entries of these units on lists of key and special supervision, by unit and kind; one query."""
    entries = ListEntry.objects.filter(enterprise__in=unit_ids, register=Register.SUPERVISION, left_on__isnull=True)
    return {(entry.enterprise_id, entry.kind): entry for entry in entries}


def standing_of(entry: ListEntry | None) -> Standing:
    return Standing(entry.level, entry.year) if entry else Standing()


def _kinds(unit: Enterprise) -> tuple[str, ...]:
    sells = unit.sells_wholesale or unit.sells_retail
    return tuple(kind.value for kind, is_one in ((UnitKind.PRODUCTION, unit.makes), (UnitKind.SALES, sells)) if is_one)


def _risks(unit_ids: Iterable[int], on: date, months: int) -> Mapping[int, list[Counted]]:
    """Larger and major risks of so many months, still open, or yet to count."""
    recent = Q(confirmed_on__gte=add_months(on, -months))
    still_open = Q(resolved_on__isnull=True) | Q(resolved_on__gt=on)
    events = RiskEvent.objects.filter(
        recent | still_open, enterprise__in=unit_ids, state__in=STANDING_STATES, level__in=LEVELS
    )
    found: dict[int, list[Counted]] = defaultdict(list)
    for event in events.only("enterprise", "level", "confirmed_on", "resolved_on"):
        if event.confirmed_on is not None:
            found[event.enterprise_id].append(Counted(event.pk, event.level, event.confirmed_on, event.resolved_on))
    return found


def _ratings(unit_ids: Iterable[int], on: date) -> Mapping[int, list[tuple[str, date, date | None]]]:
    """The ratings in force on the day or later."""
    ratings = CreditRating.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), enterprise__in=unit_ids)
    found: dict[int, list[tuple[str, date, date | None]]] = defaultdict(list)
    for unit, risk, first, end in ratings.order_by("pk").values_list(
        "enterprise", "credit_risk", "valid_from", "valid_to"
    ):
        found[unit].append((risk, first, end))
    return found


def _in_force(ratings: Iterable[tuple[str, date, date | None]], on: date) -> str:
    return next((risk for risk, first, end in ratings if first <= on and (end is None or end > on)), "")
