"""Backend and selector give one answer; a list costs one query for its scope."""

from itertools import pairwise
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.db.models.deletion import ProtectedError
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from cases.models import Body, BodyGroupPermission, BodyUserPermission, User
from cases.permissions import BodyTreeBackend
from cases.selectors.scope import forget_grants, held_bodies, holds, may, merge_ranges, within
from tests.factories import make_enterprise, make_user

CODENAMES = ("view_case", "create_case", "manage_people")


def _permission(codename: str) -> Permission:
    return Permission.objects.get(codename=codename, content_type__model="body", content_type__app_label="cases")


def _grant(user: User, codename: str, body: Body) -> None:
    BodyUserPermission.objects.create(user=user, permission=_permission(codename), content_object=body)
    forget_grants(user)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10)).map(lambda pair: (pair[0], sum(pair)))))
def test_merged_ranges_cover_the_same_and_do_not_touch(ranges: list[tuple[int, int]]) -> None:
    merged = merge_ranges(ranges)
    covered = {place for first, last in ranges for place in range(first, last + 1)}
    assert {place for first, last in merged for place in range(first, last + 1)} == covered
    assert all(upper[0] > lower[1] + 1 for lower, upper in pairwise(merged))


@pytest.mark.parametrize("by_group", [False, True])
@pytest.mark.parametrize(
    "codes", [(), ("000000",), ("330402",), ("330402100", "330411"), ("330400", "330402"), ("330402100", "330402101")]
)
def test_backend_and_selector_agree_everywhere(tree: dict[str, Body], codes: tuple[str, ...], by_group: bool) -> None:
    user = make_user("officer")
    for code in codes:
        if by_group:
            group, _ = Group.objects.get_or_create(name="g")
            user.groups.add(group)
            BodyGroupPermission.objects.create(
                group=group, permission=_permission("view_case"), content_object=tree[code]
            )
        else:
            _grant(user, "view_case", tree[code])
    for codename in CODENAMES:
        listed = set(Body.objects.filter(within(user, codename, "")))
        for body in tree.values():
            answers = {user.has_perm(f"cases.{codename}", body), may(user, codename, body), body in listed}
            assert len(answers) == 1
            assert answers == {codename == "view_case" and any(tree[code].covers(body) for code in codes)}
        assert holds(user, codename) == bool(listed)


def test_lists_are_narrowed_through_any_path(tree: dict[str, Body]) -> None:
    user = make_user("officer")
    _grant(user, "view_enterprise", tree["330402"])
    inside = make_enterprise(territorial_body=tree["330402100"])
    make_enterprise(territorial_body=tree["330411"])
    objects = type(inside).objects
    assert list(objects.filter(within(user, "view_enterprise", "territorial_body"))) == [inside]
    assert not objects.filter(within(user, "view_case", "territorial_body")).exists()
    assert not objects.filter(within(AnonymousUser(), "view_enterprise", "territorial_body")).exists()


def test_an_object_belongs_to_the_place_before_the_body_that_handles_it(tree: dict[str, Body]) -> None:
    user = make_user("officer")
    _grant(user, "view_case", tree["330402100"])
    backend = BodyTreeBackend()
    place, county = tree["330402100"], tree["330402"]

    def sees(**attributes: Body | None) -> bool:
        return backend.has_perm(user, "cases.view_case", SimpleNamespace(**attributes))

    assert sees(body=place)
    assert sees(territorial_body=place, body=county)
    assert sees(jurisdiction_body=place, territorial_body=county)
    assert not sees(body=county)
    assert not sees(body=None)
    assert not sees()
    assert backend.has_perm(user, "cases.view_case", make_enterprise(territorial_body=place))


def test_other_apps_and_missing_objects_are_not_answered_for(tree: dict[str, Body]) -> None:
    user = make_user("officer")
    _grant(user, "view_case", tree["000000"])
    assert not user.has_perm("notices.view_case", tree["330402"])
    assert not user.has_perm("cases.view_case")
    assert not user.has_perm("cases.view_case", Body())
    assert not AnonymousUser().has_perm("cases.view_case", tree["330402"])
    assert BodyTreeBackend().authenticate(None, username="officer") is None


def test_one_query_for_one_object_and_one_for_all_lists_of_a_request(
    tree: dict[str, Body], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = make_user("officer")
    for code in ("330402", "330411", "330400"):
        for codename in CODENAMES:
            _grant(user, codename, tree[code])
    with django_assert_num_queries(1):
        assert BodyTreeBackend().has_perm(user, "cases.view_case", tree["330402100"])
    with django_assert_num_queries(1):
        assert len(held_bodies(user, "view_case")) == 1
        assert may(user, "create_case", tree["330402100"])
        assert holds(user, "manage_people")
        assert not holds(user, "unheard_of")


def test_a_grant_of_another_model_s_permission_is_not_mistaken(tree: dict[str, Body]) -> None:
    user = make_user("officer")
    user.user_permissions.add(_permission("view_case"))
    assert not user.has_perm("cases.view_case", tree["330402"])
    assert not holds(user, "view_case")


def test_users_are_never_deleted(tree: dict[str, Body]) -> None:
    user = make_user("officer")
    with pytest.raises(ProtectedError):
        user.delete()
    with pytest.raises(ProtectedError):
        User.objects.filter(pk=user.pk).delete()
    assert User.objects.filter(pk=user.pk).exists()


def test_people_are_called_by_their_name() -> None:
    assert str(User(username="wang", name="王一")) == User(username="wang", name="王一").get_full_name() == "王一"
    assert User(username="wang").get_short_name() == "wang"
