"""What was typed into a form whose session had ended: carried, signed, over the sign-in page and back to the form."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.views.sign_in import SignInForm

SALT: Final = "kept-input"
KEPT_SECONDS: Final = 3600
"""How long after it was sent an input can still be taken up."""
MOST_BYTES: Final = 200_000
NEVER: Final = ("csrfmiddlewaretoken",)
WITHHELD: Final = "password"
"""Fields with this in their name are never carried."""


class KeepInputMiddleware(LoginRequiredMiddleware):
    """Asks for signing in; a form that was sent too late is not thrown away."""

    def handle_no_permission(  # type: ignore[override]  # the stubs know only of leading elsewhere
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        if request.method == "POST" and not request.headers.get("HX-Request") and not _by_script(request):
            kept = pack(request)
            if kept:
                path = request.get_full_path()
                context = {"form": SignInForm(request), "next": path, "kept": kept}
                return render(request, "registration/login.html", context, status=401)
        response: HttpResponse = super().handle_no_permission(request, view_func)
        return response


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def pack(request: HttpRequest) -> str:
    """The form as one signed text; empty where it is too large or there is nothing in it."""
    fields = [
        [name, value]
        for name in request.POST
        if name not in NEVER and WITHHELD not in name
        for value in request.POST.getlist(name)
    ]
    if not fields:
        return ""
    files = bool(request.FILES)
    kept = signing.dumps([request.get_full_path(), fields, files], salt=SALT, compress=True)
    return kept if len(kept) <= MOST_BYTES else ""


def take_up(request: HttpRequest, kept: str) -> HttpResponse | None:
    """The page that sends the kept form again, once somebody has signed in; None where it cannot be read (any more)."""
    try:
        path, fields, files = signing.loads(kept, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return None
    context = {"path": path, "fields": fields, "files": files}
    return render(request, "registration/take_up.html", context)
