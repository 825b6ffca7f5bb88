"""Posts: the only way to be granted anything, gained and lost on their days."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from cases.forms.people import role_title
from cases.models import AuditEvent, Body, BodyUserPermission, Post, User
from cases.packs.loader import load_roles
from cases.rules.errors import NotPermitted, RuleError, StatedError
from cases.selectors.scope import holds, may
from cases.services.accounts import register_person, set_active
from cases.services.appoint import appoint, end_post, expire_posts, sync_grants
from tests.factories import NOON, acting, make_user

START = date(2026, 1, 1)
TODAY = date(2026, 11, 18)


def _again(user: User) -> User:
    """The person as the next request loads them."""
    return User.objects.get(pk=user.pk)


def _midnight(day: date) -> datetime:
    """The first moment of a legal day: midnight in Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)


def _refusal(code: str, **arguments: object) -> None:
    with pytest.raises(StatedError) as refusal:
        appoint(**arguments)  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_a_post_grants_exactly_what_its_role_carries(tree: dict[str, Body], admin: User) -> None:
    officer = make_user("officer")
    appoint(user=officer, role="inspector", body=tree["330402"], starts_on=START, acting=acting(admin))
    granted = BodyUserPermission.objects.filter(user=officer).values_list(
        "permission__codename", "content_object__code"
    )
    assert set(granted) == {(codename, "330402") for codename in load_roles()["inspector"].permissions}
    assert may(_again(officer), "inspect_enterprise", tree["330402100"])
    assert not may(_again(officer), "inspect_enterprise", tree["330411"])
    event = AuditEvent.objects.get(action="appoint", stream=f"person:{officer.pk}")
    assert (event.actor, event.body, event.data["role"]) == (admin, tree["330402"], "inspector")


def test_a_post_ended_today_is_lost_at_once(tree: dict[str, Body], admin: User) -> None:
    officer = make_user("officer")
    post = appoint(user=officer, role="inspector", body=tree["330402"], starts_on=START, acting=acting(admin))
    assert officer.has_perm("cases.view_case", tree["330402"])
    end_post(post=post, ends_on=TODAY, acting=acting(admin))
    assert not officer.has_perm("cases.view_case", tree["330402"])
    assert not holds(_again(officer), "view_case")
    assert AuditEvent.objects.filter(action="end_post").count() == 1


def test_ending_one_of_two_posts_keeps_what_the_other_carries(tree: dict[str, Body], admin: User) -> None:
    officer = make_user("officer")
    post = appoint(user=officer, role="inspector", body=tree["330402"], starts_on=START, acting=acting(admin))
    appoint(user=officer, role="unit_head", body=tree["330402"], starts_on=START, acting=acting(admin))
    end_post(post=post, ends_on=TODAY, acting=acting(admin))
    officer = _again(officer)
    assert holds(officer, "view_case")
    assert holds(officer, "approve_inspection")
    assert not holds(officer, "inspect_enterprise")


def test_the_sweep_gives_and_takes_on_the_day_and_leaves_the_others_alone(tree: dict[str, Body], admin: User) -> None:
    officer, other = make_user("officer"), make_user("other")
    start, end = TODAY + timedelta(days=5), TODAY + timedelta(days=9)
    appoint(user=officer, role="inspector", body=tree["330402"], starts_on=start, ends_on=end, acting=acting(admin))
    appoint(user=other, role="inspector", body=tree["330402"], starts_on=START, acting=acting(admin))
    assert not holds(_again(officer), "view_case")
    outcomes = []
    for day in (start - timedelta(days=1), start, start, end - timedelta(days=1), end, end):
        outcomes.append((expire_posts(_midnight(day)), holds(_again(officer), "view_case")))
    assert outcomes == [(0, False), (1, True), (0, True), (0, True), (1, False), (0, False)]
    assert holds(_again(other), "view_case")


def test_a_post_missed_by_the_sweep_is_settled_late(tree: dict[str, Body], admin: User) -> None:
    officer = make_user("officer")
    end = TODAY + timedelta(days=1)
    appoint(user=officer, role="inspector", body=tree["330402"], starts_on=START, ends_on=end, acting=acting(admin))
    assert expire_posts(_midnight(end + timedelta(days=400))) == 1
    assert not holds(_again(officer), "view_case")


