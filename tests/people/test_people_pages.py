"""The people pages: who gets them, what they do, what they say when it cannot be."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cases.models import Body, EnforcementCertificate, Post, Substitution, User
from cases.selectors.people import managed_people
from cases.services.appoint import appoint
from tests.factories import acting, make_user

START = date(2026, 1, 1)
pytestmark = pytest.mark.usefixtures("plain_static")


@pytest.fixture
def plain_static(settings: Any) -> None:
    """Pages link static files by their plain names; the manifest is made by collectstatic."""
    backend = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}


@pytest.fixture
def officer(tree: dict[str, Body], admin: User) -> User:
    user = make_user("officer", language="en")
    appoint(user=user, role="inspector", body=tree["330402"], starts_on=START, acting=acting(admin))
    return user


@pytest.fixture
def stranger(tree: dict[str, Body], root: User) -> User:
    user = make_user("stranger")
    appoint(user=user, role="inspector", body=tree["330411"], starts_on=START, acting=acting(root))
    return user


@pytest.fixture
def signed_in(client: Client) -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        User.objects.filter(pk=user.pk).update(language="en")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def _errors(page: Any) -> str:
    """The page of a form that was refused, in the reader's language."""
    assert page.status_code == 422
    return str(page.content.decode())


def test_a_manager_sees_their_own_people_and_those_without_a_post(
    admin: User, officer: User, stranger: User, signed_in: Callable[[User], Client]
) -> None:
    fresh = make_user("fresh")
    assert set(managed_people(admin)) >= {admin, officer, fresh}
    assert stranger not in managed_people(admin)
    assert not managed_people(admin).filter(is_superuser=True).exists()
    page = signed_in(admin).get(reverse("people")).content.decode()
    assert "officer" in page
    assert "Inspector" in page
    assert "stranger" not in page
    assert list(managed_people(admin, "OFFI")) == [officer]
    assert "Nobody found" in signed_in(admin).get(reverse("people"), {"q": "zzz"}).content.decode()


def test_people_pages_are_closed_to_others(
    admin: User, officer: User, stranger: User, signed_in: Callable[[User], Client]
) -> None:
    post = Post.objects.get(user=stranger)
    names = ("person", "person_appoint", "person_certificate", "person_absence")
    about_stranger = [reverse(name, args=[stranger.pk]) for name in names] + [reverse("post_end", args=[post.pk])]
    client = signed_in(officer)
    assert {client.get(url).status_code for url in [reverse("people"), reverse("person_new"), *about_stranger]} == {403}
    assert not managed_people(officer).exists()
    client = signed_in(admin)
    assert {client.get(url).status_code for url in about_stranger} == {404}
    assert client.post(reverse("person_active", args=[stranger.pk]), {"active": "0"}).status_code == 404
    assert client.get(reverse("person_active", args=[officer.pk])).status_code == 405
    client.logout()
    assert client.get(reverse("people")).status_code == 302


def test_the_list_takes_the_same_queries_for_two_people_and_for_forty(
    tree: dict[str, Body],
    admin: User,
    officer: User,
    signed_in: Callable[[User], Client],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = signed_in(admin)

    def queries() -> int:
        with django_assert_max_num_queries(30) as captured:
            assert client.get(reverse("people")).status_code == 200
        return len(captured)

    client.get(reverse("people"))
    few = queries()
    for number in range(38):
        user = make_user(f"officer{number}")
        appoint(user=user, role="inspector", body=tree["330402"], starts_on=START, acting=acting(admin))
    assert queries() == few


def test_from_account_to_post_and_back(tree: dict[str, Body], admin: User, signed_in: Callable[[User], Client]) -> None:
    client = signed_in(admin)
    details = {"name": "王一", "username": "wang", "mobile": "", "password": "correct horse battery"}
    assert client.post(reverse("person_new"), details).status_code == 302
    person = User.objects.get(username="wang")
    assert "Holds no post" in client.get(reverse("person", args=[person.pk])).content.decode()
    post_form = {"role": "inspector", "body": "330402100 凤桥市场监督管理所", "starts_on": "2026-01-01", "ends_on": ""}
    assert client.post(reverse("person_appoint", args=[person.pk]), post_form).status_code == 302
    assert person.has_perm("cases.inspect_enterprise", tree["330402100"])
    post = Post.objects.get(user=person)
    assert "凤桥市场监督管理所" in client.get(reverse("person", args=[person.pk])).content.decode()
    assert client.get(reverse("post_end", args=[post.pk])).status_code == 200
    today = timezone.localdate().isoformat()
    assert client.post(reverse("post_end", args=[post.pk]), {"ends_on": today}).status_code == 302
    assert not person.has_perm("cases.inspect_enterprise", tree["330402100"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"body": "330411"}, "You manage no body"),
        ({"body": "南湖"}, "You manage no body"),
        ({"role": "province_officer"}, "has no such post"),
        ({"starts_on": "yesterday"}, "valid date"),
        ({"ends_on": "2025-01-01"}, "before the beginning"),
        ({"role": "inspector"}, "holds this post already"),
    ],
)
def test_an_appointment_that_cannot_be_says_why_and_keeps_what_was_typed(
    admin: User, officer: User, signed_in: Callable[[User], Client], change: dict[str, str], said: str
) -> None:
    sent = {"role": "unit_head", "body": "南湖区市场监督管理局", "starts_on": "2026-01-01", "ends_on": "", **change}
    page = signed_in(admin).post(reverse("person_appoint", args=[officer.pk]), sent)
    assert said in _errors(page)
    assert sent["body"] in page.content.decode()
    assert Post.objects.filter(user=officer).count() == 1


