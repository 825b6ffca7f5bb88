"""Nobody leaves with units in hand: posts, accounts and long absences wait for the hand-over (38号 二（一）)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.acting import legal_date
from cases.guards.conditions import Blocked
from cases.models import Body, Post, ResponsibilityLock, User
from cases.services.absence import arrange_substitution
from cases.services.accounts import set_active
from cases.services.appoint import end_post
from cases.services.hand_over_lock import hand_over_lock
from cases.services.lock_unit import lock_unit
from cases.services.open_settings import set_open_setting
from tests.factories import acting, give_post, make_enterprise, make_user

TODAY = date(2026, 11, 18)
CLAUSE = "国市监质监发〔2023〕38号 二（一）"
REASON = "因工作调动，由继任人员接续监管责任。"


@pytest.fixture
def head(tree: dict[str, Body]) -> User:
    return make_user("李敏", "unit_head", tree["330402"])


@pytest.fixture
def officer(tree: dict[str, Body]) -> User:
    return make_user("王建国", "inspector", tree["330402"])


@pytest.fixture
def successor(tree: dict[str, Body]) -> User:
    return make_user("陈晓", "inspector", tree["330402"])


@pytest.fixture
def lock(tree: dict[str, Body], officer: User, head: User) -> ResponsibilityLock:
    unit = make_enterprise(name="嘉兴童车有限公司", territorial_body=tree["330402100"], tier_body=tree["330402"])
    study = "近两年监督抽查三次不合格，很可能发生重大风险。"
    return lock_unit(enterprise_id=unit.pk, officer=officer, study=study, acting=acting(head))


@pytest.fixture
def signed_in(client: Client) -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        User.objects.filter(pk=user.pk).update(language="en")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def test_a_post_that_carries_units_is_not_ended(
    lock: ResponsibilityLock, officer: User, successor: User, admin: User, head: User
) -> None:
    post = officer.posts.get()
    for ends_on in (TODAY, TODAY + timedelta(days=30)):
        with pytest.raises(Blocked) as refusal:
            end_post(post=post, ends_on=ends_on, acting=acting(admin))
        assert (refusal.value.code, refusal.value.clause) == ("locks_handed_over", CLAUSE)
        mend = refusal.value.conditions[0].mend
        assert mend is not None
        assert (mend.url_name, mend.args) == ("officer_locks", (officer.pk,))
    hand_over_lock(lock_id=lock.pk, officer=successor, reason=REASON, acting=acting(head))
    assert end_post(post=post, ends_on=TODAY, acting=acting(admin)).ends_on == TODAY


def test_a_post_that_carries_nothing_is_ended_as_ever(
    lock: ResponsibilityLock, officer: User, tree: dict[str, Body], admin: User
) -> None:
    """A clerk's post, one elsewhere, and one of two that reach the unit."""
    for role, body in (("legal_reviewer", "330402"), ("inspector", "330402101"), ("responsible_officer", "330402100")):
        end_post(post=give_post(officer, role, tree[body]), ends_on=TODAY, acting=acting(admin))
    give_post(officer, "responsible_officer", tree["330402100"])
    end_post(
        post=Post.objects.get(user=officer, role="inspector", body__code="330402"), ends_on=TODAY, acting=acting(admin)
    )
    assert lock.officer == officer


def test_another_post_that_ends_before_does_not_carry_it(
    lock: ResponsibilityLock, officer: User, tree: dict[str, Body], admin: User
) -> None:
    other = give_post(officer, "responsible_officer", tree["330402100"])
    Post.objects.filter(pk=other.pk).update(ends_on=TODAY + timedelta(days=3))
    post = Post.objects.get(user=officer, role="inspector")
    with pytest.raises(Blocked):
        end_post(post=post, ends_on=TODAY + timedelta(days=3), acting=acting(admin))


def test_an_account_with_units_is_not_closed(
    lock: ResponsibilityLock, officer: User, successor: User, admin: User, head: User
) -> None:
    with pytest.raises(Blocked) as refusal:
        set_active(user=officer, active=False, acting=acting(admin))
    assert refusal.value.clause == CLAUSE
    assert User.objects.get(pk=officer.pk).is_active
    hand_over_lock(lock_id=lock.pk, officer=successor, reason=REASON, acting=acting(head))
    set_active(user=officer, active=False, acting=acting(admin))
    set_active(user=officer, active=True, acting=acting(admin))


def test_a_short_absence_leaves_the_officer_accountable_a_long_one_needs_a_hand_over(
    lock: ResponsibilityLock, officer: User, successor: User, tree: dict[str, Body], admin: User
) -> None:
    def away(days: int) -> None:
        arrange_substitution(
            absent=officer,
            substitute=successor,
            starts_on=TODAY,
            ends_on=TODAY + timedelta(days=days),
            reason="培训",
            acting=acting(officer),
        )

    with pytest.raises(Blocked) as refusal:
        away(30)
    assert refusal.value.clause == CLAUSE
    set_open_setting(
        body=tree["330402"],
        key="lock.longest_absence",
        value=10,
        reason="本局从严掌握请假期间的责任",
        acting=acting(admin),
    )
    with pytest.raises(Blocked):
        away(10)
    away(9)


def test_the_pages_say_why_how_many_and_where_to_go(
    lock: ResponsibilityLock, officer: User, admin: User, signed_in: Callable[[User], Client]
) -> None:
    client, post = signed_in(admin), officer.posts.get()
    where = reverse("officer_locks", args=[officer.pk])
    page = client.get(reverse("post_end", args=[post.pk])).content.decode()
    assert "(now: 1)" in page
    assert where in page
    answer = client.post(reverse("post_end", args=[post.pk]), {"ends_on": legal_date(timezone.now()).isoformat()})
    assert answer.status_code == 422
    assert CLAUSE in answer.content.decode()
    assert Post.objects.get(pk=post.pk).ends_on is None
    page = client.get(reverse("person", args=[officer.pk])).content.decode()
    assert "Responsible officer of 1 unit" in page
    assert where in page
    answer = client.post(reverse("person_active", args=[officer.pk]), {"active": "0"}, follow=True)
    assert "must have handed over every unit" in answer.content.decode()
    assert where in client.get(reverse("person_absence", args=[officer.pk])).content.decode()
    page = client.get(where).content.decode()
    assert "嘉兴童车有限公司" in page
    assert "your post does not" in page, "whoever manages people does not hand units over, and is told who does"