def test_a_closed_account_loses_everything_and_regains_it(tree: dict[str, Body], admin: User) -> None:
    officer = make_user("officer")
    appoint(user=officer, role="inspector", body=tree["330402"], starts_on=START, acting=acting(admin))
    set_active(user=officer, active=False, acting=acting(admin))
    assert not _again(officer).has_perm("cases.view_case", tree["330402"])
    assert not holds(_again(officer), "view_case")
    assert not BodyUserPermission.objects.filter(user=officer).exists()
    assert expire_posts(NOON) == 0
    set_active(user=officer, active=True, acting=acting(admin))
    assert holds(_again(officer), "view_case")


def test_grants_are_withheld_from_an_inactive_user_even_where_rows_stand(tree: dict[str, Body], admin: User) -> None:
    User.objects.filter(pk=admin.pk).update(is_active=False)
    assert BodyUserPermission.objects.filter(user=admin).exists()
    assert not _again(admin).has_perm("cases.manage_people", tree["330402"])
    assert not holds(_again(admin), "manage_people")


def test_sync_removes_a_row_that_no_post_explains(tree: dict[str, Body], admin: User) -> None:
    stray = BodyUserPermission.objects.filter(user=admin, permission__codename="manage_people").get()
    BodyUserPermission.objects.create(user=admin, permission=stray.permission, content_object=tree["000000"])
    sync_grants(admin, TODAY)
    assert not may(_again(admin), "manage_people", tree["330400"])
    assert may(_again(admin), "manage_people", tree["330402"])


def test_after_a_change_of_the_role_matrix_everybody_is_brought_in_line(tree: dict[str, Body], admin: User) -> None:
    officer, former = make_user("officer"), make_user("former")
    Post.objects.create(user=officer, role="inspector", body=tree["330402"], starts_on=START, appointed_by=admin)
    Post.objects.create(user=former, role="abolished", body=tree["330402"], starts_on=START, appointed_by=admin)
    stray = BodyUserPermission.objects.filter(user=admin).first()
    assert stray is not None
    BodyUserPermission.objects.create(user=former, permission=stray.permission, content_object=tree["330402"])
    said = StringIO()
    call_command("sync_grants", stdout=said)
    assert "3 people" in said.getvalue()
    assert holds(_again(officer), "inspect_enterprise")
    assert not BodyUserPermission.objects.filter(user=former).exists()
    assert role_title("abolished") == "abolished"


def test_only_managers_of_a_body_appoint_there(tree: dict[str, Body], admin: User) -> None:
    officer = make_user("officer")
    elsewhere = {"user": officer, "role": "inspector", "starts_on": START, "acting": acting(admin)}
    _refusal("not_manager", body=tree["330411"], **elsewhere)
    _refusal("not_manager", body=tree["330400"], **elsewhere)
    appoint(user=officer, role="inspector", body=tree["330402100"], starts_on=START, acting=acting(admin))
    _refusal("not_manager", **{**elsewhere, "body": tree["330402"], "acting": acting(officer)})


def test_nobody_appoints_themselves(tree: dict[str, Body], admin: User) -> None:
    _refusal(
        "self_appointment", user=admin, role="inspector", body=tree["330402"], starts_on=START, acting=acting(admin)
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"role": "emperor"}, "unknown_role"),
        ({"role": "province_officer"}, "role_not_at_level"),
        ({"ends_on": date(2025, 12, 31)}, "dates_out_of_order"),
        ({"ends_on": START}, "dates_out_of_order"),
    ],
)
def test_an_appointment_that_cannot_be(
    tree: dict[str, Body], admin: User, change: dict[str, object], code: str
) -> None:
    usual = {"user": make_user("officer"), "role": "inspector", "body": tree["330402"], "starts_on": START}
    _refusal(code, **{**usual, "acting": acting(admin), **change})
    assert not Post.objects.filter(role__in=["inspector", "emperor", "province_officer"]).exists()


