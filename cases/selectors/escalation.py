"""Whether the law opens the way to the body above, and who is supervised by it now (38号 二（一）)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import QuerySet

from cases.models import STANDING_STATES, Body, Case, Enterprise, ListedOversight, RiskEvent, UpperSupervision
from cases.rules.errors import RuleError
from cases.rules.escalation import EscalationRule, escalation_of, is_larger_accident
from cases.rules.grounds import Ground
from cases.rules.working_days import add_months
from cases.selectors.bodies import upper_body
from cases.selectors.settings import pack_for

PACK: Final = "listing.pack"
"""The setting that names the pack with the rule; one that lists units must have it."""


@dataclass(frozen=True, slots=True)
class WayUp:
    """Whether the unit may be taken over or listed, by which clauses, and the events counted, the latest first."""

    open: bool
    grounds: tuple[Ground, ...]
    events: tuple[RiskEvent, ...]


def escalation_rule(enterprise: Enterprise, on: date) -> EscalationRule:
    """The rule of the pack by whose levels and lists the risks of the unit's place are judged. RuleError: `pack`."""
    pack = pack_for(enterprise.territorial_body, PACK, on)
    if pack.escalation is None:
        raise RuleError("pack", "The rule pack “%(pack)s” says nothing of escalation.", pack=pack.code)
    return pack.escalation


def way_up(enterprise: Enterprise, on: date) -> WayUp:
    """What the verified events of the window before `on` open: accidents and major hazards."""
    rule = escalation_rule(enterprise, on)
    events = list(_verified(enterprise, add_months(on, -rule.hazard_window_months), on))
    accidents = [event for event in events if _larger_accident(rule, event)]
    hazards = [event for event in events if event.kind == RiskEvent.Kind.HAZARD]
    outcome = escalation_of(
        rule=rule,
        on=on,
        larger_accident=bool(accidents),
        major_hazards=[event.confirmed_on for event in hazards if event.confirmed_on],
    )
    counted = {event.pk for event in (*accidents, *hazards)}
    return WayUp(outcome.may_escalate, outcome.grounds, tuple(event for event in events if event.pk in counted))


def last_hazard(enterprise: Enterprise, since: date, until: date) -> date | None:
    """The latest day after `since` on which an accident or a major hazard of the unit was verified."""
    rule = escalation_rule(enterprise, until)
    days = [
        event.confirmed_on
        for event in _verified(enterprise, since, until)
        if event.kind == RiskEvent.Kind.HAZARD or _larger_accident(rule, event)
    ]
    return max((day for day in days if day is not None and day > since), default=None)


def _verified(enterprise: Enterprise, first: date, last: date) -> QuerySet[RiskEvent]:
    """Verified accidents of any level and major hazards whose day of verification lies in the window."""
    counted = RiskEvent.objects.filter(
        enterprise=enterprise, state__in=STANDING_STATES, confirmed_on__range=(first, last)
    )
    accidents = counted.filter(kind=RiskEvent.Kind.ACCIDENT)
    hazards = counted.filter(kind=RiskEvent.Kind.HAZARD, level=RiskEvent.Level.MAJOR)
    return (accidents | hazards).order_by("-confirmed_on", "-pk")


def _larger_accident(rule: EscalationRule, event: RiskEvent) -> bool:
    """By its numbers, or because an officer has raised it to a major risk with a reason.

    The level alone does not say so: every accident is at least a larger risk, which is no larger accident.
    """
    if event.kind != RiskEvent.Kind.ACCIDENT:
        return False
    by_numbers = is_larger_accident(
        rule=rule,
        deaths=event.deaths,
        serious_injuries=event.serious_injuries,
        direct_loss_wan=event.direct_loss_wan,
    )
    return by_numbers or (event.level == RiskEvent.Level.MAJOR and bool(event.level_reason))


def asking_body(enterprise: Enterprise, source: Case | None = None) -> Body:
    """The body that asks: the tier body, or the one above it that has handled the case the matter comes from.

    A county whose own measures have failed asks the city, even for a unit of a township office: who asks does not
    also decide.
    """
    tier: Body = enterprise.tier_body
    return source.body if source is not None and source.body.covers(tier) else tier


def deciding_body(asking: Body) -> Body | None:
    """The body above (domain 2.6)."""
    return upper_body(asking)


def upper_supervisor(enterprise: Enterprise) -> Body | None:
    """The body that has taken the unit over; one query."""
    return upper_supervisors([enterprise.pk]).get(enterprise.pk)


def upper_supervisors(enterprises: Iterable[int]) -> dict[int, Body]:
    """The bodies that have taken units over, by unit; one query."""
    open_rows = UpperSupervision.objects.filter(enterprise__in=list(enterprises), ended_on__isnull=True)
    return {row.enterprise_id: row.body for row in open_rows.select_related("body")}


def open_supervision(enterprise: Enterprise) -> UpperSupervision | None:
    """The supervision by the body above that stands now, with its bodies."""
    rows = UpperSupervision.objects.filter(enterprise=enterprise, ended_on__isnull=True)
    return rows.select_related("body", "from_body", "case").first()


RUNNING: Final = (ListedOversight.State.OPEN, ListedOversight.State.LIFT_ASKED)


def open_oversight(enterprise: Enterprise) -> ListedOversight | None:
    """The listed oversight the unit stands under, once it has been served."""
    rows = ListedOversight.objects.filter(case__enterprise=enterprise, state__in=RUNNING, opened_on__isnull=False)
    return rows.select_related("listed_by", "case").order_by("-pk").first()
