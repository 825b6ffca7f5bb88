"""Choices a person makes about the pages: language, light or dark, keyboard shortcuts."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from cases.models import User
from cases.views.locale import LANGUAGES

THEME_COOKIE = "theme"
THEMES = (User.Theme.LIGHT.value, User.Theme.DARK.value)
A_YEAR = 365 * 24 * 3600
"""Seconds a browser keeps the choice."""


def safe_next(request: HttpRequest, fallback: str = "home") -> str:
    """Where to go on: the `next` of the form if it stays on this host, else the page named `fallback`."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return target
    return resolve_url(fallback)


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on: kept with the account, and in the browser for the sign-in page."""
    language = request.POST.get("language", "")
    if language not in LANGUAGES:
        return HttpResponseBadRequest()
    if isinstance(request.user, User):
        request.user.language = language
        request.user.save(update_fields=["language"])
    response = HttpResponseRedirect(safe_next(request))
    _remember(response, settings.LANGUAGE_COOKIE_NAME, language)
    return response


@require_POST
def set_shortcuts(request: HttpRequest) -> HttpResponse:
    """Keyboard shortcuts on or off for this account."""
    wanted = request.POST.get("shortcuts", "")
    if wanted not in ("on", "off") or not isinstance(request.user, User):
        return HttpResponseBadRequest()
    request.user.shortcuts = wanted == "on"
    request.user.save(update_fields=["shortcuts"])
    return HttpResponseRedirect(safe_next(request))


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Light or dark from now on, in this browser; the account's own default stands in the settings."""
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        return HttpResponseBadRequest()
    response = HttpResponseRedirect(safe_next(request))
    _remember(response, THEME_COOKIE, theme)
    return response
