"""The same thing done twice at once: one wins, the other is told by whom."""

import json
from typing import Any

import pytest

from tests.engine.houses import House


def race(house: House, scene: str, **environment: str) -> list[dict[str, Any]]:
    rounds: list[dict[str, Any]] = json.loads(house.answer("-m", "tests.engine.probe.race", scene, **environment))
    return rounds


def test_of_two_who_claim_a_task_one_has_it_and_the_other_learns_who(house: House) -> None:
    for played in race(house, "claim"):
        assert sorted(played["answers"]) == sorted(["taken", f"task_claimed by {played['owner']}"])


def test_of_two_who_finish_a_task_one_does_and_the_other_learns_who(house: House) -> None:
    for played in race(house, "finish"):
        assert sorted(played["answers"]) == sorted(["finished", f"task_done by {played['owner']}"])
        assert played["joins"] == 1


def test_two_branches_finished_at_once_join_once(house: House) -> None:
    for played in race(house, "branches"):
        assert played == {"answers": ["finished", "finished"], "after": 1}


@pytest.mark.postgres
def test_the_stock_lock_completes_a_task_twice(postgres_house: House) -> None:
    """Why every flow must lock: without, both complete the task and the next step exists twice."""
    doubled = [played for played in race(postgres_house, "without_lock") if played["after"] > 1]
    assert doubled


def test_a_job_told_to_three_workers_runs_in_one(house: House) -> None:
    for played in race(house, "job"):
        assert played["answers"] == ["done", "not_due", "not_due"]


def test_a_worker_that_outlived_its_lease_cannot_complete(house: House) -> None:
    (played,) = race(house, "overrun", PROBE_SECONDS="1")
    assert played["answers"] == ["fenced", "done"]
