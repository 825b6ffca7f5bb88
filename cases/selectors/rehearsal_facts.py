"""The facts a rehearsal puts to two rules, read for many units at once: as many queries for one as for a thousand."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db.models import F, Q

from cases.models.body import Body
from cases.models.case import Answer, Inspection
from cases.models.enterprise import ClassRecord, Enterprise, Product, TierRecord
from cases.models.listing import ListEntry, ListLevel, Register
from cases.models.risk import STANDING_STATES, CreditRating, RiskEvent
from cases.rules.event_facts import EventFacts
from cases.selectors.bodies import first_at
from cases.selectors.escalation import upper_supervisors
from cases.selectors.event_rules import facts_of

ORDINARY: Final = "III"
"""The risk level of a unit none of whose main products is on file, as the evaluation takes it."""
LOW: Final = CreditRating.Risk.LOW


@dataclass(frozen=True, slots=True)
class Risk:
    """One verified event, with the facts its level rests on."""

    level: str
    confirmed_on: date
    open: bool
    facts: EventFacts


@dataclass(slots=True)
class UnitFacts:
    """One unit with everything that a class, a mode, a tier or a list is decided by."""

    unit: Enterprise
    tier: TierRecord | None = None
    upper: Body | None = None
    """The body above that has taken the unit over."""
    record: ClassRecord | None = None
    answers: dict[str, str] = field(default_factory=dict)
    """Of the inspection behind the class in force; empty where there was none."""
    levels: tuple[str, ...] = ()
    """Risk levels of the main products."""
    risks: list[Risk] = field(default_factory=list)
    credit: str = LOW
    list_level: str = ListLevel.NONE


class BodyTree:
    """All bodies of an area and those above it, in memory: who answers for a tier costs no query."""

    def __init__(self, area: Body) -> None:
        below = Body.objects.filter(position__range=(area.position, area.last))
        above = Body.objects.filter(position__lt=area.position, last__gte=area.position)
        self._bodies = {body.pk: body for body in (below | above).order_by("position")}

    def __getitem__(self, key: int) -> Body:
        return self._bodies[key]

    def tier_body(self, territorial_body: Body, tier_level: str) -> Body:
        """As `cases.selectors.bodies.tier_body` says."""
        line, parent = [], territorial_body.parent_id
        while parent is not None:
            line.append(self._bodies[parent])
            parent = self._bodies[parent].parent_id
        return first_at(reversed(line), territorial_body, tier_level)


def unit_facts(units: Sequence[Enterprise], on: date) -> list[UnitFacts]:
    """The facts of these units as they stand on the day `on`; ten queries."""
    upper = upper_supervisors(unit.pk for unit in units)
    found = {unit.pk: UnitFacts(unit, upper=upper.get(unit.pk)) for unit in units}
    for tier in TierRecord.objects.filter(enterprise__in=found, valid_to__isnull=True):
        found[tier.enterprise_id].tier = tier
    _read_classes(found)
    levels: dict[int, list[str]] = defaultdict(list)
    products = Product.objects.filter(enterprise__in=found, is_main=True)
    for pk, level in products.values_list("enterprise", "risk_level"):
        levels[pk].append(level)
    for pk, facts in found.items():
        facts.levels = tuple(levels[pk]) or (ORDINARY,)
    _read_lists(found, on)
    return list(found.values())


def _read_classes(found: Mapping[int, UnitFacts]) -> None:
    records = ClassRecord.objects.filter(enterprise__in=found, valid_to__isnull=True).defer("grounds")
    by_case: dict[int, UnitFacts] = {}
    for record in records:
        found[record.enterprise_id].record = record
        by_case[record.case_id] = found[record.enterprise_id]
    inspections = Inspection.objects.filter(
        case__in=by_case, round=F("case__round"), submitted_at__isnull=False, cooperated=True
    )
    cases = dict(inspections.values_list("pk", "case"))
    answers = Answer.objects.filter(inspection__in=cases)
    for inspection, item, value in answers.values_list("inspection", "item", "value").iterator(chunk_size=5000):
        by_case[cases[inspection]].answers[item] = value


def _read_lists(found: Mapping[int, UnitFacts], on: date) -> None:
    """Events that were verified, the credit risk in force, and the stricter of the lists a unit stands on.

    All are read, however old and of whatever level: a draft may look further back, and grade otherwise, than any pack
    in force, which is as far as `cases.selectors.listing_facts` looks.
    """
    counted = RiskEvent.objects.filter(enterprise__in=found, state__in=STANDING_STATES, confirmed_on__lte=on)
    for event in counted.order_by("pk"):
        if event.confirmed_on is not None:
            still_open = event.resolved_on is None or event.resolved_on > on
            verified = Risk(event.level, event.confirmed_on, still_open, facts_of(event))
            found[event.enterprise_id].risks.append(verified)
    ratings = CreditRating.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), enterprise__in=found, valid_from__lte=on
    )
    for pk, risk in ratings.values_list("enterprise", "credit_risk"):
        found[pk].credit = risk
    entries = ListEntry.objects.filter(enterprise__in=found, register=Register.SUPERVISION, left_on__isnull=True)
    for pk, level in entries.values_list("enterprise", "level"):
        found[pk].list_level = _stricter(found[pk].list_level, level)


def _stricter(one: str, other: str) -> str:
    return max(one, other, key=ListLevel.values.index)
