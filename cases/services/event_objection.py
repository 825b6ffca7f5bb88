"""The unit's objection to an event, and what becomes of it (产品质量法 art. 15; P15).

An objection to a failed sampling holds its verification up; one to a verified event suspends nothing until it is
upheld.
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.events import may_decide_objection, may_note_receipt, may_object
from cases.models import EventDecision, RiskEvent
from cases.rules.errors import RuleError
from cases.selectors.events import objection_until
from cases.services.event_clocks import keep_in_step, start_answer, stop_answer
from cases.services.event_parts import decide, locked_event, record_on_event, save_event
from cases.services.opinions import need_reason
from cases.services.verify_event import refute

_Outcome = EventDecision.Outcome
_State = RiskEvent.State
_CLAUSE = "产品质量法 第十五条"


@transaction.atomic
def note_receipt(
    *, event_id: int, version: int, received_on: date, accepted_on: date | None = None, acting: Acting
) -> RiskEvent:
    """Note when the unit received the result of a failed sampling, and when it declared that it accepts it.

    RuleError `stale`, `date_in_future`, `date_order`; Blocked.
    """
    event = locked_event(event_id, version)
    require(may_note_receipt(event, acting))
    for name, day, after in (
        ("received_on", received_on, event.occurred_on),
        ("accepted_on", accepted_on, received_on),
    ):
        if day is not None and day > acting.today:
            raise RuleError("date_in_future", _("The day %(day)s has not come yet."), day=str(day), field=name)
        if day is not None and day < after:
            raise RuleError(
                "date_order", _("This day cannot lie before %(day)s."), _CLAUSE, day=after.isoformat(), field=name
            )
    event.received_on, event.accepted_on = received_on, accepted_on
    save_event(event)
    keep_in_step(event, acting)
    record_on_event(event, "event.receipt", acting, {"received": received_on, "accepted": accepted_on})
    return event


@transaction.atomic
def follow_receipt(*, event_id: int, received_on: date | None, acting: Acting) -> RiskEvent:
    """Let an event not decided yet go by the day of receipt that its sampling result states; the caller has asked."""
    event = locked_event(event_id)
    if received_on is None or event.state != _State.REPORTED or event.received_on == received_on:
        return event
    event.received_on = received_on
    save_event(event)
    keep_in_step(event, acting)
    record_on_event(event, "event.receipt", acting, {"received": received_on, "accepted": event.accepted_on})
    return event


@transaction.atomic
def object_to_event(*, event_id: int, version: int, views: str, made_on: date, acting: Acting) -> RiskEvent:
    """Enter the unit's objection: what it says, and the day on which it said so, by which its time is judged.

    RuleError `stale`, `reason_too_short`, `date_in_future`, `objection_late`; Blocked.
    """
    event = locked_event(event_id, version)
    require(may_object(event, acting))
    views = need_reason(views, field="views")
    _require_in_time(event, made_on, acting)
    if event.state == _State.VERIFIED:
        event.state = _State.APPEALED
    save_event(event)
    decide(event, _Outcome.OBJECT, acting, reason=views, on=made_on)
    start_answer(event, acting)
    record_on_event(event, "event.object", acting, {"state": event.state, "on": made_on, "views": views})
    return event


def _require_in_time(event: RiskEvent, made_on: date, acting: Acting) -> None:
    """Fifteen days for the result of a sampling; against what was verified the unit may say something at any time."""
    if made_on > acting.today:
        raise RuleError("date_in_future", _("The day %(day)s has not come yet."), day=str(made_on), field="made_on")
    until = objection_until(event)
    if event.state == _State.REPORTED and until is not None and made_on > until:
        raise RuleError(
            "objection_late",
            _("The enterprise could object until %(day)s, fifteen days after it received the result."),
            _CLAUSE,
            day=until.isoformat(),
            field="made_on",
        )


@transaction.atomic
def decide_objection(*, event_id: int, version: int, uphold: bool, reason: str, acting: Acting) -> RiskEvent:
    """Uphold the objection, which refutes the event, or dismiss it, which leaves it as it was.

    RuleError `stale`, `reason_too_short`; Blocked.
    """
    event = locked_event(event_id, version)
    require(may_decide_objection(event, acting))
    reason = need_reason(reason)
    if uphold:
        refute(event, _Outcome.UPHOLD, acting, reason=reason)
        stop_answer(event, acting)
        return event
    if event.state == _State.APPEALED:
        event.state = _State.VERIFIED
    save_event(event)
    decide(event, _Outcome.DISMISS, acting, reason=reason)
    stop_answer(event, acting)
    record_on_event(event, "event.dismiss", acting, {"state": event.state, "reason": reason})
    return event
