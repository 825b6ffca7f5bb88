"""For everybody: is this document genuine? The answer names no enterprise and no class (Trial Measures, art. 13)."""

from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from notices.forms.verify import CodeForm, CompareForm
from notices.selectors.verification import verified
from notices.services.check_copy import check_copy
from notices.views.rate_limit import too_often

TRIES: Final = 30
SECONDS: Final = 60


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
    """Genuine or not, and its state; a PDF can be compared and its signature checked, and is not kept."""
    if too_often(request, "verify", tries=TRIES, seconds=SECONDS):  # codes are not to be guessed by machine
        return _refuse(request)
    found = verified(code)
    if found is None:
        return render(request, "notices/verify.html", {"form": CodeForm(), "unknown": True}, status=404)
    compare = CompareForm(request.POST, request.FILES) if request.method == "POST" else CompareForm()
    context: dict[str, Any] = {"answer": found.told, "compare": compare, "form": CodeForm()}
    status = 200
    if compare.is_valid():
        data = b"".join(compare.cleaned_data["file"].chunks())
        context["checked"] = check_copy(data, found, at=timezone.now())
    elif compare.is_bound:
        status = 422
    return render(request, "notices/verify.html", context, status=status)
