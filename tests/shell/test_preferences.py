"""Language and theme: the person's own choice, kept, and no way to another host."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import User


def _language(client: Client, path: str = "/login/", **headers: str) -> str:
    return str(client.get(path, headers=headers).headers["Content-Language"])


def test_pages_are_chinese_whatever_the_browser_was_installed_in(client: Client, db: None) -> None:
    assert _language(client, **{"Accept-Language": "en-US,en;q=0.9"}) == "zh-hans"


def test_a_visitor_s_choice_stays_in_the_browser(client: Client, db: None) -> None:
    response = client.post(reverse("set_language"), {"language": "en", "next": "/login/"})
    assert response.headers["Location"] == "/login/"
    assert _language(client) == "en"


def test_a_person_s_choice_stays_with_the_account(client: Client, inspector: User) -> None:
    client.force_login(inspector)
    client.post(reverse("set_language"), {"language": "en"})
    inspector.refresh_from_db()
    assert inspector.language == "en"
    other_browser = Client()
    other_browser.force_login(inspector)
    assert _language(other_browser, "/no/such/page/") == "en"


def test_the_account_s_language_wins_over_the_browser_s(client: Client, inspector: User) -> None:
    client.cookies["django_language"] = "en"
    client.force_login(inspector)
    assert _language(client, "/no/such/page/") == "zh-hans"


@pytest.mark.parametrize(("name", "value"), [("set_language", "fr"), ("set_theme", "pink")])
def test_an_unknown_choice_is_refused(client: Client, db: None, name: str, value: str) -> None:
    assert client.post(reverse(name), {"language": value, "theme": value}).status_code == 400


@pytest.mark.parametrize("name", ["set_language", "set_theme"])
def test_choices_are_posted_and_lead_back_to_this_host_only(client: Client, db: None, name: str) -> None:
    choice = {"language": "en", "theme": "dark"}
    assert client.get(reverse(name)).status_code == 405
    for target in ("https://elsewhere.example/", "//elsewhere.example", "http:///elsewhere.example", ""):
        response = client.post(reverse(name), {**choice, "next": target})
        assert response.headers["Location"] == reverse("home"), target


def test_the_theme_is_drawn_by_the_server(client: Client, inspector: User) -> None:
    assert "data-theme=" not in client.get("/login/").content.decode().split("<head>")[0]
    client.post(reverse("set_theme"), {"theme": "dark"})
    assert '<html lang="zh-hans" data-theme="dark">' in client.get("/login/").content.decode()
    inspector.theme = User.Theme.LIGHT
    inspector.save()
    fresh = Client()
    fresh.force_login(inspector)
    assert 'data-theme="light"' in fresh.get("/no/such/page/").content.decode()
