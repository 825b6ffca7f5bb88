"""The numbers in the navigation: what waits for this person, asked once, and bounded."""

import pytest

from cases.models import User
from tests.inbox.conftest import Make, Now
from workflow.demo.story import Cast
from workflow.views import waiting_counts
from workflow.views.waiting_counts import count_for


def fresh(user: User) -> User:
    """As a new request loads the person."""
    return User.objects.get(pk=user.pk)


def test_entries_count_what_waits_behind_them(at_step: Make, cast: Cast) -> None:
    for step in ("inspect", "approve_inspection", "assign_inspectors"):
        at_step(step)
    assert [count_for(name, fresh(cast.lead)) for name in ("inbox", "queue", "approvals")] == [1, 0, 0]
    assert [count_for(name, fresh(cast.unit_head)) for name in ("inbox", "queue", "approvals")] == [0, 2, 1]


def test_a_count_is_asked_once_a_request(
    at_step: Make, cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    at_step("inspect")
    user = fresh(cast.lead)
    assert count_for("inbox", user) == 1
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert count_for("inbox", user) == 1


def test_counting_stops_at_a_bound(at_step: Make, cast: Cast, now: Now, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_counts, "MOST_COUNTED", 2)
    for _ in range(3):
        at_step("inspect")
    assert count_for("inbox", fresh(cast.lead)) == 2
