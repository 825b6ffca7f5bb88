"""Locks that no longer stand as recorded are found by the clock, not by somebody's memory (domain 2.3, 2.7)."""

from datetime import date

import pytest
from django.core.management import call_command

from cases.models import Body, Enterprise, LockChange, Notification, Post, ResponsibilityLock, User
from cases.selectors.locks import uncarried_locks
from cases.services.appoint import expire_posts, sync_grants
from cases.services.hand_over_lock import hand_over_lock
from cases.services.watch_locks import watch_locks
from tests.factories import give_post
from tests.locks.conftest import REASON, MakeLock, noon, on

ENDS = date(2026, 4, 30)


def end_by_date(user: User, ends_on: date) -> None:
    """The post ends by the day it was given until, as it was appointed."""
    Post.objects.filter(user=user).update(ends_on=ends_on, granted=True)


def test_a_post_that_ends_on_its_day_opens_the_change_from_that_day(
    make_lock: MakeLock, officer: User, head: User, successor: User
) -> None:
    locks = [make_lock(), make_lock()]
    end_by_date(officer, ENDS)
    expire_posts(noon(ENDS))
    assert watch_locks(noon(ENDS)) == 2
    for change in LockChange.objects.select_related("clock", "lock"):
        assert (change.cause, change.changed_on, change.reported_by) == ("post_ended", ENDS, None)
        assert (change.clock.due_on, change.clock.accountable_user) == (date(2026, 5, 11), officer)
        assert change.lock.ended_on is None, "the leaver stays accountable"
    news = Notification.objects.get(user=head, kind="lock_changed")
    assert (news.data["number"], news.data["officer"], news.data["due"]) == (2, officer.pk, "2026-05-11")
    assert watch_locks(noon(ENDS)) == 0
    hand_over_lock(lock_id=locks[0].pk, officer=successor, reason=REASON, acting=on(date(2026, 5, 12), head))
    assert locks[0].changes.get().late


def test_a_sweep_that_comes_late_counts_from_the_day_all_the_same(lock: ResponsibilityLock, officer: User) -> None:
    end_by_date(officer, ENDS)
    expire_posts(noon(date(2026, 5, 20)))
    watch_locks(noon(date(2026, 5, 20)))
    assert lock.changes.get().changed_on == ENDS


def test_a_second_post_that_reaches_the_unit_carries_it_on(
    lock: ResponsibilityLock, officer: User, bodies: dict[str, Body]
) -> None:
    end_by_date(officer, ENDS)
    give_post(officer, "responsible_officer", bodies["330402100"])
    expire_posts(noon(ENDS))
    assert watch_locks(noon(ENDS)) == 0


def test_a_unit_that_comes_to_another_body_is_locked_anew(
    lock: ResponsibilityLock, unit: Enterprise, officer: User, bodies: dict[str, Body], head: User
) -> None:
    city = bodies["330400"]
    Enterprise.objects.filter(pk=unit.pk).update(tier="B", tier_body=city)
    assert watch_locks(noon(date(2026, 4, 1))) == 1
    change = lock.changes.get()
    assert (change.cause, change.clock.accountable_body) == ("tier_body", city)
    city_head = User.objects.create(username="市科长", name="市科长")
    give_post(city_head, "unit_head", city)
    new = hand_over_lock(lock_id=lock.pk, officer=officer, reason=REASON, acting=on(date(2026, 4, 2), city_head))
    assert (new.officer, new.body) == (officer, city)
    assert new.clock is not None
    assert new.clock.accountable_body == city
    assert not uncarried_locks().exists()


def test_an_imported_deregistration_ends_the_lock(lock: ResponsibilityLock, unit: Enterprise) -> None:
    Enterprise.objects.filter(pk=unit.pk).update(status="deregistered")
    assert watch_locks(noon(date(2026, 4, 1))) == 1
    lock.refresh_from_db()
    assert lock.end == "ceased"


def test_a_closed_account_leaves_no_unit_unanswered(lock: ResponsibilityLock, officer: User) -> None:
    """However the account came to be closed."""
    User.objects.filter(pk=officer.pk).update(is_active=False)
    sync_grants(User.objects.get(pk=officer.pk), ENDS)
    assert watch_locks(noon(ENDS)) == 1
    assert lock.changes.get().changed_on == ENDS


@pytest.mark.django_db(transaction=True)
def test_the_engine_finds_them(lock: ResponsibilityLock, officer: User) -> None:
    end_by_date(officer, ENDS)
    call_command("engine", once=True)
    assert lock.changes.get().cause == "post_ended"


def test_the_watch_costs_the_same_for_one_and_for_many(
    make_lock: MakeLock, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    make_lock()
    with django_assert_num_queries(2):  # type: ignore[operator]
        watch_locks(noon(ENDS))
    for _ in range(5):
        make_lock()
    with django_assert_num_queries(2):  # type: ignore[operator]
        watch_locks(noon(ENDS))
