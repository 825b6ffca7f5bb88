"""Warn a local government of a regional or industry-wide risk (警情通报; P8): study, feedback, lifting.

The warning and its lifting are documents (notices): issued by the city's body, never by whoever drafted them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.warnings import CLAUSE, may_draft_warning, may_drop_warning, may_enter_feedback, may_lift_warning
from cases.models import Body, RiskWarning
from cases.packs.risk_matrix import risk_matrix
from cases.rules.errors import RuleError
from cases.rules.grounds import stored_grounds
from cases.rules.warning_level import warning_level
from cases.selectors.warnings import warning_body
from cases.services.audit import record
from cases.services.deadlines import cancel_deadline, meet_deadline, start_deadline
from cases.services.opinions import choose, need_reason

State = RiskWarning.State


@dataclass(frozen=True, slots=True)
class WarningFacts:
    """What was studied; `probability` and `severity` are row and column of the matrix, from 1."""

    product: str
    signal: str
    probability: int
    severity: int
    facts: str
    measures: str
    government: str


@transaction.atomic
def draft_warning(*, region: Body, facts: WarningFacts, acting: Acting) -> RiskWarning:
    """Keep the study with its level and why; the city's period to issue starts.

    RuleErrors `no_city_body`, `warning_incomplete`, `outside_matrix`; Blocked.
    """
    require(may_draft_warning(region, acting))
    body = warning_body(region)
    if body is None:
        raise RuleError("no_city_body", "No city body stands above this area.", CLAUSE, field="region")
    for name in ("product", "facts", "measures", "government"):
        if not getattr(facts, name).strip():
            raise RuleError("warning_incomplete", "A warning needs this.", CLAUSE, field=name)
    level, grounds = warning_level(risk_matrix(), facts.probability, facts.severity)
    warning = RiskWarning.objects.create(
        region=region,
        body=body,
        product=facts.product.strip(),
        signal=choose(facts.signal, tuple(RiskWarning.Signal.values), field="signal"),
        probability=facts.probability,
        severity=facts.severity,
        level=level,
        grounds=stored_grounds(grounds),
        facts=facts.facts.strip(),
        measures=facts.measures.strip(),
        government=facts.government.strip(),
        drafted_by=acting.person,
        created_at=acting.at,
    )
    start_deadline(
        rule="warning_study",
        subject=f"warning:{warning.pk}:study",
        case=None,
        start_on=acting.today,
        accountable_body=body,
        acting=acting,
    )
    _audit(warning, "warning.drafted", acting, {})
    return warning


@transaction.atomic
def drop_warning(*, warning_id: int, reason: str, acting: Acting) -> RiskWarning:
    """The study has shown that nobody need be warned."""
    warning = locked_warning(warning_id)
    require(may_drop_warning(warning, acting))
    reason = need_reason(reason)
    _move(warning, State.DROPPED)
    cancel_deadline(subject=f"warning:{warning.pk}:study", case=None, acting=acting)
    _audit(warning, "warning.dropped", acting, {"reason": reason})
    return warning


@transaction.atomic
def mark_warning_issued(*, warning: RiskWarning, acting: Acting) -> None:
    """The city's body has approved and issued it: it is to go out to the government within two working days [A]."""
    warning = locked_warning(warning.pk)
    _move(warning, State.ISSUED)
    meet_deadline(subject=f"warning:{warning.pk}:study", case=None, on=acting.today, acting=acting)
    start_deadline(
        rule="warning_issue",
        subject=f"warning:{warning.pk}:issue",
        case=None,
        start_on=acting.today,
        accountable_body=warning.body,
        acting=acting,
    )
    _audit(warning, "warning.issued", acting, {})


