"""Tell subscribers what a saved view shows them now: by mail, on the days of their rhythm, and only news.

What is told is computed for each subscriber at that moment, so nobody is told of rows they may not see (any more).
"""

import hashlib
import logging
from datetime import date, datetime, time
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.acting import LEGAL_ZONE, Acting
from cases.models.list_view import ViewSubscription
from cases.rules.working_days import WorkCalendar
from cases.selectors.calendar import work_calendar
from cases.selectors.list_kinds import ListKind, list_kind, opens
from cases.selectors.notifications import register_wording
from cases.selectors.saved_views import views_of
from cases.services.notify import notify
from cases.services.outbox import send_mail_later

logger = logging.getLogger(__name__)

EARLIEST: Final = time(7, 0)
"""Before this time of day nobody is written to."""
TOLD: Final = 10
"""Rows that a digest names."""
COMPARED: Final = 5_000
"""Rows by which a digest is compared with the last; what lies beyond is only counted."""
VIEW_DIGEST: Final = "view_digest"
register_wording(VIEW_DIGEST, gettext_lazy("Your view “%(view)s” has news: %(number)s rows."))


def send_digests(*, now: datetime) -> int:
    """Look at every subscription whose day has come; how many digests were written. Safe to run at any time, twice."""
    moment = now.astimezone(LEGAL_ZONE)
    today = moment.date()
    if moment.time() < EARLIEST:
        return 0
    waiting = ViewSubscription.objects.exclude(checked_on__gte=today).values_list("pk", "rhythm", "checked_on")
    calendar = work_calendar() if waiting else None
    written = 0
    for pk, rhythm, checked_on in list(waiting):
        assert calendar is not None
        if not _due(rhythm, checked_on, today, calendar):
            continue
        try:
            written += _tell(pk, today, now)
        except Exception:  # one list that cannot be read must not keep the others waiting; it is tried again
            logger.exception("digest of subscription %s failed", pk)
    return written


def _due(rhythm: str, checked_on: date | None, today: date, calendar: WorkCalendar) -> bool:
    if not calendar.is_workday(today):
        return False
    weekly = rhythm == ViewSubscription.Rhythm.WEEKLY
    return not (weekly and checked_on is not None and checked_on.isocalendar()[:2] == today.isocalendar()[:2])


@transaction.atomic
def _tell(pk: int, today: date, now: datetime) -> bool:
    rows = ViewSubscription.objects.select_for_update(of=("self",)).select_related("view", "user")
    subscription = rows.filter(pk=pk).exclude(checked_on__gte=today).first()
    if subscription is None:
        return False
    user, kind = subscription.user, list_kind(subscription.view.list_code)
    reachable = views_of(user, today).filter(pk=subscription.view_id).exists()
    if kind is None or not user.is_active or not reachable or not opens(kind, user):
        subscription.delete()
        return False
    before, first = subscription.told, not subscription.told
    with translation.override(user.language):
        number, lines, subscription.told = _found(kind, Acting(user, now), subscription.view.query)
    subscription.checked_on = today
    subscription.save(update_fields=["told", "checked_on"])
    if subscription.told == before or (first and not number):
        return False
    _write(subscription, kind, number, lines, today, now)
    return True


def _found(kind: ListKind, acting: Acting, query: str) -> tuple[int, list[str], str]:
    """How many rows, the first of them in words, and a hash that changes whenever other rows are there."""
    rows = kind.rows(acting, QueryDict(query))
    keys = list(rows.order_by().values_list("pk", flat=True).order_by("pk")[:COMPARED])
    number = len(keys) if len(keys) < COMPARED else rows.order_by().count()
    lines = [kind.line(row) for row in kind.prepared(rows)[:TOLD]]
    return number, lines, hashlib.sha256(f"{number}:{keys}".encode()).hexdigest()


def _write(
    subscription: ViewSubscription, kind: ListKind, number: int, lines: list[str], today: date, now: datetime
) -> None:
    user, view = subscription.user, subscription.view
    key = f"view:{view.pk}:{today}"
    news = {"view": view.name, "number": number, "saved_view": view.pk}
    notify(users=[user], kind=VIEW_DIGEST, key=key, data=news, at=now)
    if not user.email:
        return
    with translation.override(user.language):
        subject = ngettext("%(view)s: %(number)s row", "%(view)s: %(number)s rows", number)
        subject %= {"view": view.name, "number": number}
        body = _body(kind, view.pk, view.name, number, lines)
    send_mail_later(recipient=user.email, subject=subject, body=body, key=f"{key}:user:{user.pk}", at=now)


def _body(kind: ListKind, pk: int, name: str, number: int, lines: list[str]) -> str:
    site = settings.PUBLIC_URL.rstrip("/")
    words: dict[str, Any] = {"list": kind.title, "view": name, "number": number}
    head = ngettext("%(list)s, “%(view)s”: %(number)s row now.", "%(list)s, “%(view)s”: %(number)s rows now.", number)
    more = [_("… and %(number)s more") % {"number": number - len(lines)}] if number > len(lines) else []
    return "\n".join(
        [
            head % words,
            "",
            *[f"{place}. {line}" for place, line in enumerate(lines, start=1)],
            *more,
            "",
            _("Open the view: %(url)s") % {"url": f"{site}{reverse(kind.url_name)}?view={pk}"},
            _("You asked for this mail. End it here: %(url)s") % {"url": f"{site}{reverse('view_page', args=[pk])}"},
        ]
    )
