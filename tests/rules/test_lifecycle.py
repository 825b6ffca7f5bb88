"""The table of statuses: every case can come to an end, and nothing leaves a final status (P1 to P5)."""

import pytest

from cases.rules.errors import RuleError
from cases.rules.lifecycle import FINAL, FIRST_STATUS, STATUSES, TRANSITIONS, next_status


def following(status: str) -> set[str]:
    return {table[status] for table in TRANSITIONS.values() if status in table}


def test_the_whole_road_from_plan_to_filed_class() -> None:
    status = "planned"
    road = ("approve", "assign", "start_inspection", "submit_inspection", "evaluate", "propose", "countersign", "agree")
    for event in (*road, "forward", "note_filing", "take_effect"):
        status = next_status(status, event)
    assert status == "effective"


def test_every_status_is_reached_from_a_beginning() -> None:
    reached, front = set(FIRST_STATUS.values()), set(FIRST_STATUS.values())
    while front:
        front = {status for each in front for status in following(each)} - reached
        reached |= front
    assert reached == STATUSES - {"terminated"}


@pytest.mark.parametrize("status", sorted(STATUSES - FINAL))
def test_every_open_case_can_go_on_and_be_terminated(status: str) -> None:
    assert following(status)
    assert next_status(status, "terminate") == "terminated"


@pytest.mark.parametrize("status", sorted(FINAL))
@pytest.mark.parametrize("event", [*sorted(TRANSITIONS), "terminate"])
def test_nothing_leaves_a_final_status(status: str, event: str) -> None:
    with pytest.raises(RuleError):
        next_status(status, event)


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(RuleError):
        next_status("planned", "forget")
