"""A whole case by its pages: every step's person opens the page, fills in its form and presses its button."""

from typing import Any

from workflow.models import WorkItem
from workflow.steps import STEPS
from tests.taskpages.walk import Walk

C_CASE = [
    "approve_inspection", "assign_inspectors", "inspect", "propose_class", "countersign", "decide_grassroots",
    "forward_filing", "file_province", "list_key", "decide_measures", "draft_interview", "issue_interview",
    "serve_interview", "hold_interview", "draft_order", "issue_order", "serve_order", "report_rectification",
    "return_visit", "close_case",
]  # fmt: skip


def test_a_c_case_goes_from_approval_to_archive_by_its_pages(browser: Any, story: Any) -> None:
    walk = Walk(browser, story(), failing=("1", "3", "6", "12"))
    walk.to_the_end()
    assert walk.done == C_CASE
    assert walk.case.status == "closed"
    assert not WorkItem.objects.exists()
    assert all(step in STEPS for step in walk.done)
