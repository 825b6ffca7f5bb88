"""Note that a verified risk was put right: it no longer stands open (38号 三)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.events import may_resolve
from cases.models import EventDecision, RiskEvent
from cases.rules.errors import RuleError
from cases.services.event_parts import decide, locked_event, record_on_event, save_event
from cases.services.listing_watch import look_again
from cases.services.opinions import need_reason


@transaction.atomic
def resolve_event(*, event_id: int, version: int, resolved_on: date, reason: str, acting: Acting) -> RiskEvent:
    """Close the risk from `resolved_on` on; within its window it goes on counting. RuleError `stale`, `date_in_future`,
    `date_order`, `reason_too_short`; Blocked.
    """
    event = locked_event(event_id, version)
    require(may_resolve(event, acting))
    reason = need_reason(reason)
    if resolved_on > acting.today:
        raise RuleError(
            "date_in_future", _("The day %(day)s has not come yet."), day=str(resolved_on), field="resolved_on"
        )
    if resolved_on < event.occurred_on:
        day = event.occurred_on.isoformat()
        raise RuleError("date_order", _("This day cannot lie before %(day)s."), day=day, field="resolved_on")
    event.resolved_on = resolved_on
    save_event(event)
    decide(event, EventDecision.Outcome.RESOLVE, acting, reason=reason, on=resolved_on)
    look_again(enterprise_ids=[event.enterprise_id], on=acting.today)
    record_on_event(event, "event.resolved", acting, {"on": resolved_on, "reason": reason})
    return event
