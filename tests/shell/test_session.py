"""Signing in and out: back to where one was, never to another host, and slowed down after five failures."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from cases.models import User
from cases.views import lockout
from tests.shell.conftest import PASSWORD

LOGIN = "/login/"


def _try(client: Client, user: User, password: str, **extra: str) -> Any:
    return client.post(LOGIN, {"username": user.username, "password": password, **extra})


def test_the_sign_in_page_is_open_to_everybody(client: Client, db: None) -> None:
    response = client.get(LOGIN)
    assert response.status_code == 200
    assert reverse("set_language") in response.content.decode()


def test_a_page_asked_for_without_session_is_reached_after_signing_in(client: Client, inspector: User) -> None:
    refused = client.get("/settings/components/?tab=2")
    assert refused.headers["Location"] == "/login/?next=/settings/components/%3Ftab%3D2"
    response = _try(client, inspector, PASSWORD, next="/settings/components/?tab=2")
    assert response.headers["Location"] == "/settings/components/?tab=2"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_host(client: Client, inspector: User, target: str) -> None:
    response = _try(client, inspector, PASSWORD, next=target)
    assert response.headers["Location"] == reverse("home")


def test_a_part_of_a_page_asked_for_without_session_opens_the_whole_sign_in_page(client: Client, db: None) -> None:
    page = "http://testserver/tasks/?due=today"
    response = client.get(LOGIN, headers={"HX-Request": "true", "HX-Current-URL": page})
    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == "/login/?next=http%3A%2F%2Ftestserver%2Ftasks%2F%3Fdue%3Dtoday"
    elsewhere = client.get(LOGIN, headers={"HX-Request": "true", "HX-Current-URL": "https://elsewhere.example/"})
    assert elsewhere.headers["HX-Redirect"] == "/login/"


def test_the_sixth_attempt_is_refused_even_with_the_right_password(client: Client, inspector: User) -> None:
    for _attempt in range(lockout.FAILURES):
        assert _try(client, inspector, "wrong").status_code == 200
    response = _try(client, inspector, PASSWORD)
    assert response.status_code == 200
    assert "15" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_lock_holds_for_one_person_at_one_address(client: Client, inspector: User) -> None:
    for _attempt in range(lockout.FAILURES):
        _try(client, inspector, "wrong")
    elsewhere = client.post(LOGIN, {"username": "wang", "password": PASSWORD}, REMOTE_ADDR="10.0.0.8")
    assert elsewhere.status_code == 302


def test_success_forgets_the_failures_but_an_empty_password_does_not(client: Client, inspector: User) -> None:
    for _attempt in range(lockout.FAILURES - 1):
        _try(client, inspector, "wrong")
    _try(client, inspector, "")
    assert lockout.count_failure("WANG ", "127.0.0.1") == lockout.FAILURES
    lockout.forget_failures("wang", "127.0.0.1")
    _try(client, inspector, "wrong")
    assert _try(client, inspector, PASSWORD).status_code == 302
    assert lockout.count_failure("wang", "127.0.0.1") == 1


def test_a_failed_attempt_keeps_the_name_and_says_error_in_the_title(client: Client, inspector: User) -> None:
    client.cookies["django_language"] = "en"
    text = _try(client, inspector, "wrong").content.decode()
    assert "<title>Error: Sign in" in text
    assert 'value="wang"' in text
    assert "4 attempts are left" in text


def test_a_closed_account_cannot_sign_in(client: Client, inspector: User) -> None:
    inspector.is_active = False
    inspector.save()
    assert _try(client, inspector, PASSWORD).status_code == 200


def test_signing_out_needs_a_post_and_ends_the_session(client: Client, inspector: User) -> None:
    client.force_login(inspector)
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).headers["Location"] == LOGIN
    assert "_auth_user_id" not in client.session


def test_demonstration_accounts_are_offered_where_there_are_some(client: Client, db: None, settings: Settings) -> None:
    assert "demo-accounts" not in client.get(LOGIN).content.decode()
    settings.DEMO_ACCOUNTS = [{"username": "wang", "password": "x", "name": "王建国", "post": "执法人员"}]
    text = client.get(LOGIN).content.decode()
    assert "王建国" in text
    assert "执法人员" in text
