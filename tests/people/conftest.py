"""A small tree, its administrator and one officer."""

from datetime import date

import pytest

from cases.models import Body, User
from cases.services.appoint import appoint
from tests.factories import acting, make_body_tree, make_user

START = date(2026, 1, 1)


@pytest.fixture
def tree(db: None) -> dict[str, Body]:
    return make_body_tree()


@pytest.fixture
def root(db: None) -> User:
    """A superuser, as `createsuperuser` makes the first account."""
    return make_user("root", is_superuser=True)


@pytest.fixture
def admin(tree: dict[str, Body], root: User) -> User:
    """Manages the people of 南湖区."""
    user = make_user("admin")
    appoint(user=user, role="platform_admin", body=tree["330402"], starts_on=START, acting=acting(root))
    return user
