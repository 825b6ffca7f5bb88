"""What waits for a person's decision, and what was proposed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db.models import Max, QuerySet

from cases.acting import LEGAL_ZONE
from cases.models import ListCandidate, Opinion, Proposal, User
from cases.packs.classifying import classifying_pack
from cases.rules.quality_class import Item
from workflow.models import WorkItem
from workflow.selectors.listing_side import LIST_PROCEDURES
from workflow.selectors.work import mine_or_waiting
from workflow.selectors.work_marks import latest_opinions

DECISIONS: Final = (
    "approve_inspection",
    "decide_basis",
    "decide_grassroots",
    "forward_filing",
    "file_province",
    "list_key",
    "decide_measures",
    "issue_interview",
    "issue_order",
    "escalate",
    "close_case",
    "decide_escalation",
    "issue_listing_notice",
    "decide_lifting",
    "issue_lift_notice",
    "decide_return",
    "issue_list_notice",
    "decide_listing",
    "decide_delisting",
    "issue_list_decision",
)
"""Steps in which one person decides on what others have prepared."""
_OF_CLASSES: Final = frozenset({"decide_grassroots", "forward_filing", "file_province"})
"""Decisions that whoever inspected or signed before may not take."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a decision rests on: the proposal so far, and who put it forward when."""

    proposal: Proposal | None
    starred: tuple[Item, ...]
    by: tuple[User, ...]
    at: datetime | date | None
    opinion: Opinion | None
    candidate: ListCandidate | None = None
    """What is proposed for a supervision list, where the case is about one."""

    def signed_by(self, user: User, step: str) -> bool:
        """Whether the person stands among those who signed before and so may not decide."""
        proposal = self.proposal
        if proposal is None or step not in _OF_CLASSES:
            return False
        signers = {proposal.proposed_by_id, proposal.second_signer_id}
        if step != "decide_grassroots":
            signers.add(proposal.agreed_by_id)
        if step == "file_province":
            signers.add(proposal.forwarded_by_id)
        return user.pk in signers


def approvals_of(people: Iterable[User]) -> QuerySet[WorkItem]:
    """Decisions taken by one of these people, or waiting within their reach."""
    return mine_or_waiting(people).filter(step__in=DECISIONS)


def summaries_of(items: Sequence[WorkItem]) -> dict[int, Summary]:
    """The summary of each case; two queries however many they are, a third where some are about lists."""
    cases = [item.case_id for item in items]
    opinions = {opinion.case_id: opinion for opinion in latest_opinions(cases)}
    proposals = {proposal.case_id: proposal for proposal in _latest_proposals(cases)}
    summaries = {
        item.case_id: _summary(item, proposals.get(item.case_id), opinions.get(item.case_id)) for item in items
    }
    listing = [item.case_id for item in items if item.case.procedure in LIST_PROCEDURES]
    for candidate in ListCandidate.objects.filter(case__in=listing) if listing else ():
        if candidate.case_id is not None:
            summaries[candidate.case_id] = replace(summaries[candidate.case_id], candidate=candidate)
    return summaries


def _latest_proposals(cases: Sequence[int]) -> QuerySet[Proposal]:
    last = Proposal.objects.filter(case__in=cases).order_by().values("case").annotate(last=Max("pk")).values("last")
    return Proposal.objects.filter(pk__in=last).select_related("proposed_by", "second_signer")


def _summary(item: WorkItem, proposal: Proposal | None, opinion: Opinion | None) -> Summary:
    starred: tuple[Item, ...] = ()
    if proposal is not None:
        failed = set(proposal.directional_failed)
        starred = tuple(each for each in classifying_pack(proposal.pack).items if each.number in failed)
    if item.step in _OF_CLASSES and proposal is not None:
        signers = tuple(each for each in (proposal.proposed_by, proposal.second_signer) if each is not None)
        return Summary(proposal, starred, signers, proposal.proposed_on, opinion)
    if opinion is not None and opinion.author is not None:
        return Summary(proposal, starred, (opinion.author,), opinion.decided_at.astimezone(LEGAL_ZONE), opinion)
    if item.step == "approve_inspection":
        opener = (item.case.opened_by,) if item.case.opened_by else ()
        return Summary(None, (), opener, item.case.opened_at.astimezone(LEGAL_ZONE), None)
    return Summary(proposal, starred, (), None, opinion)
