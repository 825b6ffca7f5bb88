"""News reaches a person once and stands under their bell until read."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from cases.models import Case, Notification, User
from cases.selectors.notifications import register_wording, unread_count, wording_of
from cases.services.notify import mark_read, notify
from tests.deadlines.conftest import StartDeadline
from tests.factories import NOON, make_user

ClientOf = Callable[[User], Client]


def tell(users: list[User], key: str = "calendar_missing:2027", case: Case | None = None) -> list[User]:
    return notify(users=users, kind="calendar_missing", key=key, case=case, data={"year": 2027}, at=NOON)


def test_the_same_news_reaches_a_person_once(inspector: User, head: User) -> None:
    assert tell([inspector]) == [inspector]
    assert tell([inspector, head, head]) == [head]
    assert Notification.objects.count() == 2


def test_who_has_left_is_told_nothing(db: None) -> None:
    assert tell([make_user("gone", is_active=False)]) == []


def test_news_without_words_is_refused(inspector: User) -> None:
    with pytest.raises(LookupError):
        notify(users=[inspector], kind="no_such_kind", key="x", data={}, at=NOON)
    assert not Notification.objects.exists()


def test_words_of_a_kind_are_registered_once() -> None:
    with pytest.raises(LookupError):
        register_wording("deadline_reminder", "again")


def test_news_about_a_deadline_names_the_step_in_the_readers_language() -> None:
    facts = {"rule": "return_visit", "enterprise": "甲厂", "due": "2026-12-01", "body": "某局"}
    with translation.override("zh-hans"):
        assert "回访" in wording_of("deadline_reminder", facts)
    with translation.override("en"):
        assert "回访" not in wording_of("deadline_reminder", facts)
        assert "gone" in wording_of("deadline_reminder", {**facts, "rule": "gone"})


def test_a_person_reads_their_own_news_and_nobody_elses(inspector: User, head: User, client_of: ClientOf) -> None:
    tell([inspector, head])
    other = Notification.objects.get(user=head)
    client = client_of(inspector)
    client.post(reverse("notifications_read"), {"notification": [other.pk]})
    assert (unread_count(inspector), unread_count(head)) == (1, 1)
    client.post(reverse("notifications_read"))
    assert (unread_count(inspector), unread_count(head)) == (0, 1)


def test_one_line_is_read_alone_and_its_moment_stays(inspector: User) -> None:
    tell([inspector], "a")
    tell([inspector], "b")
    first = Notification.objects.order_by("pk").first()
    assert first is not None
    assert mark_read(user=inspector, ids=[first.pk], at=NOON) == 1
    assert mark_read(user=inspector, ids=[first.pk], at=datetime(2026, 12, 1, tzinfo=UTC)) == 0
    first.refresh_from_db()
    assert first.read_at == NOON


def test_the_list_shows_own_news_and_leads_to_the_deadline(
    start: StartDeadline, inspector: User, head: User, client_of: ClientOf
) -> None:
    deadline = start()
    facts = {
        "deadline": deadline.pk,
        "rule": "rectification",
        "enterprise": "甲厂",
        "due": "2026-12-01",
        "body": "某局",
    }
    notify(users=[inspector], kind="deadline_reminder", key="x", data=facts, at=NOON)
    page = client_of(inspector).get(reverse("notification_list"))
    assert reverse("deadline_detail", args=[deadline.pk]) in page.content.decode()
    assert client_of(head).get(reverse("notification_list")).context["rows"] == []
    mark_read(user=inspector, at=NOON)
    assert client_of(inspector).get(reverse("notification_list") + "?unread=1").context["rows"] == []


def test_the_list_costs_the_same_however_long(inspector: User, client_of: ClientOf) -> None:
    client = client_of(inspector)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("notification_list"))
        return len(captured)

    tell([inspector], "0")
    few = queries()
    for number in range(1, 20):
        tell([inspector], str(number))
    assert queries() == few
