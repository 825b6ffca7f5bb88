"""The risk events a person may see, which of them wait, and which tell of one happening."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from cases.models import STANDING_STATES, Body, Enterprise, EventDecision, RiskEvent, User
from cases.packs.settings import default_of
from cases.rules.event_identity import Likeness, fingerprint_of, same_event
from cases.rules.uscc import LENGTH, normalised_uscc
from cases.selectors.calendar import work_calendar
from cases.selectors.deadline_rules import rule_of
from cases.selectors.event_rules import facts_of
from cases.selectors.scope import within
from cases.selectors.settings import setting_for

SHORTEST_CODE: Final = 6
_State = RiskEvent.State
_Outcome = EventDecision.Outcome


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What a list of events is narrowed to; an empty value narrows nothing."""

    area: Body | None = None
    kind: str = ""
    level: str = ""
    state: str = ""
    text: str = ""


def visible_events(user: User | AnonymousUser, codename: str = "view_enterprise") -> QuerySet[RiskEvent]:
    """Every event of units where the person holds `codename`, and nothing else."""
    return RiskEvent.objects.filter(within(user, codename, "enterprise__territorial_body"))


def filtered_events(rows: QuerySet[RiskEvent], wanted: EventFilter) -> QuerySet[RiskEvent]:
    """Narrow a queryset that is scoped already, the latest report first; merged ones only where asked for."""
    if wanted.area is not None:
        rows = rows.filter(enterprise__territorial_body__position__range=(wanted.area.position, wanted.area.last))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.level:
        rows = rows.filter(level=wanted.level)
    rows = rows.filter(state=wanted.state) if wanted.state else rows.exclude(state=_State.MERGED)
    text = wanted.text.strip()
    if text:
        matches = Q(title__icontains=text) | Q(reference__icontains=text) | Q(enterprise__name__icontains=text)
        code = normalised_uscc(text)
        if SHORTEST_CODE <= len(code) <= LENGTH and code.isascii() and code.isalnum():
            matches |= Q(enterprise__uscc__startswith=code)
        rows = rows.filter(matches)
    return rows.select_related("enterprise__territorial_body").order_by("-reported_at", "-pk")


def waiting_for_verification(user: User | AnonymousUser) -> QuerySet[RiskEvent]:
    """The events that wait for somebody with the person's posts to verify them."""
    return visible_events(user, "verify_event").filter(state=_State.REPORTED)


def same_within_days(body: Body) -> int:
    """Days within which two reports may tell of the same event at the body [A]."""
    key = "event.same_within_days"
    return int(setting_for(body, key, default_of(key)))


def known_by_fingerprint(enterprise: Enterprise, fingerprint: str) -> RiskEvent | None:
    """The event of the unit that has this fingerprint, or the one it was merged into."""
    event = RiskEvent.objects.filter(enterprise=enterprise, fingerprint=fingerprint).order_by("pk").first()
    return event.duplicate_of if event is not None and event.duplicate_of is not None else event


def likely_duplicates(event: RiskEvent) -> list[tuple[RiskEvent, Likeness]]:
    """Other events of the unit that may tell of the same happening, the reasons beside each; two queries."""
    days = same_within_days(event.enterprise.territorial_body)
    facts = facts_of(event)
    span = (event.occurred_on - timedelta(days=days), event.occurred_on + timedelta(days=days))
    near = Q(kind=event.kind, occurred_on__range=span)
    others = RiskEvent.objects.filter(enterprise=event.enterprise).exclude(pk=event.pk).exclude(state=_State.MERGED)
    others = others.filter(near | ~Q(reference="")) if event.reference else others.filter(near)
    compared = [(other, same_event(facts, facts_of(other), within_days=days)) for other in others.order_by("pk")]
    return [(other, likeness) for other, likeness in compared if likeness.verdict != "different"]


def pending_objection(event: RiskEvent) -> EventDecision | None:
    """The objection that nobody has decided yet."""
    about = (_Outcome.OBJECT, _Outcome.DISMISS, _Outcome.UPHOLD)
    latest = event.decisions.filter(outcome__in=about).order_by("-pk").first()
    return latest if latest is not None and latest.outcome == _Outcome.OBJECT else None


def objection_until(event: RiskEvent) -> date | None:
    """Last day on which the unit may object to a failed sampling; None where it does not run or is not known to."""
    if event.kind != RiskEvent.Kind.SAMPLING_FAILED or event.received_on is None:
        return None
    rule = rule_of("sampling_objection")
    return work_calendar().due(event.received_on, rule.amount, rule.unit, roll=rule.roll).due


def standing_events(enterprise: Enterprise) -> QuerySet[RiskEvent]:
    """The unit's verified events, objected to or not."""
    return RiskEvent.objects.filter(enterprise=enterprise, state__in=STANDING_STATES)


def event_fingerprint(enterprise: Enterprise, event: RiskEvent) -> str:
    """The fingerprint of an event as its facts stand."""
    return fingerprint_of(enterprise.uscc, facts_of(event))