def test_one_post_at_a_time(tree: dict[str, Body], admin: User) -> None:
    usual = {"user": make_user("officer"), "role": "inspector", "body": tree["330402"], "acting": acting(admin)}
    appoint(**usual, starts_on=date(2026, 3, 1), ends_on=date(2026, 6, 1))  # type: ignore[arg-type]
    _refusal("post_overlap", **usual, starts_on=date(2026, 5, 31))
    _refusal("post_overlap", **usual, starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 2))
    appoint(**usual, starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 1))  # type: ignore[arg-type]
    appoint(**usual, starts_on=date(2026, 6, 1))  # type: ignore[arg-type]
    _refusal("post_overlap", **usual, starts_on=date(2027, 1, 1))


def test_nobody_who_has_left_is_appointed(tree: dict[str, Body], admin: User) -> None:
    gone = make_user("gone", is_active=False)
    _refusal("person_inactive", user=gone, role="inspector", body=tree["330402"], starts_on=START, acting=acting(admin))


@pytest.mark.parametrize(
    ("ends_on", "code"), [(date(2025, 1, 1), "dates_out_of_order"), (date(2026, 11, 17), "post_end_in_past")]
)
def test_an_end_that_cannot_be(tree: dict[str, Body], admin: User, ends_on: date, code: str) -> None:
    post = appoint(
        user=make_user("officer"), role="inspector", body=tree["330402"], starts_on=START, acting=acting(admin)
    )
    with pytest.raises(RuleError) as refusal:
        end_post(post=post, ends_on=ends_on, acting=acting(admin))
    assert refusal.value.code == code
    end_post(post=post, ends_on=TODAY, acting=acting(admin))
    with pytest.raises(RuleError) as refusal:
        end_post(post=post, ends_on=TODAY, acting=acting(admin))
    assert refusal.value.code == "post_ended"


def test_a_superuser_may_appoint_but_sees_nothing(tree: dict[str, Body], root: User) -> None:
    assert not root.has_perm("cases.view_case", tree["330402"])
    assert not holds(root, "view_case")
    appoint(user=root, role="platform_admin", body=tree["330000"], starts_on=START, acting=acting(root))
    assert _again(root).has_perm("cases.view_case", tree["330402"])


def test_the_database_refuses_a_second_open_post_and_turned_dates(tree: dict[str, Body], admin: User) -> None:
    post = Post.objects.get(user=admin)
    again = {"user": admin, "role": post.role, "body": post.body, "appointed_by": admin}
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(**again, starts_on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(**again, starts_on=TODAY, ends_on=START)


def test_registering_a_person_gives_nothing_yet(tree: dict[str, Body], admin: User) -> None:
    details = {"name": "王一", "mobile": "", "password": "correct horse battery"}
    person = register_person(username="wang", **details, acting=acting(admin))
    assert person.check_password("correct horse battery")
    assert not BodyUserPermission.objects.filter(user=person).exists()
    with pytest.raises(RuleError) as refusal:
        register_person(username="WANG", **details, acting=acting(admin))
    assert refusal.value.code == "username_taken"
    with pytest.raises(RuleError) as refusal:
        register_person(username="li", **{**details, "password": "123"}, acting=acting(admin))
    assert refusal.value.code == "weak_password"
    with pytest.raises(NotPermitted):
        register_person(username="li", **details, acting=acting(person))


def test_nobody_closes_their_own_account_or_a_stranger_s(tree: dict[str, Body], admin: User, root: User) -> None:
    with pytest.raises(RuleError):
        set_active(user=admin, active=False, acting=acting(admin))
    stranger = make_user("stranger")
    appoint(user=stranger, role="inspector", body=tree["330411"], starts_on=START, acting=acting(root))
    with pytest.raises(NotPermitted):
        set_active(user=stranger, active=False, acting=acting(admin))
    appoint(user=stranger, role="inspector", body=tree["330402"], starts_on=START, acting=acting(admin))
    with pytest.raises(NotPermitted):
        set_active(user=stranger, active=False, acting=acting(admin))
