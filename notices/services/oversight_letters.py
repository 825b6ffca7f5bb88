"""The notices of listed oversight: drafted by one person, issued by another, served (P5 steps 4 and 6)."""

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p5 import may_issue_lift, may_issue_listing
from cases.models import Case, ListedOversight
from cases.services.lifecycle import lock_case
from cases.services.listed_oversight import DraftOversight, draft_oversight, oversight_of, return_lifting
from notices.models import Document, ServiceRecord
from notices.models.document import Kind
from notices.services.case_letters import IssueLetter, decide_letter, draft_once, need_document
from notices.services.papers import standing_document
from notices.services.record_service import ServiceFacts, record_service
from notices.services.void_document import void_document

NOT_ISSUED = "解除挂牌督办通知书未予签发，退回重新研究"  # legal text: it stands in the file


def subject_of(oversight: ListedOversight) -> str:
    """What both notices speak of."""
    return f"oversight:{oversight.pk}"


def listing_notice(case: Case) -> Document | None:
    """The standing notice of listed oversight, if it has been drafted."""
    return _standing(case, Kind.LISTED_OVERSIGHT_NOTICE)


def lift_notice(case: Case) -> Document | None:
    """The standing notice of the lifting, if it has been drafted."""
    return _standing(case, Kind.OVERSIGHT_LIFT_NOTICE)


def _standing(case: Case, kind: str) -> Document | None:
    oversight = ListedOversight.objects.filter(case=case).first()
    return standing_document(kind, subject_of(oversight)) if oversight else None


@transaction.atomic
def draft_listing_notice(*, case_id: int, facts: DraftOversight, acting: Acting) -> ListedOversight:
    oversight = draft_oversight(case_id=case_id, facts=facts, acting=acting)
    draft_once(oversight.case, Kind.LISTED_OVERSIGHT_NOTICE, subject_of(oversight), acting)
    return oversight


@transaction.atomic
def issue_listing_notice(*, case_id: int, facts: IssueLetter, acting: Acting) -> Document:
    case = lock_case(case_id)
    require(may_issue_listing(case, acting))
    document = need_document(Kind.LISTED_OVERSIGHT_NOTICE, subject_of(oversight_of(case)))
    return decide_letter(case, document, facts, acting, step="issue_listing_notice")


@transaction.atomic
def serve_listing_notice(*, case_id: int, facts: ServiceFacts, acting: Acting) -> ServiceRecord:
    case = lock_case(case_id)
    document = need_document(Kind.LISTED_OVERSIGHT_NOTICE, subject_of(oversight_of(case)))
    return record_service(document=document, facts=facts, acting=acting)


@transaction.atomic
def draft_lift_notice(*, case_id: int, acting: Acting) -> Document:
    """Drafted by the system: all it says follows from the decision."""
    case = lock_case(case_id)
    return draft_once(case, Kind.OVERSIGHT_LIFT_NOTICE, subject_of(oversight_of(case)), acting)


@transaction.atomic
def issue_lift_notice(*, case_id: int, facts: IssueLetter, acting: Acting) -> Document:
    """Issue it, or give the lifting back to be decided on anew; the draft is dropped then."""
    case = lock_case(case_id)
    require(may_issue_lift(case, acting))
    document = need_document(Kind.OVERSIGHT_LIFT_NOTICE, subject_of(oversight_of(case)))
    document = decide_letter(case, document, facts, acting, step="issue_lift_notice")
    if facts.outcome == "return":
        document = void_document(document=document, reason=NOT_ISSUED, acting=Acting(user=None, at=acting.at))
        return_lifting(case_id=case_id, acting=acting)
    return document


@transaction.atomic
def serve_lift_notice(*, case_id: int, facts: ServiceFacts, acting: Acting) -> ServiceRecord:
    case = lock_case(case_id)
    document = need_document(Kind.OVERSIGHT_LIFT_NOTICE, subject_of(oversight_of(case)))
    return record_service(document=document, facts=facts, acting=acting)
