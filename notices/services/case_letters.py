"""The letters of the main process, step by step: drafted by one person, issued by another, served (P1 nodes 16–20)."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition, Mend, require
from cases.guards.p1 import may_issue_interview, may_issue_order
from cases.models import Case, Interview, RectificationOrder
from cases.rules.errors import RuleError
from cases.selectors.cases import latest_proposal, open_order
from cases.services.audit import record_on_case
from cases.services.interview import SummonInterview, arrange_interview, latest_interview
from cases.services.lifecycle import advance, lock_case
from cases.services.opinions import choose, need_reason, record_opinion
from cases.services.order_rectification import DraftOrder, draft_order
from notices.models import Document, ServiceRecord
from notices.models.document import Kind
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from notices.services.papers import issue_paper, standing_document
from notices.services.record_service import ServiceFacts, record_service


@dataclass(frozen=True, slots=True)
class IssueLetter:
    """``outcome``: issue, or return to the drafter with a reason."""

    outcome: str
    reason: str = ""


def need_document(kind: str, subject: str) -> Document:
    document = standing_document(kind, subject)
    if document is None:
        raise RuleError("no_document", "The letter has not been drafted yet.")
    return document


def draft_once(case: Case, kind: str, subject: str, acting: Acting) -> Document:
    return standing_document(kind, subject) or draft_document(case=case, kind=kind, subject=subject, acting=acting)


def interview_letter(case: Case) -> Document | None:
    interview = case.interviews.order_by("-attempt").first()
    return standing_document(Kind.INTERVIEW_NOTICE, f"interview:{interview.pk}") if interview else None


def order_letter(case: Case) -> Document | None:
    order = open_order(case)
    return standing_document(Kind.RECTIFICATION_ORDER, f"order:{order.pk}") if order else None


@transaction.atomic
def draft_interview_letter(*, case_id: int, facts: SummonInterview, acting: Acting) -> Interview:
    interview = arrange_interview(case_id=case_id, facts=facts, acting=acting)
    draft_once(interview.case, Kind.INTERVIEW_NOTICE, f"interview:{interview.pk}", acting)
    return interview


@transaction.atomic
def issue_interview_letter(*, case_id: int, facts: IssueLetter, acting: Acting) -> Document:
    case = lock_case(case_id)
    require(may_issue_interview(case, acting))
    document = need_document(Kind.INTERVIEW_NOTICE, f"interview:{latest_interview(case).pk}")
    return decide_letter(case, document, facts, acting, step="issue_interview")


@transaction.atomic
def draft_order_letter(*, case_id: int, facts: DraftOrder, acting: Acting) -> RectificationOrder:
    order = draft_order(case_id=case_id, facts=facts, acting=acting)
    draft_once(order.case, Kind.RECTIFICATION_ORDER, f"order:{order.pk}", acting)
    return order


@transaction.atomic
def issue_order_letter(*, case_id: int, facts: IssueLetter, acting: Acting) -> Document:
    case = lock_case(case_id)
    require(may_issue_order(case, acting))
    order = open_order(case)
    if order is None:
        raise RuleError("no_document", "The letter has not been drafted yet.")
    document = need_document(Kind.RECTIFICATION_ORDER, f"order:{order.pk}")
    return decide_letter(case, document, facts, acting, step="issue_order")


def decide_letter(case: Case, document: Document, facts: IssueLetter, acting: Acting, *, step: str) -> Document:
    outcome = choose(facts.outcome, ("issue", "return"))
    reason = need_reason(facts.reason) if outcome == "return" else facts.reason.strip()
    if outcome == "issue":
        document = issue_document(document=document, acting=acting)
    record_opinion(case=case, step=step, outcome=outcome, reason=reason, acting=acting)
    record_on_case(case, step, acting, {"outcome": outcome, "document": document.pk, "reason": reason})
    return document


@transaction.atomic
def serve_interview_letter(*, case_id: int, facts: ServiceFacts, acting: Acting) -> ServiceRecord:
    case = lock_case(case_id)
    document = need_document(Kind.INTERVIEW_NOTICE, f"interview:{latest_interview(case).pk}")
    return record_service(document=document, facts=facts, acting=acting)


@transaction.atomic
def serve_order_letter(*, case_id: int, facts: ServiceFacts, acting: Acting) -> ServiceRecord:
    case = lock_case(case_id)
    order = open_order(case)
    if order is None:
        raise RuleError("no_document", "The letter has not been drafted yet.")
    document = need_document(Kind.RECTIFICATION_ORDER, f"order:{order.pk}")
    return record_service(document=document, facts=facts, acting=acting)


@transaction.atomic
def letter_served(*, case_id: int, event: str, acting: Acting) -> Case:
    """The served letter moves the case on: ``summon`` or ``order_served``."""
    case = lock_case(case_id)
    advance(case, event)
    return case


@transaction.atomic
def issue_classification_form(*, case_id: int, acting: Acting) -> Document:
    """The filled 通用规则 form, a paper of the file, once the filing is noted."""
    case = lock_case(case_id)
    proposal = latest_proposal(case)
    if proposal is None:
        raise RuleError("no_proposal", "Nothing has been proposed for this case yet.")
    return issue_paper(kind=Kind.GENERAL_RULES_FORM, subject=f"proposal:{proposal.pk}", acting=acting)


@transaction.atomic
def issue_visit_record(*, case_id: int, acting: Acting) -> Document:
    """The 回访记录, a paper of the file, once the visit is recorded."""
    case = lock_case(case_id)
    order = open_order(case)
    if order is None or not hasattr(order, "visit"):
        raise RuleError("no_visit", "No return visit has been recorded.")
    return issue_paper(kind=Kind.RETURN_VISIT_RECORD, subject=f"visit:{order.visit.pk}", acting=acting)


def no_draft_left(case: Case) -> Condition:
    return Condition(
        "no_draft_document",
        not Document.objects.filter(case=case, state=Document.State.DRAFT).exists(),
        _("Every drafted document must be issued or voided."),
        Mend(_("Documents of the case"), "case_detail", (case.pk,)),
    )
