"""A county with its people, and one unit of it."""

import pytest
from django.test import Client

from cases.models import Body, Enterprise, User
from tests.factories import make_body_tree, make_enterprise, make_user


@pytest.fixture
def tree(db: None) -> dict[str, Body]:
    return make_body_tree()


@pytest.fixture
def unit(tree: dict[str, Body]) -> Enterprise:
    return make_enterprise(name="嘉兴示例童车有限公司")


@pytest.fixture
def officer(tree: dict[str, Body]) -> User:
    return make_user("wang", "responsible_officer", tree["330402"], language="en")


@pytest.fixture
def stranger(tree: dict[str, Body]) -> User:
    return make_user("li", "responsible_officer", tree["330411"], language="en")


@pytest.fixture
def client(officer: User) -> Client:
    return signed_in(officer)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
