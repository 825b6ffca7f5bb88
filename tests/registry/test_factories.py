"""The makers other tests stand on do what they say."""

import pytest

from cases.models import BodyUserPermission
from cases.packs.loader import load_roles
from cases.rules.uscc import check_uscc
from tests.factories import make_body_tree, make_enterprise, make_uscc, make_user


@pytest.mark.django_db
def test_tree_has_two_counties_below_one_city() -> None:
    tree = make_body_tree()
    assert tree["330400"].covers(tree["330402"])
    assert tree["330400"].covers(tree["330411100"])
    assert not tree["330402"].covers(tree["330411"])


@pytest.mark.django_db
def test_post_carries_the_permissions_of_its_role() -> None:
    tree = make_body_tree()
    user = make_user("wang", "responsible_officer", tree["330402"])
    held = BodyUserPermission.objects.filter(user=user).values_list("permission__codename", flat=True)
    assert set(held) == set(load_roles()["responsible_officer"].permissions)


@pytest.mark.django_db
def test_enterprises_have_different_valid_codes() -> None:
    make_body_tree()
    codes = {make_enterprise().uscc, make_enterprise().uscc}
    assert len(codes) == 2
    assert all(check_uscc(code).valid for code in codes)


def test_code_can_be_made_for_a_number() -> None:
    assert make_uscc(7) == make_uscc(7)
