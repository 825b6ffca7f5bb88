"""The letters of supervision lists, step by step: the notice and, once decided, the decision (P4 steps 3, 4 and 6)."""

from dataclasses import dataclass

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.lists import may_issue_list_decision, may_issue_list_notice
from cases.models import Case, ListNotice, Procedure
from cases.rules.errors import RuleError
from cases.services.audit import record_on_case
from cases.services.lifecycle import lock_case
from cases.services.list_notice import DraftListNotice, prepare_list_notice, start_views
from cases.services.opinions import need_reason, record_opinion
from notices.models import Document, ServiceRecord
from notices.models.document import Kind
from notices.services.case_letters import IssueLetter, decide_letter, need_document
from notices.services.draft_document import draft_document, edit_draft
from notices.services.issue_document import issue_document
from notices.services.papers import standing_document
from notices.services.record_service import ServiceFacts, record_service


@dataclass(frozen=True, slots=True)
class IssueListDecision:
    """``contact``: whom the unit turns to with questions."""

    contact: str


def list_notice_letter(case: Case) -> Document | None:
    notice = ListNotice.objects.filter(case=case).first()
    return standing_document(Kind.LISTING_NOTICE, _notice_subject(notice)) if notice else None


def list_decision_letter(case: Case) -> Document | None:
    return standing_document(_decision_kind(case), _decision_subject(case))


@transaction.atomic
def draft_list_letter(*, case_id: int, facts: DraftListNotice, acting: Acting) -> ListNotice:
    """The notice of the proposed entry; drafted anew after a return, its text is replaced."""
    notice = prepare_list_notice(case_id=case_id, facts=facts, acting=acting)
    fields = {"facts": facts.facts, "contact": facts.contact}
    subject = _notice_subject(notice)
    document = standing_document(Kind.LISTING_NOTICE, subject)
    if document is None:
        draft_document(case=notice.case, kind=Kind.LISTING_NOTICE, subject=subject, fields=fields, acting=acting)
    else:
        edit_draft(document=document, fields={**document.fields, **fields}, acting=acting)
    return notice


@transaction.atomic
def issue_list_letter(*, case_id: int, facts: IssueLetter, acting: Acting) -> Document | None:
    case = lock_case(case_id)
    require(may_issue_list_notice(case, acting))
    if list_notice_letter(case) is None and facts.outcome == "return":  # the draft was dropped: write another
        _return_without_draft(case, facts, acting)
        return None
    document = need_document(Kind.LISTING_NOTICE, _notice_subject(case.list_notice))
    return decide_letter(case, document, facts, acting, step="issue_list_notice")


def _return_without_draft(case: Case, facts: IssueLetter, acting: Acting) -> None:
    reason = need_reason(facts.reason)
    record_opinion(case=case, step="issue_list_notice", outcome="return", reason=reason, acting=acting)
    record_on_case(case, "issue_list_notice", acting, {"outcome": "return", "reason": reason})


@transaction.atomic
def serve_list_letter(*, case_id: int, facts: ServiceFacts, acting: Acting) -> ServiceRecord:
    case = lock_case(case_id)
    document = need_document(Kind.LISTING_NOTICE, _notice_subject(case.list_notice))
    return record_service(document=document, facts=facts, acting=acting)


@transaction.atomic
def list_notice_served(*, case_id: int, acting: Acting) -> ListNotice:
    """The served notice opens the period for the unit's views."""
    case = lock_case(case_id)
    document = need_document(Kind.LISTING_NOTICE, _notice_subject(case.list_notice))
    if document.served_on is None:
        raise RuleError("not_served", "The letter does not count as served yet.")
    return start_views(case_id=case_id, served_on=document.served_on, acting=acting)


def notice_stands(case: Case) -> bool:
    """Whether the notice has been served and not been declared void."""
    document = list_notice_letter(case)
    return document is not None and document.served_on is not None


def decision_was_told(case: Case) -> bool:
    """Whether the letter of the decision has been served and not been declared void."""
    document = list_decision_letter(case)
    return document is not None and document.served_on is not None


@transaction.atomic
def draft_list_decision(*, case_id: int, acting: Acting) -> Document:
    """The letter that tells the unit what was decided, drafted by the system from the decision."""
    case = lock_case(case_id)
    notice = list_notice_letter(case) if case.procedure == Procedure.LISTING else None
    contact = notice.fields.get("contact", "") if notice else ""
    return list_decision_letter(case) or draft_document(
        case=case,
        kind=_decision_kind(case),
        subject=_decision_subject(case),
        fields={"contact": contact} if contact else {},
        acting=acting,
    )


@transaction.atomic
def issue_list_decision(*, case_id: int, facts: IssueListDecision, acting: Acting) -> Document:
    """Number and seal it; it says what the head has decided, so nothing is left to be returned."""
    case = lock_case(case_id)
    require(may_issue_list_decision(case, acting))
    contact = need_reason(facts.contact, field="contact")
    document = draft_list_decision(case_id=case_id, acting=Acting(user=None, at=acting.at))  # where one was dropped
    document = edit_draft(document=document, fields={**document.fields, "contact": contact}, acting=acting)
    document = issue_document(document=document, acting=acting)
    record_opinion(case=case, step="issue_list_decision", outcome="issue", acting=acting)
    record_on_case(case, "issue_list_decision", acting, {"outcome": "issue", "document": document.pk})
    return document


@transaction.atomic
def serve_list_decision(*, case_id: int, facts: ServiceFacts, acting: Acting) -> ServiceRecord:
    case = lock_case(case_id)
    document = need_document(_decision_kind(case), _decision_subject(case))
    return record_service(document=document, facts=facts, acting=acting)


def _notice_subject(notice: ListNotice) -> str:
    return f"list_notice:{notice.pk}"


def _decision_kind(case: Case) -> str:
    return Kind.LISTING_DECISION if case.procedure == Procedure.LISTING else Kind.DELISTING_NOTICE


def _decision_subject(case: Case) -> str:
    return f"candidate:{case.list_candidate.pk}"
