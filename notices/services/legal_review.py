"""Read a draft for its legality before it is issued (法制审核; within ten working days, 程序规定 第五十五条)."""

from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction
from django.dispatch import receiver
from django.utils.translation import gettext_lazy

from cases.acting import Acting
from cases.guards.conditions import require
from cases.models import User
from cases.rules.errors import RuleError
from cases.selectors.notifications import register_wording
from cases.selectors.recipients import in_roles
from cases.services.deadlines import cancel_deadline, meet_deadline, start_deadline
from cases.services.notify import notify
from cases.services.opinions import choose, need_reason
from notices.guards.documents import may_review
from notices.models import Document, LegalReview
from notices.packs import kind_of
from notices.services.draft_document import lock_document, record_on_document
from notices.services.preview import wording
from notices.signals import document_drafted, document_voided

RULE: Final = "legal_review"
REVIEW_WANTED: Final = "legal_review_wanted"
REVIEWED: Final = "legal_review_done"

register_wording(REVIEW_WANTED, gettext_lazy("%(addressee)s: “%(title)s” is to be reviewed for its legality."))
register_wording(REVIEWED, gettext_lazy("%(addressee)s: the legal review of “%(title)s” is done."))


def review_subject(document: Document) -> str:
    return f"legal_review:{document.pk}"


def ask_for_review(document: Document, acting: Acting) -> None:
    """The draft stands: the clock of the review starts, and the reviewers of its body are told."""
    start_deadline(
        rule=RULE,
        subject=review_subject(document),
        case=document.case,
        enterprise=None if document.case else document.enterprise,
        start_on=acting.today,
        accountable_body=document.body,
        acting=acting,
    )
    reviewers = in_roles(document.body, ("legal_reviewer",), acting.today)
    _tell(document, REVIEW_WANTED, reviewers, f"{REVIEW_WANTED}:{document.pk}", acting)


@transaction.atomic
def review_document(*, document: Document, outcome: str, opinion: str, acting: Acting) -> LegalReview:
    """Pass the text as it stands, or return it to its drafter with a reason. RuleError; Blocked."""
    document = lock_document(document)
    require(may_review(document, acting))
    outcome = choose(outcome, tuple(LegalReview.Outcome.values))
    returned = outcome == LegalReview.Outcome.RETURNED
    review = LegalReview.objects.create(
        document=document,
        outcome=outcome,
        opinion=need_reason(opinion, field="opinion") if returned else opinion.strip(),
        fields=document.fields,
        text_sha256=wording(document, acting),
        reviewer=acting.person,
        on_behalf_of=acting.on_behalf_of,
        reviewed_at=acting.at,
    )
    if not returned:
        meet_deadline(subject=review_subject(document), case=document.case, on=acting.today, acting=acting)
    data = {"document": document.pk, "kind": document.kind, "outcome": outcome, "reason": review.opinion}
    record_on_document(document, "document.reviewed", acting, data)
    if document.drafted_by is not None:
        _tell(document, REVIEWED, [document.drafted_by], f"{REVIEWED}:{review.pk}", acting)
    return review


def require_reviewed_text(document: Document, acting: Acting) -> None:
    """The facts of the record must be those that were read, too. RuleError `changed_since_review`."""
    passed = document.reviews.filter(outcome=LegalReview.Outcome.PASSED).order_by("-pk").first()
    if passed is None or passed.text_sha256 != wording(document, acting):
        raise RuleError(
            "changed_since_review",
            "What the document says has changed since its legal review; have it reviewed again.",
            "行政处罚法 第五十八条",
        )


@receiver(document_drafted, dispatch_uid="notices.ask_for_review")
def when_drafted(sender: Any, document: Document, acting: Acting, **kwargs: Any) -> None:
    if kind_of(document.kind).legal_review:
        ask_for_review(document, acting)


@receiver(document_voided, dispatch_uid="notices.no_review_any_more")
def when_voided(sender: Any, document: Document, acting: Acting, **kwargs: Any) -> None:
    cancel_deadline(subject=review_subject(document), case=document.case, reason="文书作废", acting=acting)


def _tell(document: Document, kind: str, users: Iterable[User], key: str, acting: Acting) -> None:
    data = {"title": kind_of(document.kind).zh, "addressee": document.addressee, "document": document.pk}
    notify(users=users, kind=kind, key=key, case=document.case, data=data, at=acting.at)
