"""Tells the browser, with each page, whose it is: the service worker lets go of what a predecessor left behind."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from cases.models import User

HEADER: Final = "X-Account"


def account_of(user: User) -> str:
    """A name for the account that says nothing of the person."""
    return salted_hmac("cases.account", str(user.pk), algorithm="sha256").hexdigest()[:20]


class AccountHeaderMiddleware:
    """Adds the account to every page of somebody signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and isinstance(request.user, User):
            response.headers[HEADER] = account_of(request.user)
        return response
