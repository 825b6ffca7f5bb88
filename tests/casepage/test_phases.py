"""The stepper at every step of a story."""

import pytest

from cases.acting import Acting
from cases.services.file_classification import FileAtProvince
from tests.casepage.conftest import C_CLASS
from tests.factories import NOON
from workflow.selectors.case_page import load_case_page
from workflow.selectors.case_phases import phases_of
from workflow.services.run_step import run_step
from workflow.steps import PHASES_OF, STEPS

pytestmark = pytest.mark.django_db

CODES = [phase.code for phase in PHASES_OF["main"]]
WAY = [
    "approve_inspection", "assign_inspectors", "inspect", "propose_class", "countersign", "decide_grassroots",
    "forward_filing", "file_province", "list_key", "decide_measures", "draft_interview", "issue_interview",
    "serve_interview", "hold_interview", "draft_order", "issue_order", "serve_order", "report_rectification",
    "return_visit", "close_case",
]  # fmt: skip


def phases(case, viewer, at=NOON):
    page = load_case_page(case, Acting(viewer, at))
    return {phase.code: phase for phase in phases_of(case=case, turns=page.turns, opinions=page.opinions)}


@pytest.mark.parametrize("step", WAY)
def test_what_lies_behind_is_done_and_what_lies_ahead_is_to_do(tell, cast, step):
    case = tell(step, outcomes=C_CLASS)
    opened = case.work_items.get()
    found = phases(case, cast.lead, opened.created_at)
    place = CODES.index(STEPS[step].phase)
    assert found[CODES[place]].state == "current"
    assert [found[code].state for code in CODES[:place]] == ["done"] * place
    assert [found[code].state for code in CODES[place + 1 :]] == ["todo"] * (len(CODES) - place - 1)


def test_a_done_phase_says_when_and_who(tell, cast):
    case = tell("decide_grassroots")
    note = phases(case, cast.lead)["inspection"].note
    inspected = case.opinions.get(step="inspect")
    assert note == f"{inspected.decided_at.month}月{inspected.decided_at.day}日 王建国"


def test_an_overdue_step_makes_its_phase_late(tell, cast):
    found = phases(tell("decide_grassroots"), cast.lead)
    assert found["opinion"].state == "late"
    assert "overdue" in found["opinion"].note or "逾期" in found["opinion"].note


def test_a_return_throws_later_phases_open_again(tell, cast):
    case = tell("file_province")
    assert phases(case, cast.lead, case.work_items.get().created_at)["filing"].state == "current"
    item = case.work_items.get()
    facts = FileAtProvince("objected", "拟定监管方式与产品风险等级不相适应，请重新研究。")
    run_step(task_pk=item.pk, facts=facts, acting=Acting(cast.province_officer, item.created_at))
    case.refresh_from_db()
    found = phases(case, cast.lead, item.created_at)
    assert found["opinion"].state == "current"
    assert found["filing"].state == "todo"


def test_a_phase_that_never_came_is_not_needed(tell, cast):
    found = phases(tell(), cast.lead)
    assert [found[code].state for code in CODES] == ["done"] * 4 + ["todo"] * 3
    assert found["rectification"].note
