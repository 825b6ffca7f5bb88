"""Which requests for technical assistance a person may see, and the risks a unit may ask assistance for."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from cases.models import STANDING_STATES, Assistance, Enterprise, RiskEvent, User
from cases.selectors.scope import within


@dataclass(frozen=True, slots=True)
class AssistanceFilter:
    """What a list is narrowed to; an empty value narrows nothing."""

    state: str = ""
    text: str = ""


def visible_assistance(user: User | AnonymousUser) -> QuerySet[Assistance]:
    """Requests of the units the person may see."""
    return Assistance.objects.filter(within(user, "view_enterprise", "enterprise__territorial_body"))


def listed_assistance(rows: QuerySet[Assistance], wanted: AssistanceFilter) -> QuerySet[Assistance]:
    """Narrow a queryset that is scoped already; the latest first."""
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.text:
        rows = rows.filter(
            Q(enterprise__name__icontains=wanted.text) | Q(enterprise__uscc__startswith=wanted.text.upper())
        )
    return rows.select_related("enterprise__territorial_body", "event").order_by("-asked_on", "-pk")


def risks_found(enterprise: Enterprise) -> QuerySet[RiskEvent]:
    """Verified risks of the unit for which no assistance is running (38号 三: only where a risk was found)."""
    running = Assistance.objects.exclude(state__in=[Assistance.State.DECLINED, Assistance.State.CLOSED])
    found = RiskEvent.objects.filter(enterprise=enterprise, state__in=STANDING_STATES)
    return found.exclude(pk__in=running.values("event")).order_by("-confirmed_on", "-pk")
