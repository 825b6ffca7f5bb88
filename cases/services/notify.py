"""Tell people something: one line under the bell, once, however often it is said."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from cases.models.case import Case
from cases.models.deadline import Notification
from cases.models.people import User


@transaction.atomic
def notify(
    *, users: Iterable[User], kind: str, key: str, case: Case | None = None, data: dict[str, Any], at: datetime
) -> list[User]:
    """Tell `users` the news `key`; who has heard it already is left alone. Answers those told now.

    `kind` chooses the words (cases/selectors/notifications.py), `data` fills them and may hold a `url`.
    """
    told = {user.pk: user for user in users if user.is_active}
    with_it = Notification.objects.filter(key=key, user__in=told).values_list("user", flat=True)
    fresh = [user for pk, user in told.items() if pk not in set(with_it)]
    Notification.objects.bulk_create(
        [Notification(user=user, kind=kind, key=key, case=case, data=data, created_at=at) for user in fresh],
        ignore_conflicts=True,  # two at once: the constraint lets one of them through
    )
    return fresh


@transaction.atomic
def mark_read(*, user: User, ids: Iterable[int] | None = None, at: datetime) -> int:
    """Mark a person's own unread notifications as read, all of them where `ids` is None; answers how many."""
    unread: QuerySet[Notification] = Notification.objects.filter(user=user, read_at__isnull=True)
    if ids is not None:
        unread = unread.filter(pk__in=list(ids))
    return unread.update(read_at=at)
