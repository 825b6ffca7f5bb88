"""The first page after signing in, by what the person is there for."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone

from cases.models import User
from cases.views.addresses import page_address

FIRST_PAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("inbox", ("inspector", "responsible_officer")),
    ("approvals", ("grassroots_lead", "body_head", "unit_head", "city_officer", "province_officer")),
    ("oversight", ("overseer",)),
    ("candidate_list", ("list_admin",)),
    ("enterprise_list", ("platform_admin",)),
)
"""Page and the roles it is the first page of; with several posts the person meets their own tasks before others'."""


def first_page(user: User | AnonymousUser) -> str:
    """Name of the page for the posts held today; everybody else has an inbox."""
    if isinstance(user, User):
        held = set(user.posts.active(timezone.localdate()).values_list("role", flat=True))
        for url_name, roles in FIRST_PAGES:
            if held.intersection(roles) and page_address(url_name):
                return url_name
    return "inbox"


def home(request: HttpRequest) -> HttpResponse:
    response: HttpResponseRedirect = redirect(first_page(request.user))
    return response
