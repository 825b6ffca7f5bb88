"""Which imports a person may see, and where they may import."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cases.models.body import Body
from cases.models.imports import ImportBatch
from cases.models.people import User
from cases.selectors.enterprises import topmost
from cases.selectors.scope import within

PERMISSION = "import_enterprises"


def visible_imports(user: User | AnonymousUser) -> QuerySet[ImportBatch]:
    """Imports into bodies where the person may import: their rejected rows hold what others typed."""
    rows = ImportBatch.objects.filter(within(user, PERMISSION, "body"))
    return rows.select_related("body", "created_by", "applied_by").order_by("-created_at", "-pk")


def listed_imports(user: User | AnonymousUser, kind: str = "") -> QuerySet[ImportBatch]:
    """The same for a list, of one kind if it is said; what only one page shows is left out."""
    rows = visible_imports(user).defer("verdicts", "samples", "header")
    return rows.filter(kind=kind) if kind else rows


def bodies_to_import_into(user: User | AnonymousUser) -> QuerySet[Body]:
    """The bodies on which the person holds the permission and those one level below, the highest first."""
    held = Body.objects.filter(within(user, PERMISSION, ""))
    return held.filter(topmost(user, PERMISSION)).order_by("position")
