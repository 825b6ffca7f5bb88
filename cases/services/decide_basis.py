"""Decide whether a demotion is decided on record or needs an inspection first (P2 step 4)."""

from dataclasses import dataclass

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p1 import within_cap
from cases.guards.p2 import may_decide_basis
from cases.models import Case, Opinion, Proposal
from cases.packs.classifying import classifying_pack
from cases.selectors.standing import trigger_of
from cases.services.audit import record_on_case
from cases.services.lifecycle import advance, lock_case
from cases.services.opinions import choose, need_reason, record_opinion
from cases.services.propose_class import proposal_of


@dataclass(frozen=True, slots=True)
class DecideBasis:
    """``outcome``: on_record (the class the events leave is proposed) or inspect (an inspection says how far down)."""

    outcome: str
    reason: str = ""


def wants_inspection(proposal: Proposal) -> bool:
    """Whether art. 21 leaves how far down to an inspection: a hidden danger or another case, above the worst class."""
    rule = classifying_pack(proposal.pack).adjustment
    if proposal.computed_class == rule.order[-1]:
        return False
    triggers = {trigger_of(event, rule) for event in proposal.events.all()}
    return any(trigger.inspect for code, trigger in rule.triggers.items() if code in triggers)


@transaction.atomic
def decide_basis(*, case_id: int, facts: DecideBasis, acting: Acting) -> Opinion:
    """On record the unit head proposes the class, and may not be the one who agrees to it afterwards.

    Where art. 21 wants an inspection, deciding on record needs a reason. Blocked by the yearly cap where it applies.
    """
    case = lock_case(case_id)
    require(may_decide_basis(case, acting))
    proposal = proposal_of(case)
    outcome = choose(facts.outcome, ("on_record", "inspect"))
    owed = outcome == "inspect" or wants_inspection(proposal)
    reason = need_reason(facts.reason) if owed else facts.reason.strip()
    if outcome == "on_record":
        _propose(proposal, acting)
        advance(case, "decide_on_record")
    else:
        require([within_cap(case, acting.today.year)])
        _set_aside(case)
        advance(case, "decide_inspect")
    opinion = record_opinion(
        case=case,
        step="decide_basis",
        outcome=outcome,
        quality_class=proposal.computed_class,
        reason=reason,
        acting=acting,
    )
    record_on_case(
        case, "decide_basis", acting, {"outcome": outcome, "quality_class": proposal.computed_class, "reason": reason}
    )
    return opinion


def _propose(proposal: Proposal, acting: Acting) -> None:
    proposal.proposed_class = proposal.computed_class
    proposal.proposed_by, proposal.proposed_on = acting.person, acting.today
    proposal.save(update_fields=["proposed_class", "proposed_by", "proposed_on"])


def _set_aside(case: Case) -> None:
    """What was computed on record is computed anew from the inspection."""
    case.proposals.filter(outcome=Proposal.Outcome.OPEN).update(outcome=Proposal.Outcome.RETURNED)
