"""A county with everybody the main process needs, and the administrators at and above it."""

from collections.abc import Callable

import pytest
from django.test import Client

from cases.models import Body, User
from tests.factories import make_user
from tests.flow.conftest import bodies, cast, clock, enterprise, story

__all__ = ["bodies", "cast", "clock", "enterprise", "story"]

SignIn = Callable[[User], Client]


@pytest.fixture
def admin(bodies: dict[str, Body]) -> User:
    """The administrator of Nanhu."""
    return make_user("管理员", "platform_admin", bodies["330402"], language="en")


@pytest.fixture
def neighbour(bodies: dict[str, Body]) -> User:
    """The administrator of Xiuzhou, next door."""
    return make_user("邻区管理员", "platform_admin", bodies["330411"], language="en")


@pytest.fixture
def province_admin(bodies: dict[str, Body]) -> User:
    return make_user("省管理员", "platform_admin", bodies["330000"], language="en")


@pytest.fixture
def signed_in() -> SignIn:
    """A browser of one's own for each person."""

    def sign_in(user: User) -> Client:
        User.objects.filter(pk=user.pk).update(language="en")
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
