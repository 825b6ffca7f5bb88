"""Approve, merge or refuse a planned inspection (P1 node 2; 国办发〔2024〕54号)."""

from dataclasses import dataclass

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p1 import may_approve_inspection, within_cap
from cases.models import Case, Opinion, Procedure
from cases.services.audit import record_on_case
from cases.services.lifecycle import advance, lock_case
from cases.services.opinions import choose, need_reason, record_opinion
from cases.services.reclassify import reclassify_waiting


@dataclass(frozen=True, slots=True)
class ApproveInspection:
    """``outcome``: approve, merge (into another body's visit, 综合查一次) or refuse; the last two need a reason."""

    outcome: str
    reason: str = ""


def outcomes_for(case: Case) -> tuple[str, ...]:
    """What may be decided: the review of a class goes back to the papers instead of ending."""
    return ("approve", "refuse") if case.procedure == Procedure.REVIEW else ("approve", "merge", "refuse")


@transaction.atomic
def approve_inspection(*, case_id: int, facts: ApproveInspection, acting: Acting) -> Opinion:
    case = lock_case(case_id)
    require(may_approve_inspection(case, acting))
    outcome = choose(facts.outcome, outcomes_for(case))
    if outcome == "approve":
        require([within_cap(case, case.planned_on.year)])
        reason = facts.reason.strip()
        _approve(case)
    else:
        reason = need_reason(facts.reason)
        _decline(case, reason, acting)
    opinion = record_opinion(case=case, step="approve_inspection", outcome=outcome, reason=reason, acting=acting)
    record_on_case(case, "approve_inspection", acting, {"outcome": outcome, "reason": reason})
    return opinion


def _approve(case: Case) -> None:
    """The visit after a check of papers is a round of its own, with inspectors assigned anew."""
    advance(case, "approve")
    if case.procedure == Procedure.REVIEW:
        case.round += 1
        case.save(update_fields=["round"])


def _decline(case: Case, reason: str, acting: Acting) -> None:
    if case.procedure == Procedure.REVIEW:
        advance(case, "back_to_desk")
        return
    advance(case, "refuse")
    case.closed_at, case.closing_reason = acting.at, reason
    case.save(update_fields=["closed_at", "closing_reason"])
    reclassify_waiting(enterprise=case.enterprise, acting=acting)
