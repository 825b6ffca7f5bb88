"""Merge two events that tell of one happening: it counts once, and every report stays where it can be read."""

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.events import may_merge
from cases.models import EventDecision, RiskEvent, SamplingResult
from cases.rules.event_facts import EventFacts, combined
from cases.rules.event_identity import fingerprint_of
from cases.selectors.event_rules import facts_of
from cases.services.event_clocks import drop_clocks, keep_in_step
from cases.services.event_effects import settle_effects
from cases.services.event_parts import decide, locked_event, put_facts, record_on_event, save_event
from cases.services.opinions import need_reason

_State = RiskEvent.State


@transaction.atomic
def merge_events(*, kept_id: int, kept_version: int, dropped_id: int, reason: str, acting: Acting) -> RiskEvent:
    """Let `kept_id` stand for both; the other's reports pass to it, and whatever followed from the other is undone.

    An event not decided yet takes over the gravest facts of all its reports; a decided one keeps the facts it was
    verified with. RuleError `stale`, `reason_too_short`; Blocked.
    """
    kept = locked_event(kept_id, kept_version)
    dropped = locked_event(dropped_id)
    require(may_merge(kept, dropped, acting))
    reason = need_reason(reason)
    dropped.reports.update(event=kept)
    dropped.duplicates.update(duplicate_of=kept)
    SamplingResult.objects.filter(event=dropped).update(event=kept)
    before, dropped.state, dropped.duplicate_of = dropped.state, _State.MERGED, kept
    save_event(dropped)
    decide(dropped, EventDecision.Outcome.MERGE, acting, reason=reason)
    drop_clocks(dropped, acting, reason)
    settle_effects(dropped, acting)
    _take_over(kept, dropped)
    save_event(kept)
    keep_in_step(kept, acting)
    record_on_event(kept, "event.merge", acting, {"dropped": dropped.pk, "before": before, "reason": reason})
    return kept


def _take_over(kept: RiskEvent, dropped: RiskEvent) -> None:
    received = [day for day in (kept.received_on, dropped.received_on) if day is not None]
    kept.received_on = min(received, default=None)
    if kept.state == _State.REPORTED:
        told = combined(EventFacts.from_dict(report.told) for report in kept.reports.order_by("reported_on", "pk"))
        put_facts(kept, told)
        kept.fingerprint = fingerprint_of(kept.enterprise.uscc, facts_of(kept))
