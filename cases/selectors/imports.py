"""Which imports a person may see, and where they may import."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from cases.models.body import Body
from cases.models.imports import ImportBatch
from cases.models.people import User
from cases.selectors.scope import held_bodies, within

PERMISSION = "import_enterprises"


def visible_imports(user: User | AnonymousUser) -> QuerySet[ImportBatch]:
    """Imports into bodies where the person may import: their rejected rows hold what others typed."""
    rows = ImportBatch.objects.filter(within(user, PERMISSION, "body"))
    return rows.select_related("body", "created_by").order_by("-created_at", "-pk")


def bodies_to_import_into(user: User | AnonymousUser) -> QuerySet[Body]:
    """The bodies on which the person holds the permission and those one level below, the highest first."""
    tops = Q(pk__in=[])
    for first, _last in held_bodies(user, PERMISSION):
        tops |= Q(position=first) | Q(parent__position=first)
    return Body.objects.filter(tops).filter(within(user, PERMISSION, "")).order_by("position")
