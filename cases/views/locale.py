"""The language of a request: the person's own choice, else the browser's cookie, else Chinese."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def language_of(request: HttpRequest) -> str:
    """Accept-Language is not asked: office browsers are often installed in English for people who work in Chinese."""
    saved = getattr(request.user, "language", "") if request.user.is_authenticated else ""
    chosen = saved or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE


class UserLocaleMiddleware:
    """Speaks the language of the person; stands behind the authentication middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response
