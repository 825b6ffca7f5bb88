"""Who may draft, issue, serve and void a document: asked by page, service and API alike."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition, Mend
from cases.guards.parts import unconflicted_with
from cases.models import Body, Enterprise, User
from cases.selectors.scope import may
from notices.models import Document, LegalReview, ServiceRecord
from notices.packs import kind_of
from notices.selectors.copies import copy_in_force
from notices.selectors.owners import Owner
from notices.selectors.service import server_body, serving_permission


def _holds_any(user: User, codenames: Iterable[str], body: Body) -> Condition:
    return Condition(
        "permission",
        any(may(user, codename, body) for codename in codenames),
        _("Your post must allow this step at %(body)s.") % {"body": body.name},
    )


def may_draft(kind: str, owner: Owner, body: Body, acting: Acting) -> list[Condition]:
    """Draft a document of this kind that `body` will issue.

    A township officer drafts for the county, nobody for a body above unless the kind says so (`drafted_at`).
    """
    entry = kind_of(kind)
    where = body if entry.drafted_at == "issuer" else owner.place
    return [_holds_any(acting.authority, entry.draft, where), *_unconflicted(owner.enterprise, acting)]


def _unconflicted(enterprise: Enterprise | None, acting: Acting) -> list[Condition]:
    return [] if enterprise is None else [unconflicted_with(acting.person, enterprise.pk, acting)]


def may_issue(document: Document, acting: Acting) -> list[Condition]:
    """Approve, number and seal; for notices to the enterprise by somebody other than the drafter."""
    entry = kind_of(document.kind)
    conditions = [
        _still_a_draft(document),
        _holds_any(acting.authority, entry.issue, document.body),
        *_unconflicted(document.enterprise, acting),
    ]
    if entry.legal_review:
        conditions.append(_legally_reviewed(document))
    if entry.four_eyes:
        signers = {acting.person.pk, acting.authority.pk}
        other = Condition(
            "not_the_drafter",
            document.drafted_by_id is None or document.drafted_by_id not in signers,
            _("Somebody other than its drafter must approve this document."),
        )
        conditions.append(other)
    return conditions


def _legally_reviewed(document: Document) -> Condition:
    """The latest reading passed the text, and the drafter has changed nothing since."""
    latest = document.reviews.order_by("-pk").first()
    passed = latest is not None and latest.outcome == LegalReview.Outcome.PASSED and latest.fields == document.fields
    return Condition(
        "legally_reviewed",
        passed,
        _("Somebody of the legal unit must have passed the text as it stands."),
        clause="行政处罚法 第五十八条",
    )


def may_review(document: Document, acting: Acting) -> list[Condition]:
    """Read a draft for its legality; never one's own."""
    signers = {acting.person.pk, acting.authority.pk}
    return [
        Condition("needs_review", kind_of(document.kind).legal_review, _("Documents of this kind are not reviewed.")),
        _still_a_draft(document),
        _holds_any(acting.authority, ["review_document"], document.body),
        Condition(
            "not_the_drafter",
            document.drafted_by_id is None or document.drafted_by_id not in signers,
            _("Somebody other than its drafter must review this document."),
        ),
        *_unconflicted(document.enterprise, acting),
    ]


def _still_a_draft(document: Document) -> Condition:
    """Of two who issue at once the second is told who was first."""
    if document.issued is not None and document.issued.issued_by is not None:
        wording = _("%(name)s has issued it already, as %(number)s.")
        return Condition("draft", False, wording % {"name": document.issued.issued_by, "number": document.number})
    return Condition("draft", document.state == Document.State.DRAFT, _("The document must be a draft."))


def servable(document: Document) -> list[Condition]:
    """What holds of every service, whoever records it: person or, behind a link, the system."""
    page = Mend(_("Go to the document"), "document_detail", (document.pk,))
    issued = document.state == Document.State.ISSUED
    return [
        Condition("issued", issued, _("The document must be issued and not void."), None if issued else page),
        Condition("dispatched", kind_of(document.kind).served, _("Only documents that go out are served.")),
        Condition("not_served", document.served_on is None, _("It must not have been served already.")),
    ]


def may_serve(document: Document, acting: Acting, kind: str = "") -> list[Condition]:
    """Record an attempt at service; by public notice only with the approval of the head of the body (P14)."""
    return [
        *servable(document),
        _may_serve_by(document, acting, kind),
        *_unconflicted(document.enterprise, acting),
    ]


def may_deliver(document: Document, acting: Acting) -> list[Condition]:
    """Send the party a link to it: who may serve it electronically may, once it is printed."""
    printed = copy_in_force(document) is not None
    return [
        *may_serve(document, acting, ServiceRecord.Kind.ELECTRONIC),
        Condition("printed", printed, _("The PDF must have been printed, and signed where it is to be.")),
    ]


def _may_serve_by(document: Document, acting: Acting, kind: str) -> Condition:
    notice = may(acting.authority, "approve_public_notice", document.body)
    serve = may(acting.authority, serving_permission(document), server_body(document))
    if kind == ServiceRecord.Kind.PUBLIC_NOTICE:
        by_head = _("Service by public notice must be approved and recorded by the head of the body.")
        return Condition("permission", notice, by_head, clause="市场监督管理行政处罚程序规定 第八十二条第（五）项")
    wording = _("Your post must allow this step at %(body)s.") % {"body": server_body(document).name}
    return Condition("permission", serve or (notice and not kind), wording)


def may_void(document: Document, acting: Acting) -> list[Condition]:
    """Drop a draft, or declare an issued document void; its number stays used."""
    entry = kind_of(document.kind)
    draft = document.state == Document.State.DRAFT
    own_draft = draft and document.drafted_by_id is not None and document.drafted_by_id == acting.authority.pk
    permission = _holds_any(acting.authority, entry.issue, document.body)
    if own_draft and not permission.ok:
        permission = Condition("permission", True, permission.reason)
    return [
        Condition("not_void", document.state != Document.State.VOIDED, _("The document must not be void already.")),
        permission,
        *_unconflicted(document.enterprise, acting),
    ]
