"""Which documents a person may see: those of the cases in the places of their posts."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cases.models import Body, User
from cases.selectors.scope import within
from notices.models import BodySeal, Document


def documents_for(user: User | AnonymousUser) -> QuerySet[Document]:
    """Every document this person may see, newest first, with what a list shows of it; one query."""
    seen = Document.objects.filter(within(user, "view_case", "case__territorial_body"))
    return seen.select_related("issue", "file", "body", "case__enterprise").order_by("-pk")


def document_by_code(code: str) -> Document | None:
    """The issued document a verification code belongs to; for everybody, so it is shown by `verification` only."""
    return Document.objects.filter(issue__verify_code=code).select_related("issue", "file", "body").first()


def seal_in_use(body: Body) -> BodySeal | None:
    """The seal a body's documents are printed with now."""
    return BodySeal.objects.filter(body=body, withdrawn_at__isnull=True).first()
