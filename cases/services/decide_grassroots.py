"""The opinion of the grassroots body (基层意见): class agreed and mode proposed, or returned (P1 node 9)."""

from dataclasses import dataclass

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p1 import may_decide_grassroots
from cases.guards.p2 import proposal_current
from cases.models import Assignment, Case, Procedure, Proposal
from cases.packs.classifying import classifying_pack
from cases.packs.uses import MODES
from cases.rules.errors import RuleError
from cases.rules.mode import mode_of
from cases.selectors.cases import current_inspection
from cases.selectors.standing import levels_of
from cases.services.audit import record_on_case
from cases.services.evaluate_inspection import compute_attempt
from cases.services.lifecycle import advance, lock_case
from cases.services.opinions import choose, need_reason, record_opinion
from cases.services.propose_class import proposal_of
from cases.services.reclassify import reclassify_waiting


@dataclass(frozen=True, slots=True)
class GrassrootsOpinion:
    """``outcome``: agree (with ``mode``), or one of the others of ``outcomes_for`` (each with a reason)."""

    outcome: str
    mode: str = ""
    reason: str = ""


def agreed_mode(*, proposal: Proposal, levels: list[str], mode: str, reason: str) -> str:
    """The mode as the law sets it for the proposed class, or another with a reason.

    Stricter is always possible; looser only where the risk level leaves it to the body (Level II, III), and only by one
    step (Trial Measures 2012, arts. 18, 20) [A].
    """
    pack = classifying_pack(proposal.pack)
    set_by_law = mode_of(table=pack.modes, quality_class=proposal.proposed_class, product_levels=levels)
    choose(mode, MODES, field="mode")
    steps = MODES.index(mode) - MODES.index(set_by_law.mode)
    if steps == 0:
        return mode
    need_reason(reason)
    if steps < 0 and (not set_by_law.discretionary or steps < -1):
        raise RuleError(
            "mode_too_loose",
            "The mode that follows from class and risk level cannot be loosened here.",
            "工业企业产品质量分类监管试行办法 第二十条",
            field="mode",
        )
    return mode


def outcomes_for(case: Case) -> tuple[str, ...]:
    """What may be decided: agree, return it to where it came from, and for a demotion reject it.

    A class that rests on a refuted event cannot be kept by rejecting: it is agreed to, or inspected first.
    """
    inspection = current_inspection(case)
    if inspection is None:
        back: tuple[str, ...] = ("return_to_basis",)
    elif inspection.desk:
        back = ("return_to_desk", "return_to_opinion")
    else:
        back = ("return_to_inspection", "return_to_opinion")
    rejectable = case.procedure == Procedure.EVENT and case.origin != Case.Origin.REVERSAL
    return ("agree", *back, "reject") if rejectable else ("agree", *back)


@transaction.atomic
def decide_grassroots(*, case_id: int, facts: GrassrootsOpinion, acting: Acting) -> Proposal:
    case = lock_case(case_id)
    require(may_decide_grassroots(case, acting))
    proposal = proposal_of(case)
    outcome = choose(facts.outcome, outcomes_for(case))
    reason = facts.reason.strip() if outcome == "agree" else need_reason(facts.reason)
    if outcome == "agree":
        require(proposal_current(case))
        proposal.mode = agreed_mode(proposal=proposal, levels=levels_of(case), mode=facts.mode, reason=facts.reason)
        proposal.agreed_by, proposal.agreed_on = acting.person, acting.today
        proposal.save()
        advance(case, "agree")
    else:
        proposal.outcome = Proposal.Outcome.REJECTED if outcome == "reject" else Proposal.Outcome.RETURNED
        proposal.save(update_fields=["outcome"])
        advance(case, "reject_demotion" if outcome == "reject" else outcome)
    record_opinion(
        case=case,
        step="decide_grassroots",
        outcome=outcome,
        quality_class=proposal.proposed_class,
        mode=facts.mode if outcome == "agree" else "",
        reason=reason,
        acting=acting,
    )
    record_on_case(
        case,
        "decide_grassroots",
        acting,
        {"outcome": outcome, "quality_class": proposal.proposed_class, "mode": proposal.mode, "reason": reason},
    )
    _follow(case, outcome, reason, acting)
    return proposal


def _follow(case: Case, outcome: str, reason: str, acting: Acting) -> None:
    """What an opinion other than agreement sets going."""
    if outcome in ("return_to_inspection", "return_to_desk"):
        _next_round(case)
    elif outcome == "return_to_opinion":
        compute_attempt(case)
    elif outcome == "reject":
        case.closed_at, case.closing_reason = acting.at, reason
        case.save(update_fields=["closed_at", "closing_reason"])
        reclassify_waiting(enterprise=case.enterprise, acting=acting)


def _next_round(case: Case) -> None:
    """A new round of inspection by the same inspectors; what the earlier round recorded stays as it was."""
    earlier = list(case.assignments.filter(round=case.round))
    case.round += 1
    case.save(update_fields=["round"])
    Assignment.objects.bulk_create(
        Assignment(
            case=case,
            round=case.round,
            user=assignment.user,
            role=assignment.role,
            certificate_number=assignment.certificate_number,
            assigned_at=assignment.assigned_at,
        )
        for assignment in earlier
    )
