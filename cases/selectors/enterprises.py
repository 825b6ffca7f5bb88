"""Which enterprises a person may see, and how a list of them is narrowed and ordered."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet

from cases.models.body import Body
from cases.models.enterprise import ORGANISATION, ClassRecord, Enterprise, KeySupervision, Tier
from cases.models.people import User
from cases.rules.uscc import LENGTH, normalised_uscc
from cases.selectors.certificates import warned_certificates
from cases.selectors.scope import within

ORDERS: Final = {
    "name": ("name", "pk"),
    "-name": ("-name", "-pk"),
    "tier": (F("tier").asc(), "name", "pk"),
    "class": (F("quality_class").asc(), "name", "pk"),
    "-class": (F("quality_class").desc(), "name", "pk"),
    "-updated": ("-updated_at", "-pk"),
}
USUAL_ORDER: Final = "name"
KINDS: Final = {"production": "makes", "wholesale": "sells_wholesale", "retail": "sells_retail"}
UNTIERED: Final = "untiered"
UNCLASSED: Final = "none"
SHORTEST_CODE: Final = 6
"""Characters from which a search text of digits and capitals is also taken as the beginning of a code."""


@dataclass(frozen=True, slots=True)
class EnterpriseFilter:
    """What a list is narrowed to; an empty value narrows nothing."""

    area: Body | None = None
    tiers: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    kind: str = ""
    status: str = ""
    key_supervised: bool = False
    warned_on: date | None = None
    """Only units with a certificate that on this day has expired or must be warned of."""
    review_overdue: bool = False
    text: str = ""
    order: str = USUAL_ORDER


def visible_enterprises(user: User | AnonymousUser, codename: str = "view_enterprise") -> QuerySet[Enterprise]:
    """Every enterprise in the subtree where the person holds `codename`, and nothing else."""
    return Enterprise.objects.filter(within(user, codename, "territorial_body"))


def filtered(rows: QuerySet[Enterprise], wanted: EnterpriseFilter) -> QuerySet[Enterprise]:
    """Narrow and order a queryset that is scoped already."""
    if wanted.area is not None:
        rows = rows.filter(territorial_body__position__range=(wanted.area.position, wanted.area.last))
    if wanted.tiers:
        rows = rows.filter(tier__in=[Tier.UNTIERED if tier == UNTIERED else tier for tier in wanted.tiers])
    if wanted.classes:
        rows = rows.filter(quality_class__in=["" if value == UNCLASSED else value for value in wanted.classes])
    if wanted.kind:
        rows = rows.filter(**{KINDS[wanted.kind]: True})
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.key_supervised:
        rows = rows.filter(Q(pk__in=KeySupervision.objects.filter(left_on__isnull=True).values("enterprise")))
    if wanted.warned_on is not None:
        rows = rows.filter(pk__in=warned_certificates(wanted.warned_on).values("enterprise"))
    if wanted.review_overdue:
        rows = rows.filter(pk__in=reviews_overdue().values("enterprise"))
    return found(rows, wanted.text).order_by(*ORDERS[wanted.order])


def reviews_overdue() -> QuerySet[ClassRecord]:
    """Classes in force whose year is over without a review (试行办法 art. 21)."""
    return ClassRecord.objects.filter(valid_to__isnull=True, review_overdue_since__isnull=False)


def found(rows: QuerySet[Enterprise], text: str) -> QuerySet[Enterprise]:
    """Those whose name holds `text`, or whose code begins with it."""
    text = text.strip()
    if not text:
        return rows
    code = normalised_uscc(text)
    matches = Q(name__icontains=text)
    if SHORTEST_CODE <= len(code) <= LENGTH and code.isascii() and code.isalnum():
        matches |= Q(uscc__startswith=code)
    return rows.filter(matches)


def areas_to_choose(user: User | AnonymousUser, chosen: str) -> QuerySet[Body]:
    """Bodies to offer as area: where the person holds the view, one level below, and round the chosen code."""
    offered = topmost(user, "view_enterprise")
    if chosen:
        offered |= Q(parent__code=chosen) | Q(below__descendant__code=chosen)
    return Body.objects.filter(within(user, "view_enterprise", "")).filter(offered).distinct().order_by("position")


def topmost(user: User | AnonymousUser, codename: str) -> Q:
    """Condition on bodies where the person holds `codename`: that they are the highest such, or one level below."""
    return ~within(user, codename, "parent") | ~within(user, codename, "parent__parent")


def possible_duplicates(user: User | AnonymousUser, enterprise: Enterprise) -> QuerySet[Enterprise]:
    """Other visible units of the same name or the same organisation code (characters 9 to 17)."""
    others = visible_enterprises(user).exclude(pk=enterprise.pk).annotate(organisation=ORGANISATION)
    return others.filter(Q(name=enterprise.name) | Q(organisation=enterprise.uscc[8:17])).order_by("name", "pk")


def key_supervised(user: User | AnonymousUser) -> QuerySet[KeySupervision]:
    """Entries in force on the lists of key-supervised enterprises that the person may see."""
    rows = KeySupervision.objects.filter(
        within(user, "view_enterprise", "enterprise__territorial_body"), left_on__isnull=True
    )
    return rows.select_related("enterprise__territorial_body", "body", "case").order_by("-entered_on", "-pk")