@transaction.atomic
def start_feedback_clock(*, warning: RiskWarning, served_on: date, acting: Acting) -> None:
    """The government has it: from that day its feedback is waited for."""
    warning = locked_warning(warning.pk)
    warning.served_on = served_on
    warning.save(update_fields=["served_on"])
    _move(warning, State.SERVED)
    meet_deadline(subject=f"warning:{warning.pk}:issue", case=None, on=served_on, acting=acting)
    start_deadline(
        rule="warning_feedback",
        subject=f"warning:{warning.pk}:feedback",
        case=None,
        start_on=served_on,
        accountable_body=warning.region,
        acting=acting,
    )
    _audit(warning, "warning.served", acting, {"served_on": served_on})


@transaction.atomic
def withdraw_warning(*, warning: RiskWarning, acting: Acting) -> None:
    """The warning was declared void: unless it has been answered, it stands as drafted again."""
    warning = locked_warning(warning.pk)
    if warning.state not in (State.ISSUED, State.SERVED):
        return
    for clock in ("issue", "feedback"):
        cancel_deadline(subject=f"warning:{warning.pk}:{clock}", case=None, acting=acting)
    warning.served_on = None
    warning.save(update_fields=["served_on"])
    _move(warning, State.DRAFTED)
    _audit(warning, "warning.letter_void", acting, {})


@transaction.atomic
def enter_feedback(*, warning_id: int, feedback: str, received_on: date, acting: Acting) -> RiskWarning:
    """What the government says was done, and by whom. RuleErrors `feedback_missing`, `date_in_future`; Blocked."""
    warning = locked_warning(warning_id)
    require(may_enter_feedback(warning, acting))
    if not feedback.strip():
        raise RuleError("feedback_missing", "Say what the government has answered.", CLAUSE, field="feedback")
    if received_on > acting.today:
        raise RuleError("date_future", "The date lies in the future.", field="received_on")
    warning.feedback, warning.feedback_on = feedback.strip(), received_on
    warning.save(update_fields=["feedback", "feedback_on"])
    _move(warning, State.ANSWERED)
    meet_deadline(subject=f"warning:{warning.pk}:feedback", case=None, on=received_on, acting=acting)
    _audit(warning, "warning.answered", acting, {"received_on": received_on})
    return warning


@transaction.atomic
def decide_lifting_of_warning(*, warning_id: int, reason: str, acting: Acting) -> RiskWarning:
    """The risk was assessed anew and is gone: the notice of the lifting may be drafted. Blocked."""
    warning = locked_warning(warning_id)
    require(may_lift_warning(warning, acting))
    warning.lift_reason = need_reason(reason)
    warning.save(update_fields=["lift_reason"])
    _move(warning, State.LIFTING)
    _audit(warning, "warning.lifting", acting, {"reason": warning.lift_reason})
    return warning


@transaction.atomic
def mark_warning_lifted(*, warning: RiskWarning, acting: Acting) -> None:
    """The notice of the lifting was issued."""
    warning = locked_warning(warning.pk)
    warning.lifted_on = acting.today
    warning.save(update_fields=["lifted_on"])
    _move(warning, State.LIFTED)
    _audit(warning, "warning.lifted", acting, {})


@transaction.atomic
def withdraw_lifting(*, warning: RiskWarning, acting: Acting) -> None:
    """The notice of the lifting was declared void: the lifting waits for another one."""
    warning = locked_warning(warning.pk)
    warning.lifted_on = None
    warning.save(update_fields=["lifted_on"])
    _move(warning, State.LIFTING)
    _audit(warning, "warning.letter_void", acting, {})


def locked_warning(warning_id: int) -> RiskWarning:
    """The warning, locked until the transaction ends."""
    rows = RiskWarning.objects.select_for_update(of=("self",)).select_related("region", "body")
    return rows.get(pk=warning_id)


def _move(warning: RiskWarning, state: str) -> None:
    warning.state = state
    warning.save(update_fields=["state"])


def _audit(warning: RiskWarning, action: str, acting: Acting, data: dict[str, Any]) -> None:
    told = {"warning": warning.pk, "product": warning.product, **data}
    record(stream=f"warning:{warning.pk}", action=action, acting=acting, body=warning.body, data=told)
