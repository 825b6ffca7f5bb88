"""Give technical assistance to a unit that asks for it after a risk was found (质量技术帮扶; 38号 三, P10).

Free of charge [A]. The visit is no inspection and yields no evidence for a penalty [A]. The letter with the measures is
a document (notices); its service starts the period of the follow-up.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from cases.acting import Acting
from cases.guards.assistance import CLAUSE, may_ask_assistance, may_decide_assistance, may_handle
from cases.guards.conditions import require
from cases.models import Assistance, AssistanceMeasure, Enterprise, RiskEvent
from cases.rules.errors import RuleError
from cases.selectors.assistance import risks_found
from cases.services.audit import record
from cases.services.deadlines import cancel_deadline, meet_deadline, start_deadline
from cases.services.open_case import handling_body
from cases.services.opinions import choose, need_reason

State = Assistance.State


@transaction.atomic
def ask_assistance(
    *, enterprise: Enterprise, event: RiskEvent, asked_on: date, asked_by: str, wish: str, acting: Acting
) -> Assistance:
    """Enter the unit's request; the unit head's period to decide starts.

    The body that handles the unit gives it, as it handles its cases. RuleErrors `no_risk_found`, `request_incomplete`,
    `date_future`, `no_grassroots_body`; Blocked.
    """
    require(may_ask_assistance(enterprise, acting))
    if not risks_found(enterprise).filter(pk=event.pk).exists():
        message = "Assistance is given where a risk was found, once at a time."
        raise RuleError("no_risk_found", message, CLAUSE, field="event")
    for name, text in (("asked_by", asked_by), ("wish", wish)):
        if not text.strip():
            raise RuleError("request_incomplete", "A request needs this.", CLAUSE, field=name)
    _not_in_future(asked_on, "asked_on", acting)
    assistance = Assistance.objects.create(
        enterprise=enterprise,
        event=event,
        body=handling_body(enterprise),
        asked_on=asked_on,
        asked_by=asked_by.strip(),
        wish=wish.strip(),
        entered_by=acting.person,
        created_at=acting.at,
    )
    _start(assistance, "assistance_acceptance", asked_on, acting)
    _audit(assistance, "assistance.asked", acting, {"asked_on": asked_on})
    return assistance


@transaction.atomic
def decide_assistance(*, assistance_id: int, outcome: str, reason: str, acting: Acting) -> Assistance:
    """Accept or decline the request, with a reason. Blocked."""
    assistance = locked_assistance(assistance_id)
    require(may_decide_assistance(assistance, acting))
    outcome = choose(outcome, ("accept", "decline"))
    assistance.decision_reason = need_reason(reason)
    assistance.decided_by, assistance.decided_at = acting.person, acting.at
    assistance.state = State.ACCEPTED if outcome == "accept" else State.DECLINED
    assistance.save()
    meet_deadline(subject=_subject(assistance), case=None, on=acting.today, acting=acting)
    _audit(assistance, "assistance.decided", acting, {"outcome": outcome, "reason": assistance.decision_reason})
    return assistance


@transaction.atomic
def record_visit(
    *,
    assistance_id: int,
    visited_on: date,
    team: str,
    account: str,
    measures: Sequence[tuple[str, str]],
    acting: Acting,
) -> Assistance:
    """Who went, what was seen, and which measures are advised, as (problem, measure).

    RuleErrors `visit_incomplete`, `measures_missing`, `date_future`; Blocked.
    """
    assistance = locked_assistance(assistance_id)
    require(may_handle(assistance, acting, State.ACCEPTED))
    for name, text in (("team", team), ("account", account)):
        if not text.strip():
            raise RuleError("visit_incomplete", "The visit needs this.", CLAUSE, field=name)
    _not_in_future(visited_on, "visited_on", acting)
    if not measures or any(not problem.strip() or not measure.strip() for problem, measure in measures):
        raise RuleError("measures_missing", "Every measure names the problem it answers.", CLAUSE, field="measures")
    assistance.visited_on, assistance.team, assistance.account = visited_on, team.strip(), account.strip()
    assistance.state = State.VISITED
    assistance.save()
    AssistanceMeasure.objects.bulk_create(
        AssistanceMeasure(assistance=assistance, number=number, problem=problem.strip(), measure=measure.strip())
        for number, (problem, measure) in enumerate(measures, start=1)
    )
    _audit(assistance, "assistance.visited", acting, {"visited_on": visited_on, "measures": len(measures)})
    return assistance


@transaction.atomic
def start_follow_up_clock(*, assistance: Assistance, served_on: date, acting: Acting) -> None:
    """The unit has the letter: it is followed up within the period."""
    assistance = locked_assistance(assistance.pk)
    assistance.served_on, assistance.state = served_on, State.ADVISED
    assistance.save(update_fields=["served_on", "state"])
    _start(assistance, "assistance_follow_up", served_on, acting)
    _audit(assistance, "assistance.advised", acting, {"served_on": served_on})


@transaction.atomic
def withdraw_advice(*, assistance: Assistance, acting: Acting) -> None:
    """The letter was declared void: unless it has been followed up, another one is drafted."""
    assistance = locked_assistance(assistance.pk)
    if assistance.state != State.ADVISED:
        return
    cancel_deadline(subject=_subject(assistance), case=None, acting=acting)
    assistance.served_on, assistance.state = None, State.VISITED
    assistance.save(update_fields=["served_on", "state"])
    _audit(assistance, "assistance.letter_void", acting, {})


@transaction.atomic
def record_follow_up(*, assistance_id: int, followed_on: date, follow_up: str, acting: Acting) -> Assistance:
    """What has become of the measures. RuleErrors `follow_up_missing`, `date_future`; Blocked."""
    assistance = locked_assistance(assistance_id)
    require(may_handle(assistance, acting, State.ADVISED))
    if not follow_up.strip():
        raise RuleError("follow_up_missing", "Say what has become of the measures.", CLAUSE, field="follow_up")
    _not_in_future(followed_on, "followed_on", acting)
    assistance.followed_on, assistance.follow_up = followed_on, follow_up.strip()
    assistance.state = State.FOLLOWED
    assistance.save()
    meet_deadline(subject=_subject(assistance), case=None, on=followed_on, acting=acting)
    _audit(assistance, "assistance.followed", acting, {"followed_on": followed_on})
    return assistance


@transaction.atomic
def close_assistance(*, assistance_id: int, satisfaction: int, words: str, acting: Acting) -> Assistance:
    """What the unit says of it, from 1 to 5, closes it. RuleError `satisfaction`; Blocked."""
    assistance = locked_assistance(assistance_id)
    require(may_handle(assistance, acting, State.FOLLOWED))
    if not 1 <= satisfaction <= 5:
        raise RuleError("satisfaction", "Choose one of the answers offered.", CLAUSE, field="satisfaction")
    assistance.satisfaction, assistance.satisfaction_words = satisfaction, words.strip()
    assistance.state = State.CLOSED
    assistance.save()
    _audit(assistance, "assistance.closed", acting, {"satisfaction": satisfaction})
    return assistance


def locked_assistance(assistance_id: int) -> Assistance:
    """The request, locked until the transaction ends."""
    rows = Assistance.objects.select_for_update(of=("self",))
    return rows.select_related("enterprise__territorial_body", "body", "event").get(pk=assistance_id)


def _subject(assistance: Assistance) -> str:
    return f"assistance:{assistance.pk}"


def _start(assistance: Assistance, rule: str, on: date, acting: Acting) -> None:
    start_deadline(
        rule=rule,
        subject=_subject(assistance),
        case=None,
        enterprise=assistance.enterprise,
        start_on=on,
        accountable_body=assistance.body,
        acting=acting,
    )


def _not_in_future(day: date, field: str, acting: Acting) -> None:
    if day > acting.today:
        raise RuleError("date_future", "The date lies in the future.", field=field)


def _audit(assistance: Assistance, action: str, acting: Acting, data: dict[str, Any]) -> None:
    told = {"assistance": assistance.pk, **data}
    record(stream=f"assistance:{assistance.pk}", action=action, acting=acting, body=assistance.body, data=told)
