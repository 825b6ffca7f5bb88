"""What stands under the bell."""

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cases.models import Notification, User
from cases.selectors.notifications import notifications_of, unread_count, wording_of
from cases.services.notify import mark_read

ROWS: Final = 25
ICONS: Final = {
    "deadline_reminder": "clock",
    "deadline_overdue": "alert-triangle",
    "deadline_escalated": "flag",
    "deadline_urged": "speakerphone",
    "calendar_missing": "calendar-due",
    "lock_given": "lock",
    "locks_given": "lock",
    "lock_changed": "lock",
    "event_reported": "alert-triangle",
    "event_reported_again": "alert-triangle",
    "event_objection_over": "clock",
    "candidates_found": "filter",
    "view_digest": "star",
}
OWN_UNITS: Final = ("lock_given", "locks_given")
INCIDENTS: Final = "incident."
"""How the kinds of news about incidents begin."""


@require_GET
def notification_list(request: HttpRequest) -> HttpResponse:
    """A person's own news, the latest first; `?unread=1` leaves out what was read."""
    user = _person(request)
    news = notifications_of(user)
    only_unread = request.GET.get("unread") == "1"
    page = Paginator(news.filter(read_at__isnull=True) if only_unread else news, ROWS).get_page(request.GET.get("page"))
    rows = [
        {
            "news": item,
            "text": wording_of(item.kind, item.data),
            "icon": "alert-triangle" if item.kind.startswith(INCIDENTS) else ICONS.get(item.kind, "bell"),
            "url": _url(item),
        }
        for item in page.object_list
    ]
    context = {"page": page, "rows": rows, "unread": unread_count(user), "only_unread": only_unread}
    return render(request, "cases/notifications/list.html", context)


@require_POST
def notifications_read(request: HttpRequest) -> HttpResponse:
    """Mark one (`notification`) or all of a person's notifications as read."""
    chosen = [int(value) for value in request.POST.getlist("notification") if value.isdigit()]
    mark_read(user=_person(request), ids=chosen or None, at=timezone.now())
    return redirect("notification_list")


def _person(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):  # pragma: no cover - the middleware has asked everybody to sign in
        raise TypeError("a signed-in person is needed")
    return user


def _url(item: Notification) -> str:
    """Where the news leads: the incidents, one's units, its deadline, else its case, else nowhere."""
    if item.kind.startswith(INCIDENTS):
        return reverse("incidents")
    if item.kind == "candidates_found":
        return reverse("candidate_list")
    if item.kind in OWN_UNITS:
        return reverse("my_locks")
    targets = [
        ("officer_locks", item.data.get("officer")),
        ("event_detail", item.data.get("event")),
        ("view_page", item.data.get("saved_view")),
        ("deadline_detail", item.data.get("deadline")),
        ("case_detail", item.case_id),
    ]
    for name, key in targets:
        if key is not None:
            try:
                return reverse(name, args=[key])
            except NoReverseMatch:
                continue
    return ""
