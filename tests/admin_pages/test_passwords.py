"""New passwords: for whom, by whom, and that nobody reads them anywhere."""

import json
import logging
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from cases.models import AuditEvent, Post, User
from cases.rules.errors import NotPermitted, RuleError
from cases.services.accounts import set_password
from tests.factories import NOON, acting, give_post, make_user

pytestmark = pytest.mark.django_db
FRESH = "Mei-hua-2026-kai"
PRESENT = "Chun-feng-2025"


@pytest.fixture
def officer(cast: Any) -> User:
    cast.lead.set_password(PRESENT)
    cast.lead.save()
    return cast.lead


def stored(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_an_administrator_sets_a_new_one_and_the_old_one_and_its_sessions_end(
    officer: User, admin: User, signed_in: Any, caplog: pytest.LogCaptureFixture
) -> None:
    theirs = signed_in(officer)
    assert theirs.get(reverse("settings")).status_code == 200
    client = signed_in(admin)
    url = reverse("person_password", args=[officer.pk])
    assert url in client.get(reverse("person", args=[officer.pk])).content.decode()
    with caplog.at_level(logging.DEBUG):
        assert client.post(url, {"password": FRESH, "again": FRESH}).status_code == 302
    assert stored(officer).check_password(FRESH)
    assert theirs.get(reverse("settings")).status_code == 302
    event = AuditEvent.objects.get(action="set_password")
    assert (event.actor, event.stream, event.data) == (admin, f"person:{officer.pk}", {})
    assert FRESH not in caplog.text
    everything = json.dumps(list(AuditEvent.objects.values_list("data", flat=True)))
    assert FRESH not in everything
    assert FRESH not in stored(officer).password


def test_a_weak_or_misspelt_one_is_refused_and_not_sent_back(officer: User, admin: User, signed_in: Any) -> None:
    client, url = signed_in(admin), reverse("person_password", args=[officer.pk])
    for password, again, told in (
        ("short", "short", "too short"),
        ("password1", "password1", "too common"),
        (FRESH, FRESH + "x", "The two passwords differ."),
    ):
        answer = client.post(url, {"password": password, "again": again})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert told in page
        assert f'value="{password}"' not in page
    assert stored(officer).check_password(PRESENT)


def test_only_who_manages_all_their_posts_may(officer: User, admin: User, neighbour: User, bodies: Any) -> None:
    with pytest.raises(NotPermitted):
        set_password(user=officer, password=FRESH, acting=acting(neighbour))
    give_post(officer, "overseer", bodies["330000"])
    with pytest.raises(NotPermitted):
        set_password(user=officer, password=FRESH, acting=acting(admin))
    assert stored(officer).check_password(PRESENT)


def test_a_post_that_begins_later_is_no_way_round(
    officer: User, admin: User, province_admin: User, bodies: Any
) -> None:
    Post.objects.create(
        user=officer,
        role="overseer",
        body=bodies["330000"],
        starts_on=date(2026, 12, 1),
        appointed_by=province_admin,
    )
    with pytest.raises(NotPermitted):
        set_password(user=officer, password=FRESH, acting=acting(admin))
    set_password(user=officer, password=FRESH, acting=acting(province_admin))
    assert stored(officer).check_password(FRESH)


def test_nobody_takes_over_the_account_of_a_superuser(admin: User, bodies: Any) -> None:
    root = make_user("root", "inspector", bodies["330402"], is_superuser=True)
    with pytest.raises(NotPermitted):
        set_password(user=root, password=FRESH, acting=acting(admin))


def test_ones_own_is_changed_elsewhere(admin: User, signed_in: Any) -> None:
    with pytest.raises(RuleError) as refusal:
        set_password(user=admin, password=FRESH, acting=acting(admin))
    assert refusal.value.code == "own_password"
    page = signed_in(admin).get(reverse("person", args=[admin.pk])).content.decode()
    assert reverse("person_password", args=[admin.pk]) not in page


def test_strangers_and_officers_do_not_get_the_page(officer: User, neighbour: User, cast: Any, signed_in: Any) -> None:
    url = reverse("person_password", args=[officer.pk])
    assert signed_in(neighbour).get(url).status_code == 404
    assert signed_in(cast.unit_head).post(url, {"password": FRESH, "again": FRESH}).status_code == 403
    assert stored(officer).check_password(PRESENT)


class TestOwn:
    def test_it_is_changed_with_the_present_one_and_the_session_goes_on(self, officer: User, signed_in: Any) -> None:
        client, elsewhere = signed_in(officer), signed_in(officer)
        assert reverse("own_password") in client.get(reverse("settings")).content.decode()
        asked = {"old_password": PRESENT, "new_password1": FRESH, "new_password2": FRESH}
        assert client.post(reverse("own_password"), asked).status_code == 302
        assert stored(officer).check_password(FRESH)
        assert client.get(reverse("settings")).status_code == 200
        assert elsewhere.get(reverse("settings")).status_code == 302
        event = AuditEvent.objects.get(action="change_password")
        assert (event.actor, event.data) == (officer, {})

    def test_without_the_present_one_nothing_changes(self, officer: User, signed_in: Any) -> None:
        client = signed_in(officer)
        for present, fresh, told in (("wrong", FRESH, "incorrectly"), (PRESENT, "short", "too short")):
            asked = {"old_password": present, "new_password1": fresh, "new_password2": fresh}
            answer = client.post(reverse("own_password"), asked)
            assert answer.status_code == 422
            assert told in answer.content.decode()
        assert stored(officer).check_password(PRESENT)
        assert not AuditEvent.objects.filter(action="change_password").exists()


def test_no_table_holds_the_password(officer: User, admin: User) -> None:
    set_password(user=officer, password=FRESH, acting=acting(admin, NOON))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert not any(FRESH in str(value) for row in cursor.fetchall() for value in row), table
