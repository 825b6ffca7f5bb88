"""The responsibility list (分层分级责任清单; 38号 附件1): each body's own units, and their counts up the tree.

Every unit that exists stands on exactly one list, that of its tier body, taken over or untiered as it may be. An
abnormal status is noted on the list, not a way off it (38号 四（一）): only a deregistered unit is no more.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When

from cases.models.body import Body
from cases.models.enterprise import Enterprise, OperatingStatus, Tier, TierRecord
from cases.models.lock import OnsiteCheck
from cases.models.people import User
from cases.selectors.enterprises import topmost
from cases.selectors.locks import open_locks
from cases.selectors.scope import within

TIERS: Final = ("A", "B", "C", "D", Tier.UNTIERED.value)


@dataclass(frozen=True, slots=True)
class TierTotals:
    """How many units of one tier a list has, and of which kinds; a unit of two kinds counts in both."""

    tier: str
    units: int = 0
    production: int = 0
    wholesale: int = 0
    retail: int = 0
    locked: int = 0


@dataclass(frozen=True, slots=True)
class BodyCounts:
    """The units on the lists of one body and everything below it, by tier in the order of `TIERS`."""

    body: Body
    by_tier: tuple[int, ...]
    own: bool = False
    """Whether it is the body's own list alone, without those below."""

    @property
    def total(self) -> int:
        return sum(self.by_tier)


def existing_units() -> QuerySet[Enterprise]:
    """Every unit of the registry that is not deregistered."""
    return Enterprise.objects.exclude(status=OperatingStatus.DEREGISTERED)


def units_on_list(body: Body) -> QuerySet[Enterprise]:
    """The units on the body's own list, by tier and name, each with everything a row shows.

    Bears `officer_name` and `next_check_on` of its lock, `last_check_on`, and `open_tier`, the tier record in force.
    """
    locks = open_locks().filter(enterprise=OuterRef("pk"))
    checks = OnsiteCheck.objects.filter(enterprise=OuterRef("pk")).order_by("-checked_on")
    last = Value(len(TIERS))
    place = Case(*[When(tier=tier, then=Value(number)) for number, tier in enumerate(TIERS)], default=last)
    in_force = TierRecord.objects.filter(valid_to__isnull=True)
    return (
        existing_units()
        .filter(tier_body=body)
        .select_related("territorial_body")
        .prefetch_related(Prefetch("tier_records", in_force, to_attr="open_tier"))
        .annotate(
            officer_name=Subquery(locks.values("officer__name")[:1]),
            next_check_on=Subquery(locks.values("clock__due_on")[:1]),
            last_check_on=Subquery(checks.values("checked_on")[:1]),
        )
        .order_by(place, "name", "pk")
    )


def totals_of(body: Body) -> list[TierTotals]:
    """What the body's own list adds up to, tier by tier; tiers without a unit included; one query."""
    rows = (
        existing_units()
        .filter(tier_body=body)
        .order_by()
        .values("tier")
        .annotate(
            units=Count("pk"),
            production=Count("pk", filter=Q(makes=True)),
            wholesale=Count("pk", filter=Q(sells_wholesale=True)),
            retail=Count("pk", filter=Q(sells_retail=True)),
            locked=Count("pk", filter=Q(pk__in=open_locks().values("enterprise"))),
        )
    )
    found = {row["tier"]: TierTotals(**row) for row in list(rows)}
    return [found.get(tier, TierTotals(tier)) for tier in TIERS]


def roll_up(body: Body) -> list[BodyCounts]:
    """The body's own list, then each body directly below with all beneath it; two queries."""
    rows = (
        existing_units()
        .filter(tier_body__position__range=(body.position, body.last))
        .order_by()
        .values_list("tier_body__position", "tier")
        .annotate(units=Count("pk"))
    )
    counted: list[tuple[int, str, int]] = list(rows)
    own = BodyCounts(body, _by_tier(row for row in counted if row[0] == body.position), own=True)
    children = Body.objects.filter(parent=body).order_by("position")
    return [own, *(BodyCounts(child, _by_tier(_beneath(counted, child))) for child in children)]


def registered_in(body: Body) -> tuple[int, int]:
    """Units of the registry that stand in the body's territory, and those among them on lists of the bodies above.

    The first less the second is what the lists of the body and of all below it must add up to.
    """
    here = (body.position, body.last)
    counts = existing_units().filter(territorial_body__position__range=here)
    numbers = counts.aggregate(all=Count("pk"), above=Count("pk", filter=~Q(tier_body__position__range=here)))
    return numbers["all"], numbers["above"]


def list_bodies(user: User | AnonymousUser) -> QuerySet[Body]:
    """The highest bodies whose lists the person may see."""
    highest = ~within(user, "view_enterprise", "parent") & topmost(user, "view_enterprise")
    return Body.objects.filter(within(user, "view_enterprise", "")).filter(highest).order_by("position")


def _beneath(counted: Iterable[tuple[int, str, int]], body: Body) -> Iterable[tuple[int, str, int]]:
    return (row for row in counted if body.position <= row[0] <= body.last)


def _by_tier(rows: Iterable[tuple[int, str, int]]) -> tuple[int, ...]:
    units: dict[str, int] = defaultdict(int)
    for _position, tier, number in rows:
        units[tier] += number
    return tuple(units[tier] for tier in TIERS)


def sum_of(rows: Iterable[BodyCounts]) -> tuple[int, ...]:
    """All rows together, tier by tier."""
    totals: Any = zip(*(row.by_tier for row in rows), strict=True)
    return tuple(sum(column) for column in totals)
