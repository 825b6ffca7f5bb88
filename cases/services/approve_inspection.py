"""Approve, merge or refuse a planned inspection (P1 node 2; 国办发〔2024〕54号)."""

from dataclasses import dataclass

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p1 import may_approve_inspection, within_cap
from cases.models import Opinion
from cases.services.audit import record_on_case
from cases.services.lifecycle import advance, lock_case
from cases.services.opinions import choose, need_reason, record_opinion


@dataclass(frozen=True, slots=True)
class ApproveInspection:
    """``outcome``: approve, merge (into another body's visit, 综合查一次) or refuse; the last two need a reason."""

    outcome: str
    reason: str = ""


@transaction.atomic
def approve_inspection(*, case_id: int, facts: ApproveInspection, acting: Acting) -> Opinion:
    case = lock_case(case_id)
    require(may_approve_inspection(case, acting))
    outcome = choose(facts.outcome, ("approve", "merge", "refuse"))
    if outcome == "approve":
        require([within_cap(case, case.planned_on.year)])
        reason = facts.reason.strip()
    else:
        reason = need_reason(facts.reason)
    advance(case, "approve" if outcome == "approve" else "refuse")
    if outcome != "approve":
        case.closed_at, case.closing_reason = acting.at, reason
        case.save(update_fields=["closed_at", "closing_reason"])
    opinion = record_opinion(case=case, step="approve_inspection", outcome=outcome, reason=reason, acting=acting)
    record_on_case(case, "approve_inspection", acting, {"outcome": outcome, "reason": reason})
    return opinion
