"""Whole cases by their pages: every step's person opens the page, fills in its form and presses its button."""

from datetime import date
from typing import Any

from cases.models import Honour, Referral
from tests.taskpages.walk import REASON, Walk
from workflow.models import StepDraft, WorkItem
from workflow.steps.classification import CLASSIFICATION_STEPS

C_CASE = [
    "approve_inspection", "assign_inspectors", "inspect", "propose_class", "countersign", "decide_grassroots",
    "forward_filing", "file_province", "list_key", "decide_measures", "draft_interview", "issue_interview",
    "serve_interview", "hold_interview", "draft_order", "issue_order", "serve_order", "report_rectification",
    "return_visit", "close_case",
]  # fmt: skip


def test_a_c_case_goes_from_approval_to_archive_by_its_pages(browser: Any, story: Any) -> None:
    walk = Walk(browser, story())
    walk.to_the_end()
    assert walk.done == C_CASE
    assert walk.case.status == "closed"
    assert not WorkItem.objects.exists()


def test_the_other_steps_are_done_by_their_pages_too(browser: Any, story: Any, enterprise: Any) -> None:
    """A suspicion is referred, an honour withdrawn, two orders are not followed, and the case is escalated."""
    honour = Honour.objects.create(
        enterprise=enterprise, name="浙江省质量奖", granted_by="浙江省人民政府", granted_on=date(2024, 5, 1)
    )
    failed = {f"verdict_{n}": "fail" for n in range(1, 5)} | {f"finding_{n}": "现场仍未见整改。" for n in range(1, 5)}
    walk = Walk(
        browser,
        story(),
        inspect=[{"suspected_violation": "现场发现一批未经检验即出厂销售的产品。"}],
        withdraw_honours=[{f"honour_{honour.pk}": "proposed"}],
        return_visit=[failed, failed],
    )
    walk.to_the_end()
    assert {*C_CASE, "refer_penalty", "withdraw_honours", "escalate"} - {"close_case"} == set(walk.done)
    elsewhere = {"decide_basis", "desk_check"}  # see test_walk_class.py
    assert {step.code for step in CLASSIFICATION_STEPS} == {*walk.done, "close_case"} | elsewhere
    assert walk.case.status == "escalated"
    assert Referral.objects.get().case == walk.case
    honour.refresh_from_db()
    assert honour.withdrawal == "proposed"


def test_what_is_returned_comes_back_with_its_reason_on_the_page(browser: Any, story: Any) -> None:
    reason = "检验记录证据不足，请补充第六项的证据后重新提出意见。"
    walk = Walk(browser, story(), decide_grassroots=[{"outcome": "return_to_opinion", "mode": None, "reason": reason}])
    walk.do(walk.until("decide_grassroots"))
    again = walk.item()
    assert again is not None
    assert again.step == "propose_class"
    walk.let_time_pass(again)
    walk.sign_in_for("propose_class")
    page = browser.open(f"/tasks/{again.pk}/")
    assert reason in page
    assert "Returned for another opinion" in page
    assert walk.cast.grassroots_lead.name in page


def test_a_finished_step_leaves_no_draft(browser: Any, story: Any) -> None:
    walk = Walk(browser, story())
    item = walk.until("approve_inspection")
    url = f"/tasks/{item.pk}/"
    browser.send(url, browser.open(url), "save", outcome="approve", reason=REASON)
    assert StepDraft.objects.filter(task_id=item.pk).exists()
    walk.do(item)
    assert not StepDraft.objects.exists()
