"""What every view of documents starts with: who asks, when, and for which document."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from cases.acting import Acting
from cases.models import User
from notices.models import Document
from notices.selectors.documents import documents_for


def acting_of(request: HttpRequest) -> Acting:
    """The signed-in person, now."""
    assert isinstance(request.user, User)
    return Acting(user=request.user, at=timezone.now())


def visible_document(request: HttpRequest, pk: int) -> Document:
    """The document if this person may see it; else it does not exist for them (404)."""
    assert isinstance(request.user, User)
    return get_object_or_404(documents_for(request.user), pk=pk)
