"""The frame shows each person what their posts let them see, and no more."""

from collections.abc import Iterator

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from cases.models import Body, User
from cases.views.addresses import page_address
from tests.factories import make_user
from tests.shell import stand_in_urls
from tests.shell.stand_in_urls import NAMES
from workflow.views import navigation
from workflow.views.home import first_page
from workflow.views.shell import Shell

STAND_IN = stand_in_urls.__name__


@pytest.fixture
def _every_page(settings: Settings) -> None:
    """All pages the navigation knows, whether or not they have been built."""
    settings.ROOT_URLCONF = STAND_IN


def _shell(user: User, at: str = "/") -> Shell:
    request = RequestFactory().get(at)
    request.user = user
    return Shell(request)


def _names(user: User) -> set[str]:
    shown = {item.url for group in _shell(user).groups for item in group.items}
    return {name for name in NAMES if page_address(name) in shown}


@pytest.mark.usefixtures("_every_page")
@pytest.mark.parametrize(
    ("role", "seen", "hidden"),
    [
        (
            "inspector",
            {"inbox", "queue", "case_list", "enterprise_list"},
            {"approvals", "oversight", "people", "import_list"},
        ),
        ("grassroots_lead", {"approvals", "oversight"}, {"people", "import_list"}),
        ("overseer", {"oversight", "case_list", "queue"}, {"approvals", "people"}),
        ("platform_admin", {"people", "import_list", "enterprise_list"}, {"approvals", "queue", "oversight"}),
    ],
)
def test_entries_follow_the_role(bodies: dict[str, Body], role: str, seen: set[str], hidden: set[str]) -> None:
    names = _names(make_user("someone", role, bodies["330400" if role == "overseer" else "330402"]))
    assert seen <= names
    assert not hidden & names


@pytest.mark.usefixtures("_every_page")
def test_a_person_without_post_sees_only_what_is_everybody_s(bodies: dict[str, Body]) -> None:
    assert _names(make_user("new")) == {"inbox", "settings"}


@pytest.mark.usefixtures("_every_page")
def test_the_phone_has_at_most_four_tabs_beside_me(bodies: dict[str, Body]) -> None:
    head = make_user("head", "unit_head", bodies["330402"])
    assert len(_shell(head).tabs) == 4


def test_entries_without_a_page_are_left_out(bodies: dict[str, Body], settings: Settings) -> None:
    settings.ROOT_URLCONF = "django.contrib.auth.urls"
    assert _names(make_user("wang", "inspector", bodies["330402"])) == set()


@pytest.mark.usefixtures("_every_page")
def test_the_page_s_own_entry_is_marked(inspector: User) -> None:
    marked = [
        item.url
        for group in _shell(inspector, f"{page_address('queue')}?page=2").groups
        for item in group.items
        if item.current
    ]
    assert marked == [page_address("queue")]


@pytest.fixture
def asked() -> Iterator[dict[str, int]]:
    numbers: dict[str, int] = {}
    known = dict(navigation._counts)

    def count(user: User) -> int:
        numbers[user.username] = numbers.get(user.username, 0) + 1
        return 24

    navigation.register_count("inbox", count)
    navigation.register_count("people", count)
    yield numbers
    navigation._counts.clear()
    navigation._counts.update(known)


@pytest.mark.usefixtures("_every_page")
def test_a_count_is_asked_once_and_only_where_it_is_shown(inspector: User, asked: dict[str, int]) -> None:
    shell = _shell(inspector)
    assert shell.groups[0].items[0].count == 24
    assert shell.tabs[0].count == 24
    assert asked == {"wang": 1}


def test_posts_are_titled_in_the_language_of_the_page(client: Client, inspector: User) -> None:
    client.force_login(inspector)
    assert "监督检查人员" in client.get("/no/such/page/").content.decode()
    inspector.language = User.Language.ENGLISH
    inspector.save()
    assert "Inspector" in client.get("/no/such/page/").content.decode()


@pytest.mark.usefixtures("_every_page")
@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("inspector", "inbox"),
        ("grassroots_lead", "approvals"),
        ("unit_head", "approvals"),
        ("overseer", "oversight"),
        ("platform_admin", "enterprise_list"),
        ("legal_reviewer", "inbox"),
    ],
)
def test_the_first_page_follows_the_role(client: Client, bodies: dict[str, Body], role: str, page: str) -> None:
    user = make_user("someone", role, bodies["330402"])
    assert first_page(user) == page
    client.force_login(user)
    assert client.get("/").headers["Location"] == page_address(page)


def test_an_ended_post_no_longer_decides(bodies: dict[str, Body]) -> None:
    user = make_user("someone", "platform_admin", bodies["330402"])
    post = user.posts.get()
    post.ends_on = post.starts_on
    post.save()
    assert first_page(user) == "inbox"
    assert _shell(user).posts == []


def test_the_component_sheet_is_for_administrators(client: Client, inspector: User, administrator: User) -> None:
    client.force_login(inspector)
    assert client.get("/settings/components/").status_code == 403
    client.force_login(administrator)
    assert client.get("/settings/components/").status_code == 200
