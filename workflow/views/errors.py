"""Pages for what went wrong: what happened, and what to do now."""

import logging
import secrets

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from cases.rules.errors import StatedError

logger = logging.getLogger(__name__)


def _frame(request: HttpRequest) -> str:
    """Somebody signed in keeps the navigation, so that they can go on."""
    user = getattr(request, "user", None)
    return "base.html" if user is not None and user.is_authenticated else "base_public.html"


def _page(request: HttpRequest, template: str, status: int, **context: object) -> HttpResponse:
    return render(request, template, {"frame": _frame(request), **context}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 for a request that is too large to be read."""
    if isinstance(exception, RequestDataTooBig):
        return _page(request, "413.html", 413, limit=settings.UPLOAD_MAX_MB)
    return _page(request, "400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 with the reason, where the guard that refused has stated one, and the way to the case it was about."""
    cause = exception if isinstance(exception, StatedError) else exception.__cause__
    reason = cause.message if isinstance(cause, StatedError) else str(exception)
    return _page(request, "403.html", 403, reason=reason, beside=getattr(exception, "beside", ""))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, drawn without the database, which may be what broke; the reference finds the entry in the log."""
    reference = secrets.token_hex(4)
    logger.error("Reference %s: %s %s", reference, request.method, request.path)
    language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    with translation.override(language):
        return HttpResponse(render_to_string("500.html", {"reference": reference}), status=500)
