"""What the services of risk events share: locking one, writing down a decision, telling who verifies."""

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.models import Case, EventDecision, RiskEvent
from cases.models.case import CLASSIFYING
from cases.rules.errors import RuleError
from cases.rules.event_facts import EventFacts
from cases.rules.lifecycle import FINAL
from cases.selectors.notifications import register_wording
from cases.selectors.recipients import in_roles, roles_with
from cases.services.audit import record
from cases.services.enterprise_checks import locked_enterprise, stream_of
from cases.services.lifecycle import lock_case
from cases.services.notify import notify

EVENT_REPORTED: Final = "event_reported"
EVENT_REPORTED_AGAIN: Final = "event_reported_again"
OBJECTION_OVER: Final = "event_objection_over"

register_wording(EVENT_REPORTED, gettext_lazy("%(enterprise)s: “%(title)s” was reported and is to be verified."))
register_wording(EVENT_REPORTED_AGAIN, gettext_lazy("%(enterprise)s: a further source tells of “%(title)s”."))
register_wording(
    OBJECTION_OVER,
    gettext_lazy("%(enterprise)s: the period for objections to “%(title)s” is over; it can be verified."),
)


def locked_event(event_id: int, version: int | None = None) -> RiskEvent:
    """The event with its unit, locked in the order of all services: the case that classifies it, the unit, the event.

    RuleError `stale` if it has moved on from `version`.
    """
    known = RiskEvent.objects.only("enterprise_id").get(pk=event_id)
    running = Case.objects.filter(enterprise=known.enterprise_id, procedure__in=CLASSIFYING).exclude(status__in=FINAL)
    for case_id in running.order_by("pk").values_list("pk", flat=True):
        lock_case(case_id)
    enterprise = locked_enterprise(known.enterprise_id)
    event = RiskEvent.objects.select_for_update(of=("self",)).get(pk=event_id)
    event.enterprise = enterprise
    if version is not None and version != event.version:
        raise RuleError("stale", _("Somebody else has changed this event since you opened it."))
    return event


def put_facts(event: RiskEvent, facts: EventFacts) -> list[str]:
    """Set the facts on the row, unsaved; answers which of them changed."""
    changed = []
    for name in facts.__slots__:
        value = list(facts.circumstances) if name == "circumstances" else getattr(facts, name)
        if getattr(event, name) != value:
            setattr(event, name, value)
            changed.append(name)
    return changed


def save_event(event: RiskEvent) -> None:
    """Save one step further."""
    event.version += 1
    event.save()


def decide(
    event: RiskEvent, outcome: str, acting: Acting, *, reason: str, level: str = "", on: date | None = None
) -> EventDecision:
    """Write down a decision of the unit's territorial body. Append-only."""
    return EventDecision.objects.create(
        event=event,
        outcome=outcome,
        reason=reason,
        level=level,
        on=on,
        author=acting.user,
        body=event.enterprise.territorial_body,
        decided_at=acting.at,
    )


def record_on_event(event: RiskEvent, action: str, acting: Acting, data: dict[str, Any]) -> None:
    """One audit event on the stream of the unit."""
    record(
        stream=stream_of(event.enterprise),
        action=action,
        acting=acting,
        body=event.enterprise.territorial_body,
        data={"event": event.pk, "title": event.title, **data},
    )


def tell_verifiers(event: RiskEvent, kind: str, key: str, acting: Acting) -> None:
    """Tell everybody at the territorial body whose post verifies events, except who acts."""
    users = in_roles(event.enterprise.territorial_body, roles_with("verify_event"), acting.today)
    notify(
        users=[user for user in users if user != acting.user],
        kind=kind,
        key=key,
        data={"event": event.pk, "title": event.title, "enterprise": event.enterprise.name},
        at=acting.at,
    )
