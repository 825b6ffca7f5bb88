"""Two people at the same lock at the same moment: one is obeyed, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from cases.models import Deadline, ResponsibilityLock, User
from cases.rules.errors import StatedError
from cases.services.audit import broken_chains
from cases.services.hand_over_lock import hand_over_locks
from cases.services.lock_unit import lock_unit
from tests.factories import make_body_tree, make_enterprise, make_user
from tests.locks.conftest import REASON, STUDY, on

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 3, 2)


def together(*acts: Any) -> list[Any]:
    start = Barrier(len(acts))

    def run(act: Any) -> Any:
        try:
            start.wait()
            return act()
        except StatedError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def people() -> tuple[User, User, User, User]:
    county = make_body_tree()["330402"]
    roles = {"王建国": "inspector", "陈晓": "inspector", "方媛": "inspector", "李敏": "unit_head"}
    one, two, three, head = (make_user(name, role, county) for name, role in roles.items())
    return one, two, three, head


def test_a_lock_is_handed_over_once() -> None:
    officer, first, second, head = people()
    locks = [
        lock_unit(enterprise_id=make_enterprise().pk, officer=officer, study=STUDY, acting=on(DAY, head))
        for _ in range(4)
    ]
    keys = [lock.pk for lock in locks]

    def give(to: User, order: list[int]) -> Any:
        return lambda: hand_over_locks(lock_ids=order, officer=to, reason=REASON, acting=on(DAY, head))

    results = together(give(first, keys), give(second, keys[::-1]))
    verdicts = [verdict for result in results for verdict in result]
    done = [verdict for verdict in verdicts if verdict.successor]
    assert sorted(verdict.lock.pk for verdict in done) == keys
    assert {verdict.refusal.code for verdict in verdicts if verdict.refusal} == {"lock_stands"}
    assert ResponsibilityLock.objects.filter(ended_on__isnull=True).count() == 4
    assert Deadline.objects.filter(rule="locked_unit_check", state="running").count() == 4
    assert Deadline.objects.filter(rule="responsible_officer_change", state="met").count() == 4
    assert not list(broken_chains())


def test_a_unit_is_locked_once() -> None:
    officer, other, _third, head = people()
    unit = make_enterprise()

    def name(person: User) -> Any:
        return lambda: lock_unit(enterprise_id=unit.pk, officer=person, study=STUDY, acting=on(DAY, head)).officer

    results = together(name(officer), name(other))
    assert "not_locked" in results
    assert ResponsibilityLock.objects.get().officer in results
    assert Deadline.objects.filter(state="running").count() == 1
