"""The inspectors' opinion (监督检查人员意见): proposed by the lead, signed by the second (P1 node 8)."""

from dataclasses import dataclass

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p1 import may_countersign, may_propose
from cases.models import Case, Proposal
from cases.packs.classifying import classifying_pack
from cases.rules.errors import RuleError
from cases.selectors.cases import latest_proposal
from cases.services.audit import record_on_case
from cases.services.evaluate_inspection import compute_attempt
from cases.services.lifecycle import advance, lock_case
from cases.services.opinions import choose, need_reason, record_opinion


@dataclass(frozen=True, slots=True)
class ProposeClass:
    """The class proposed; one below the computed class needs a reason, one above it is not possible."""

    quality_class: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Countersign:
    """``outcome``: sign, or reject with a reason, which gives the opinion back to the lead inspector."""

    outcome: str
    reason: str = ""


def proposal_of(case: Case) -> Proposal:
    proposal = latest_proposal(case)
    if proposal is None:
        raise RuleError("no_proposal", "Nothing has been proposed for this case yet.")
    return proposal


@transaction.atomic
def propose_class(*, case_id: int, facts: ProposeClass, acting: Acting) -> Proposal:
    case = lock_case(case_id)
    require(may_propose(case, acting))
    proposal = proposal_of(case)
    order = classifying_pack(case.pack).adjustment.order
    proposed = choose(facts.quality_class, order, field="quality_class")
    difference = order.index(proposed) - order.index(proposal.computed_class)
    if difference < 0:
        raise RuleError(
            "deviation_upwards",
            "The class computed from the form is %(computed)s: a better one cannot be proposed.",
            "通用规则 备注（二）",
            field="quality_class",
            computed=proposal.computed_class,
        )
    reason = need_reason(facts.reason) if difference > 0 else facts.reason.strip()
    proposal.proposed_class, proposal.deviation_reason = proposed, reason if difference else ""
    proposal.proposed_by, proposal.proposed_on = acting.person, acting.today
    proposal.save()
    advance(case, "propose")
    record_opinion(
        case=case, step="propose_class", outcome="propose", quality_class=proposed, reason=reason, acting=acting
    )
    record_on_case(
        case, "propose_class", acting, {"proposed": proposed, "computed": proposal.computed_class, "reason": reason}
    )
    return proposal


@transaction.atomic
def countersign(*, case_id: int, facts: Countersign, acting: Acting) -> Proposal:
    case = lock_case(case_id)
    require(may_countersign(case, acting))
    proposal = proposal_of(case)
    outcome = choose(facts.outcome, ("sign", "reject"))
    if acting.person.pk == proposal.proposed_by_id:
        raise RuleError("two_inspectors", "The second signature must be another person's.", "行政处罚法 第四十二条")
    reason = need_reason(facts.reason) if outcome == "reject" else facts.reason.strip()
    if outcome == "sign":
        proposal.second_signer = acting.person
        proposal.save(update_fields=["second_signer"])
        advance(case, "countersign")
    else:
        proposal.outcome = Proposal.Outcome.RETURNED
        proposal.save(update_fields=["outcome"])
        compute_attempt(case)
        advance(case, "reject_signature")
    record_opinion(
        case=case,
        step="countersign",
        outcome=outcome,
        quality_class=proposal.proposed_class,
        reason=reason,
        acting=acting,
    )
    record_on_case(case, "countersign", acting, {"outcome": outcome, "reason": reason})
    return proposal
