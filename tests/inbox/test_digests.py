"""Digests of views: on the days of their rhythm, only news, and only what the reader may see at that moment."""

from datetime import datetime, timedelta

import pytest

from cases.acting import LEGAL_ZONE, Acting
from cases.models import Body, Notification, OutboxMessage, SavedView, User, ViewSubscription
from cases.services.appoint import end_post
from cases.services.saved_views import save_view, subscribe
from cases.services.send_digests import send_digests
from tests.inbox.conftest import Make, Now, acts
from workflow.demo.story import Cast
from workflow.forms.list_kinds import CASES
from workflow.models import WorkItem

MONDAY = datetime(2026, 3, 23, 8, tzinfo=LEGAL_ZONE)


@pytest.fixture
def reader(cast: Cast) -> User:
    cast.second.email = "chenxiao@example.cn"
    cast.second.save(update_fields=["email"])
    return cast.second


@pytest.fixture
def view(cast: Cast, bodies: dict[str, Body], now: Now) -> SavedView:
    """Everything under way, shared with the county on Friday 20 March."""
    return save_view(
        kind=CASES, name="在办案件", query="status=open", body=bodies["330402"], acting=acts(cast.lead, now)
    )


def told() -> list[str]:
    return [message.subject for message in OutboxMessage.objects.order_by("pk")]


def test_the_next_working_day_brings_the_first_and_only_news_the_next(
    at_step: Make, view: SavedView, reader: User, now: Now
) -> None:
    item = at_step("inspect")
    subscribe(view_id=view.pk, rhythm="daily", acting=acts(reader, now))
    assert send_digests(now=now.at) == 0, "not on the day itself"
    assert send_digests(now=MONDAY - timedelta(days=1)) == 0, "not on a Sunday"
    assert send_digests(now=MONDAY - timedelta(hours=2)) == 0, "not before seven"
    assert send_digests(now=MONDAY) == 1
    assert send_digests(now=MONDAY + timedelta(hours=1)) == 0, "once a day"
    mail = OutboxMessage.objects.get()
    assert (mail.recipient, mail.subject) == ("chenxiao@example.cn", "在办案件：1条")
    assert item.case.number in mail.body
    assert f"/cases/?view={view.pk}" in mail.body
    assert f"/views/{view.pk}/" in mail.body
    assert Notification.objects.get(kind="view_digest").user == reader
    assert send_digests(now=MONDAY + timedelta(days=1)) == 0, "nothing changed"
    at_step("approve_inspection")
    assert send_digests(now=MONDAY + timedelta(days=2)) == 1
    assert told() == ["在办案件：1条", "在办案件：2条"]


def test_an_empty_view_says_nothing_until_something_is_in_it(
    at_step: Make, view: SavedView, reader: User, now: Now
) -> None:
    subscribe(view_id=view.pk, rhythm="daily", acting=acts(reader, now))
    assert send_digests(now=MONDAY) == 0
    at_step("inspect")
    assert send_digests(now=MONDAY + timedelta(days=1)) == 1


def test_a_weekly_digest_comes_on_the_first_working_day(at_step: Make, view: SavedView, reader: User, now: Now) -> None:
    at_step("inspect")
    subscribe(view_id=view.pk, rhythm="weekly", acting=acts(reader, now))
    assert send_digests(now=MONDAY) == 1
    at_step("approve_inspection")
    assert [send_digests(now=MONDAY + timedelta(days=day)) for day in range(1, 8)] == [0, 0, 0, 0, 0, 0, 1]


def test_nobody_is_told_what_they_no_longer_see(at_step: Make, view: SavedView, reader: User, now: Now) -> None:
    at_step("inspect")
    subscribe(view_id=view.pk, rhythm="daily", acting=acts(reader, now))
    end_post(post=reader.posts.get(), ends_on=now.today, acting=Acting(_administrator(view), now.at))
    assert send_digests(now=MONDAY) == 0
    assert not ViewSubscription.objects.exists()
    assert told() == []


def _administrator(view: SavedView) -> User:
    from tests.factories import make_user

    assert view.body is not None
    return make_user("管宇", "platform_admin", view.body)


def test_who_has_no_address_is_told_under_the_bell(at_step: Make, view: SavedView, cast: Cast, now: Now) -> None:
    at_step("inspect")
    subscribe(view_id=view.pk, rhythm="daily", acting=acts(cast.lead, now))
    assert send_digests(now=MONDAY) == 1
    assert told() == []
    assert Notification.objects.get(kind="view_digest").data["number"] == 1


def test_unsubscribing_ends_it(at_step: Make, view: SavedView, reader: User, now: Now) -> None:
    at_step("inspect")
    subscribe(view_id=view.pk, rhythm="daily", acting=acts(reader, now))
    subscribe(view_id=view.pk, rhythm="", acting=acts(reader, now))
    assert send_digests(now=MONDAY) == 0


def test_ten_rows_are_named_and_the_rest_counted(at_step: Make, view: SavedView, reader: User, now: Now) -> None:
    from tests.inbox.copies import copy_item

    item: WorkItem = at_step("inspect")
    for index in range(11):
        copy_item(item, index)
    subscribe(view_id=view.pk, rhythm="daily", acting=acts(reader, now))
    send_digests(now=MONDAY)
    body = OutboxMessage.objects.get().body
    assert "10. " in body
    assert "11. " not in body
    assert "另有2条" in body
