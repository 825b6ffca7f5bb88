"""Which documents a person may see: those about what lies in the places of their posts."""

from functools import cache

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Q, QuerySet, Subquery

from cases.models import Body, User
from cases.selectors.scope import within
from notices.models import Addressee, BodySeal, Document, LegalReview
from notices.packs import document_kinds


def documents_for(user: User | AnonymousUser) -> QuerySet[Document]:
    """Every document this person may see, newest first, with what a list shows of it; one query.

    A letter to a body lies in that body's place, but is the issuer's own until it has been served; one to several
    bodies until it has been served on a body of theirs.
    """
    unsent = Q(kind__in=_to_bodies(), served_on__isnull=True)
    reached = Addressee.objects.filter(within(user, "view_case", "body"), served_on__isnull=False)
    issued_here = within(user, "view_case", "body")
    seen = Document.objects.filter(
        (within(user, "view_case", "place") & (~unsent | issued_here)) | Q(pk__in=reached.values("document"))
    )
    return seen.select_related("issue", "file", "signature", "body", "case", "enterprise").order_by("-pk")


@cache
def _to_bodies() -> tuple[str, ...]:
    """Kinds of letters in which a body tells bodies below it what it has decided."""
    return tuple(entry.kind for entry in document_kinds().values() if entry.to == "told_bodies")


def document_by_code(code: str) -> Document | None:
    """The issued document a verification code belongs to; for everybody, so it is shown by `verification` only."""
    found = Document.objects.filter(issue__verify_code=code)
    return found.select_related("issue", "file", "signature", "body").first()


def seal_in_use(body: Body) -> BodySeal | None:
    """The seal a body's documents are printed with now."""
    return BodySeal.objects.filter(body=body, withdrawn_at__isnull=True).first()


def issuers_for(user: User | AnonymousUser) -> QuerySet[Body]:
    """The bodies whose documents this person sees, for the filter."""
    return Body.objects.filter(pk__in=documents_for(user).order_by().values("body")).order_by("position")


def dispatched_kinds() -> list[str]:
    """The kinds that go out and must be served; papers of the file never are."""
    return [entry.kind for entry in document_kinds().values() if entry.served]


def narrowed(
    documents: QuerySet[Document], *, q: str = "", kind: str = "", state: str = "", body: Body | None = None
) -> QuerySet[Document]:
    """Documents that match the filter; `q` is part of the number or of the name of the addressee or enterprise."""
    if q:
        documents = documents.filter(
            Q(issue__number__icontains=q) | Q(addressee__icontains=q) | Q(enterprise__name__icontains=q)
        )
    if kind:
        documents = documents.filter(kind=kind)
    if state == "unserved":
        documents = documents.filter(state=Document.State.ISSUED, served_on__isnull=True, kind__in=dispatched_kinds())
    elif state == "unreviewed":
        wanted = [entry.kind for entry in document_kinds().values() if entry.legal_review]
        latest = LegalReview.objects.filter(document=OuterRef("pk")).order_by("-pk").values("outcome")[:1]
        drafts = documents.filter(state=Document.State.DRAFT, kind__in=wanted).annotate(read=Subquery(latest))
        documents = drafts.filter(Q(read__isnull=True) | ~Q(read=LegalReview.Outcome.PASSED))
    elif state:
        documents = documents.filter(state=state)
    return documents.filter(body=body) if body else documents
