"""Papers that follow from what was done: issued by the system, or by whoever did it, in the same transaction."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from cases.acting import Acting
from cases.models import Case, Escalation, Inspection, Interview, Opinion, Proposal
from notices.models import Document
from notices.packs import kind_of
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document


def standing_document(kind: str, subject: str) -> Document | None:
    """The document of a subject that has not been voided."""
    return Document.objects.exclude(state=Document.State.VOIDED).filter(kind=kind, subject=subject).first()


def issue_paper(*, kind: str, subject: str, acting: Acting) -> Document:
    """The paper of the subject: the one that stands, or drafted and issued now.

    Papers of the file are the system's; what bears a number of its own is issued by whoever acts.
    """
    system = Acting(user=None, at=acting.at)
    document = standing_document(kind, subject) or draft_document(kind=kind, subject=subject, acting=system)
    if document.state == Document.State.DRAFT:
        document = issue_document(document=document, acting=acting if kind_of(kind).numbered else system)
    return document


def papers_of_step(*, kinds: tuple[str, ...], case: Case, result: Any, acting: Acting) -> None:
    """The papers that the step of a case brings about, by what its service has answered."""
    for kind in kinds:
        subject = _SUBJECTS[kind](case, result)
        if subject is None:
            continue
        if kind_of(kind).served:  # somebody is to read and issue it
            draft_document(kind=kind, subject=subject, acting=Acting(user=None, at=acting.at))
        else:
            issue_paper(kind=kind, subject=subject, acting=acting)


def _latest_opinion(step: str) -> Callable[[Case, Any], str | None]:
    def subject(case: Case, result: Any) -> str | None:
        opinion = Opinion.objects.filter(case=case, step=step).order_by("-pk").first()
        return f"opinion:{opinion.pk}" if opinion else None

    return subject


def _visited(case: Case, inspection: Inspection) -> str | None:
    """A check of papers is no visit: nothing was seen on site, and nobody is told of it."""
    return None if inspection.desk else f"inspection:{inspection.pk}"


def _announced(case: Case, assignments: Any) -> str | None:
    return None if case.status == "review_due" else f"assignment:{assignments[0].pk}"


def _held(case: Case, interview: Interview) -> str | None:
    return f"interview:{interview.pk}" if interview.outcome == Interview.Outcome.HELD else None


def _noted(case: Case, proposal: Proposal) -> str | None:
    return f"proposal:{proposal.pk}" if proposal.outcome == Proposal.Outcome.NOTED else None


def _recalled(case: Case, escalations: list[Escalation]) -> str | None:
    recall = next((each for each in escalations if each.kind == Escalation.Kind.RECALL), None)
    return f"escalation:{recall.pk}" if recall else None


_SUBJECTS: Final[Mapping[str, Callable[[Case, Any], str | None]]] = {
    "inspection_approval": _latest_opinion("approve_inspection"),
    "inspection_notice": _announced,
    "onsite_record": _visited,
    "interview_record": _held,
    "lead_transfer": lambda case, referral: f"referral:{referral.pk}",
    "filing_form": _noted,
    "closing_approval": _latest_opinion("close_case"),
    "recall_order": _recalled,
}
"""Which row a paper of a step speaks of; None where this outcome has no such paper."""
