"""What stands beside the form: proposal and grounds, evidence, the letter, neighbours, the clock."""

from typing import Any

from django.urls import reverse

from cases.models import Deadline, Opinion, Substitution
from notices.services.case_letters import interview_letter
from tests.factories import make_enterprise, make_user
from workflow.models import WorkItem


def test_a_decision_is_shown_with_class_grounds_and_evidence(at: Any) -> None:
    page = at("decide_grassroots").page()
    assert "Quality class C" in page
    assert "15 / 19" in page
    assert "带*的指向型指标第12、14项发现问题" in page
    assert "C类企业实施加严监管方式" in page
    assert "现场抽查的产品铭牌未标注生产厂厂址。" in page
    assert "Agree: class C" in page


def test_an_english_reader_gets_a_gloss_under_the_chinese_grounds(at: Any) -> None:
    standing = at("decide_grassroots")
    page = standing.page()
    assert "带*的指向型指标" in page
    assert "Starred item 12, 14 failed: class C outright." in page
    standing.cast.grassroots_lead.language = "zh-hans"
    standing.cast.grassroots_lead.save()
    page = standing.page()
    assert "带*的指向型指标" in page
    assert "Starred item" not in page


def test_the_letter_to_be_issued_can_be_read_first(at: Any) -> None:
    standing = at("issue_interview")
    page = standing.page()
    letter = interview_letter(standing.case)
    assert letter is not None
    assert reverse("document_detail", args=[letter.pk]) in page
    assert reverse("document_preview", args=[letter.pk]) in page


def test_approvals_lead_from_one_to_the_next(at: Any, story: Any, bodies: Any) -> None:
    standing = at("approve_inspection")
    other = story()
    other.enterprise = make_enterprise(territorial_body=bodies["330402100"])
    other.begin()
    second = WorkItem.objects.exclude(pk=standing.item.pk).get()
    page = standing.browser.open(f"{standing.url}?from=approvals")
    assert f"/tasks/{second.pk}/?from=approvals" in page
    assert "from=approvals" not in standing.page()


def test_a_suspended_clock_is_shown_as_suspended(at: Any) -> None:
    standing = at("decide_grassroots")
    assert "countdown-suspended" not in standing.page()
    Deadline.objects.filter(case=standing.case, subject="step:decide_grassroots").update(state="suspended")
    assert "countdown-suspended" in standing.page()


def test_a_substitute_is_told_for_whom_the_step_is_done(at: Any, bodies: Any) -> None:
    standing = at("propose_class")
    substitute = make_user("代班人", "inspector", bodies["330402"])
    Substitution.objects.create(
        absent=standing.cast.lead,
        substitute=substitute,
        starts_on=standing.clock.today,
        ends_on=standing.clock.today,
        arranged_by=standing.cast.unit_head,
        reason="出差",
    )
    standing.browser.sign_in(substitute)
    assert "You do this step for 王建国, who is absent." in standing.page()


def test_a_step_is_recorded_once_however_often_its_page_was_opened(at: Any) -> None:
    standing = at("approve_inspection")
    for _ in range(3):
        standing.page()
    standing.send(outcome="approve")
    assert Opinion.objects.filter(step="approve_inspection").count() == 1