def test_a_name_that_several_bodies_share_asks_for_the_code(
    tree: dict[str, Body], root: User, officer: User, signed_in: Callable[[User], Client]
) -> None:
    Body.objects.filter(code="330411").update(name=tree["330402"].name)
    sent = {"role": "unit_head", "body": tree["330402"].name, "starts_on": "2026-01-01"}
    page = signed_in(root).post(reverse("person_appoint", args=[officer.pk]), sent)
    assert "give the code" in _errors(page)


def test_a_weak_password_or_an_odd_user_name_is_refused(admin: User, signed_in: Callable[[User], Client]) -> None:
    client = signed_in(admin)
    weak = {"name": "王一", "username": "wang", "password": "123"}
    assert "too short" in _errors(client.post(reverse("person_new"), weak))
    odd = {"name": "王一", "username": "wa ng", "password": "correct horse battery"}
    assert "Enter a valid username" in _errors(client.post(reverse("person_new"), odd))
    assert not User.objects.filter(name="王一").exists()


def test_certificates_are_entered_and_expired_ones_marked(
    admin: User, officer: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(admin)
    url = reverse("person_certificate", args=[officer.pk])
    sent = {"number": "浙0001", "issuer": "浙江省人民政府", "valid_from": "2020-01-01", "valid_to": "2021-01-01"}
    assert client.post(url, sent).status_code == 302
    assert "taken" in _errors(client.post(url, sent))
    assert EnforcementCertificate.objects.get().user == officer
    page = client.get(reverse("person", args=[officer.pk])).content.decode()
    assert "浙0001" in page
    assert "expired" in page


def test_everybody_arranges_their_own_absence_among_colleagues(
    tree: dict[str, Body], admin: User, officer: User, stranger: User, signed_in: Callable[[User], Client]
) -> None:
    colleague = make_user("colleague")
    appoint(user=colleague, role="inspector", body=tree["330402"], starts_on=START, acting=acting(admin))
    client, today = signed_in(officer), timezone.localdate()
    sent = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=2)).isoformat(), "reason": "年休假"}
    assert client.get(reverse("absence")).status_code == 200
    assert client.post(reverse("absence"), {**sent, "substitute": stranger.pk}).status_code == 422
    answer = client.post(reverse("absence"), {**sent, "substitute": colleague.pk})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("absence"))
    arranged = Substitution.objects.get()
    assert (arranged.absent, arranged.substitute) == (officer, colleague)
    assert "年休假" in client.get(reverse("absence")).content.decode()
    assert client.post(reverse("substitution_end", args=[arranged.pk])).status_code == 302
    assert not Substitution.objects.exists()


def test_a_manager_arranges_and_ends_an_absence_a_stranger_does_not(
    admin: User, officer: User, stranger: User, signed_in: Callable[[User], Client]
) -> None:
    today = timezone.localdate().isoformat()
    sent = {"substitute": admin.pk, "starts_on": today, "ends_on": today, "reason": "病假"}
    assert signed_in(admin).post(reverse("person_absence", args=[officer.pk]), sent).status_code == 302
    end = reverse("substitution_end", args=[Substitution.objects.get().pk])
    assert signed_in(stranger).post(end).status_code == 403
    assert signed_in(admin).post(end, follow=True).status_code == 200
    assert not Substitution.objects.exists()


def test_accounts_are_closed_and_opened_but_not_one_s_own(
    admin: User, officer: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(admin)
    for active in ("0", "1"):
        client.post(reverse("person_active", args=[officer.pk]), {"active": active})
        officer.refresh_from_db()
        assert officer.is_active == (active == "1")
    page = client.post(reverse("person_active", args=[admin.pk]), {"active": "0"}, follow=True)
    assert "Nobody closes their own account" in page.content.decode()
    admin.refresh_from_db()
    assert admin.is_active
