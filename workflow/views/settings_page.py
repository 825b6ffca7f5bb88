"""What a person sets for themselves, and the way to what administrators set."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cases.acting import legal_date
from cases.models import User
from cases.packs.loader import load_roles
from cases.selectors.people import manages_people
from cases.views.deadline_settings import sees_periods


@dataclass(frozen=True, slots=True)
class Place:
    """One page of settings."""

    url: str
    icon: str
    title: str | Promise
    text: str | Promise


def _places(user: User) -> list[Place]:
    places = [
        Place(
            reverse("absence"),
            "calendar-due",
            _("Absence and substitution"),
            _("Say when you are away and who does your tasks meanwhile."),
        ),
        Place(
            reverse("own_password"),
            "lock",
            _("Password"),
            _("Change your password."),
        ),
        Place(
            reverse("view_list"),
            "star",
            _("Views"),
            _("Lists as you have kept them: share them, be told of them by mail."),
        ),
        Place(
            reverse("conflicts"),
            "scale",
            _("Conflicts of interest"),
            _("Declare the enterprises whose cases you must keep out of."),
        ),
        Place(
            reverse("pack_list"),
            "scale",
            _("Rule packs"),
            _("What the law says, as the programme applies it: every section, version and difference; drafts."),
        ),
    ]
    if sees_periods(user):
        places.append(
            Place(
                reverse("deadline_settings"),
                "clock",
                _("Deadlines"),
                _("Every period with its clause; assumptions can be set per body."),
            )
        )
    if manages_people(user):
        places += [
            Place(
                reverse("open_settings"),
                "adjustments-horizontal",
                _("Assumptions"),
                _("Values no source fixes, such as the yearly cap of inspections, as each body sets them."),
            ),
            Place(
                reverse("map_boundaries"),
                "map-2",
                _("Boundaries of areas"),
                _("Import the boundaries that the risk map draws, with their review number."),
            ),
            Place(
                reverse("people"),
                "users",
                _("People and posts"),
                _("Accounts, posts, enforcement certificates."),
            ),
            Place(
                reverse("component_sheet"),
                "columns-3",
                _("Component sheet"),
                _("All elements of the pages on one sheet."),
            ),
        ]
    return places


@require_GET
def settings_page(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    today = legal_date(timezone.now())
    roles = load_roles()
    posts = [
        {"role": roles[post.role], "post": post}
        for post in user.posts.active(today).select_related("body").order_by("body__position")
        if post.role in roles
    ]
    certificates = user.certificates.valid(today)
    context = {"places": _places(user), "posts": posts, "certificates": certificates}
    return render(request, "workflow/settings.html", context)
