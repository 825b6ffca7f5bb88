"""Pass the classification on and file it (P1 nodes 10 and 11; Trial Measures 2012, art. 12)."""

from dataclasses import dataclass

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p1 import city_body, may_file, may_forward
from cases.guards.p2 import proposal_current
from cases.models import Body, Proposal
from cases.rules.errors import RuleError
from cases.selectors.bodies import ancestor_at
from cases.services.audit import record_on_case
from cases.services.evaluate_inspection import repeat_attempt
from cases.services.lifecycle import advance, lock_case
from cases.services.numbers import next_number
from cases.services.opinions import choose, need_reason, record_opinion
from cases.services.propose_class import proposal_of


@dataclass(frozen=True, slots=True)
class ForwardFiling:
    """``outcome``: forward to the province, or return to the grassroots body with a reason."""

    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FileAtProvince:
    """``outcome``: noted, returned (something is missing) or objected (reconsider class or mode)."""

    outcome: str
    reason: str = ""


@transaction.atomic
def forward_filing(*, case_id: int, facts: ForwardFiling, acting: Acting) -> Proposal:
    case = lock_case(case_id)
    require(may_forward(case, acting))
    proposal = proposal_of(case)
    outcome = choose(facts.outcome, ("forward", "return"))
    if outcome == "forward":
        require(proposal_current(case))
        reason = facts.reason.strip()
        proposal.forwarded_by, proposal.forwarded_on = acting.person, acting.today
        proposal.save()
        advance(case, "forward")
    else:
        reason = need_reason(facts.reason)
        proposal.outcome = Proposal.Outcome.RETURNED
        proposal.save(update_fields=["outcome"])
        repeat_attempt(proposal)
        advance(case, "return_to_grassroots")
    record_opinion(
        case=case, step="forward_filing", outcome=outcome, reason=reason, acting=acting, body=city_body(case)
    )
    record_on_case(case, "forward_filing", acting, {"outcome": outcome, "reason": reason}, body=city_body(case))
    return proposal


@transaction.atomic
def file_classification(*, case_id: int, facts: FileAtProvince, acting: Acting) -> Proposal:
    """File it with a number ``<机关代字>备〔year〕n号``, or send it back; every earlier opinion stays."""
    case = lock_case(case_id)
    require(may_file(case, acting))
    proposal = proposal_of(case)
    outcome = choose(facts.outcome, ("noted", "returned", "objected"))
    province = ancestor_at(case.body, Body.Level.PROVINCE)
    if province is None:
        raise RuleError("no_province", "No provincial body stands above this case.")
    if outcome == "noted":
        require(proposal_current(case))
        reason = facts.reason.strip()
        serial = next_number(purpose="filing", body=province, year=acting.today.year)
        proposal.filing_number = f"{province.document_prefix}备〔{acting.today.year}〕{serial}号"
        proposal.filed_by, proposal.filed_on = acting.person, acting.today
        proposal.filing_opinion, proposal.outcome = reason, Proposal.Outcome.NOTED
        proposal.save()
        advance(case, "note_filing")
    else:
        reason = need_reason(facts.reason)
        proposal.outcome = Proposal.Outcome(outcome)
        proposal.filing_opinion = reason
        proposal.save(update_fields=["outcome", "filing_opinion"])
        repeat_attempt(proposal)
        advance(case, "return_to_grassroots")
    record_opinion(case=case, step="file_province", outcome=outcome, reason=reason, acting=acting, body=province)
    record_on_case(
        case,
        "file_province",
        acting,
        {"outcome": outcome, "reason": reason, "filing_number": proposal.filing_number},
        body=province,
    )
    return proposal


@transaction.atomic
def set_filing_aside(*, case_id: int, acting: Acting) -> Proposal:
    """An event was verified or refuted while a filed rise waited for its day: the class is computed anew (P2 rule)."""
    case = lock_case(case_id)
    proposal = proposal_of(case)
    proposal.outcome = Proposal.Outcome.RETURNED
    proposal.save(update_fields=["outcome"])
    advance(case, "compute_anew")
    record_on_case(case, "set_filing_aside", acting, {"filing_number": proposal.filing_number})
    return proposal
