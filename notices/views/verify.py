"""For everybody: is this document genuine? The answer names no enterprise and no class (Trial Measures, art. 13)."""

import hashlib
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from notices.forms.verify import CodeForm, CompareForm
from notices.models import Document
from notices.packs import kind_of
from notices.selectors.documents import document_by_code

TRIES: Final = 30
SECONDS: Final = 60


def _too_many(request: HttpRequest) -> bool:
    """Whether this address has asked more often than people do: codes are not to be guessed by machine."""
    key = f"verify:{hashlib.sha256(request.META.get('REMOTE_ADDR', '').encode()).hexdigest()}"
    cache.add(key, 0, SECONDS)
    try:
        return int(cache.incr(key)) > TRIES
    except ValueError:  # it expired between the two lines
        cache.set(key, 1, SECONDS)
        return False


def _refuse(request: HttpRequest) -> HttpResponse:
    response = render(request, "notices/verify.html", {"form": CodeForm(), "too_many": True}, status=429)
    response["Retry-After"] = str(SECONDS)
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def verify_start(request: HttpRequest) -> HttpResponse:
    """Where the code is typed in."""
    form = CodeForm(request.POST or None)
    if form.is_valid() and form.cleaned_data["code"]:
        return redirect("verify", form.cleaned_data["code"])
    return render(request, "notices/verify.html", {"form": form})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Genuine or not, with kind, number, issuer, day and state; a PDF can be compared, and is not kept."""
    if _too_many(request):
        return _refuse(request)
    document = document_by_code(code)
    if document is None or document.issued is None:
        return render(request, "notices/verify.html", {"form": CodeForm(), "unknown": True}, status=404)
    compare = CompareForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"answer": _answer(document), "compare": compare, "form": CodeForm()}
    if request.method == "POST" and compare.is_valid():
        context["same"] = _same(document, compare.cleaned_data["file"])
    return render(request, "notices/verify.html", context)


def _answer(document: Document) -> dict[str, Any]:
    """All that is told; a key more here is told to the whole world."""
    issue = document.issued
    assert issue is not None
    return {
        "kind": kind_of(document.kind).zh,
        "number": issue.number,
        "issuer": document.body.name,
        "issued_on": issue.issued_on,
        "void": document.state == Document.State.VOIDED,
    }


def _same(document: Document, upload: UploadedFile) -> bool:
    """Whether the file is the issued one, byte by byte; larger files than we accept cannot be."""
    kept = getattr(document, "file", None)
    if kept is None or (upload.size or 0) > settings.UPLOAD_MAX_MB * 1024 * 1024:
        return False
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return bool(digest.hexdigest() == kept.sha256)
