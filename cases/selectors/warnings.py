"""Which risk warnings a person may see: those of the areas they draft, approve or oversee; nothing of it is public."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from cases.models import Body, RiskWarning, User
from cases.selectors.bodies import ancestors
from cases.selectors.scope import within


@dataclass(frozen=True, slots=True)
class WarningFilter:
    """What a list is narrowed to; an empty value narrows nothing."""

    state: str = ""
    text: str = ""


def visible_warnings(user: User | AnonymousUser) -> QuerySet[RiskWarning]:
    """Warnings about the areas of the person's posts."""
    seen = Q()
    for codename in ("draft_warning", "view_oversight"):
        seen |= within(user, codename, "region")
    return RiskWarning.objects.filter(seen)


def listed_warnings(rows: QuerySet[RiskWarning], wanted: WarningFilter) -> QuerySet[RiskWarning]:
    """Narrow a queryset that is scoped already; the latest first."""
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.text:
        rows = rows.filter(Q(product__icontains=wanted.text) | Q(region__name__icontains=wanted.text))
    return rows.select_related("region", "body").order_by("-created_at", "-pk")


def regions_to_warn(user: User) -> QuerySet[Body]:
    """The areas about which the person may draft a warning: cities and counties."""
    levels = (Body.Level.CITY, Body.Level.COUNTY)
    return Body.objects.filter(within(user, "draft_warning", ""), level__in=levels).order_by("position")


def warning_body(region: Body) -> Body | None:
    """The city's body, which approves and issues (P8 step 4); None where the region lies under none."""
    if region.level == Body.Level.CITY:
        return region
    return next((body for body in ancestors(region) if body.level == Body.Level.CITY), None)
