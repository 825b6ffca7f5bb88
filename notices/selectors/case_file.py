"""Which case files a person may see: those of the cases in the places of their posts."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cases.models import User
from cases.selectors.scope import within
from notices.models import CaseFile


def case_files_for(user: User | AnonymousUser) -> QuerySet[CaseFile]:
    """Every building of a case file this person may see, the latest first, without what it was built from."""
    seen = CaseFile.objects.filter(within(user, "view_case", "case__territorial_body"))
    return seen.select_related("case", "asked_by").defer("contents", "parts").order_by("-pk")
