"""Tell people something: one line under the bell, once, however often it is said; and by mail where that is asked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from cases.models.case import Case
from cases.models.deadline import Notification
from cases.models.people import User
from cases.selectors.notifications import wording_of
from cases.services.outbox import send_mail_later


@transaction.atomic
def notify(
    *,
    users: Iterable[User],
    kind: str,
    key: str,
    case: Case | None = None,
    data: dict[str, Any],
    at: datetime,
    mail: bool = False,
) -> list[User]:
    """Tell `users` the news `key`; who has heard it already is left alone. Answers those told now.

    `kind` chooses the words (`cases.selectors.notifications.register_wording`) and `data` fills them. With `mail`, who
    has an address also gets it through the outbox. LookupError for a kind without words.
    """
    wording_of(kind, data)
    told = {user.pk: user for user in users if user.is_active}
    heard = set(Notification.objects.filter(key=key, user__in=told).values_list("user", flat=True))
    fresh = [user for pk, user in told.items() if pk not in heard]
    Notification.objects.bulk_create(
        [Notification(user=user, kind=kind, key=key, case=case, data=data, created_at=at) for user in fresh],
        ignore_conflicts=True,  # two at once: the constraint lets one of them through
    )
    if mail:
        _mail(fresh, kind, key, data, at)
    return fresh


@transaction.atomic
def notify_each(*, news: Mapping[User, dict[str, Any]], kind: str, key: str, at: datetime) -> list[User]:
    """Tell each of these users the news `key` filled with data of their own, under the bell; as `notify`, in bulk."""
    told = {user.pk: user for user in news if user.is_active}
    heard = set(Notification.objects.filter(key=key, user__in=told).values_list("user", flat=True))
    fresh = [user for pk, user in told.items() if pk not in heard]
    for user in fresh:
        wording_of(kind, news[user])
    Notification.objects.bulk_create(
        [Notification(user=user, kind=kind, key=key, data=news[user], created_at=at) for user in fresh],
        ignore_conflicts=True,
    )
    return fresh


@transaction.atomic
def mark_read(*, user: User, ids: Iterable[int] | None = None, at: datetime) -> int:
    """Mark a person's own unread notifications as read, all of them where `ids` is None; answers how many."""
    unread: QuerySet[Notification] = Notification.objects.filter(user=user, read_at__isnull=True)
    if ids is not None:
        unread = unread.filter(pk__in=list(ids))
    return unread.update(read_at=at)


def _mail(users: Iterable[User], kind: str, key: str, data: dict[str, Any], at: datetime) -> None:
    for user in users:
        if user.email:
            with translation.override(user.language):
                text = wording_of(kind, data)
            send_mail_later(recipient=user.email, subject=text, body=text, key=f"{key}:user:{user.pk}", at=at)
