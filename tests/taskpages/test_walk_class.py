"""A demotion on an event and a yearly review, from their beginnings to the archive, by their pages."""

from datetime import date, timedelta
from typing import Any

import pytest

from cases.acting import Acting
from cases.models import Case, ClassRecord, SamplingResult, SelfReport
from cases.services.reclassify import reclassify_on_event
from cases.services.sweep_reviews import sweep_reviews
from tests.classes.making import class_history, classify, happen
from tests.taskpages.walk import REASON, Walk
from workflow.demo.clock import StoryClock
from workflow.models import StepDraft


@pytest.fixture
def demotion(enterprise: Any, now: StoryClock, story: Any) -> Any:
    def opened(kind: str = "hazard", quality_class: str = "AA") -> Any:
        classify(enterprise, quality_class, date(2026, 1, 15))
        event = happen(enterprise, kind, date(2026, 2, 20), title="出厂检验失控")
        case = reclassify_on_event(event=event, acting=Acting(None, now.now))
        return story(case=case)

    return opened


@pytest.fixture
def review(enterprise: Any, now: StoryClock, story: Any) -> Any:
    def opened(quality_class: str = "A") -> Any:
        classify(enterprise, quality_class, date(2025, 4, 20))
        sweep_reviews(now=now.now)
        return story(case=Case.objects.get(procedure="review"))

    return opened


def test_a_demotion_on_record_goes_to_its_end(browser: Any, demotion: Any, enterprise: Any) -> None:
    walk = Walk(browser, demotion())
    walk.to_the_end()
    assert walk.done == ["decide_basis", "decide_grassroots", "forward_filing", "file_province"]
    assert class_history(enterprise) == [("AA", "first"), ("A", "event")]


def test_a_demotion_by_inspection_goes_to_its_end(browser: Any, demotion: Any, enterprise: Any) -> None:
    walk = Walk(
        browser,
        demotion(),
        decide_basis=[{"outcome": "inspect"}],
        decide_measures=[{"outcome": "none"}],
    )
    walk.to_the_end()
    assert walk.done[:3] == ["decide_basis", "assign_inspectors", "inspect"]
    assert class_history(enterprise)[-1] == ("C", "inspection")


def test_the_page_of_the_basis_shows_event_and_classes(browser: Any, demotion: Any) -> None:
    walk = Walk(browser, demotion())
    item = walk.until("decide_basis")
    page = browser.open(f"/tasks/{item.pk}/")
    for words in ("出厂检验失控", "Risk events behind the class", "Art. 21(2) and (5)", "第二十一条（二）", "In force"):
        assert words in page, words
    sent = browser.send(f"/tasks/{item.pk}/", page, "submit", outcome="on_record", reason="")
    assert sent.status_code == 422
    assert "at least" in sent.content.decode()


def test_rejecting_a_demotion_by_the_page_keeps_the_class(browser: Any, demotion: Any, enterprise: Any) -> None:
    walk = Walk(browser, demotion("penalty"), decide_grassroots=[{"outcome": "reject", "mode": None, "reason": REASON}])
    walk.to_the_end()
    assert walk.case.status == "rejected"
    assert class_history(enterprise) == [("AA", "first")]


def test_a_review_on_paper_goes_to_its_end(browser: Any, review: Any, enterprise: Any) -> None:
    walk = Walk(browser, review(), assign_inspectors=[{"notice": "papers"}])
    walk.to_the_end()
    assert walk.done[:2] == ["assign_inspectors", "desk_check"]
    assert class_history(enterprise)[-1] == ("B", "review")


def test_a_review_that_needs_a_visit_goes_to_its_end(browser: Any, review: Any, enterprise: Any) -> None:
    story = review()
    onsite = {"outcome": "onsite", "reason": REASON, "planned_on": f"{story.clock.today + timedelta(days=9):%Y-%m-%d}"}
    walk = Walk(
        browser,
        story,
        assign_inspectors=[{"notice": "papers"}],
        desk_check=[onsite],
        decide_measures=[{"outcome": "none"}],
    )
    walk.to_the_end()
    assert walk.done[:5] == ["assign_inspectors", "desk_check", "approve_inspection", "assign_inspectors", "inspect"]
    assert ClassRecord.objects.get(enterprise=enterprise, valid_to__isnull=True).quality_class == "C"


def test_the_desk_check_shows_the_papers_and_keeps_what_was_typed(browser: Any, review: Any, enterprise: Any) -> None:
    SelfReport.objects.create(
        enterprise=enterprise, kind="responsibility", year=2025, submitted_on=date(2026, 2, 1), state="complete"
    )
    SamplingResult.objects.create(
        enterprise=enterprise,
        product="婴儿学步车",
        sampled_on=date(2025, 11, 3),
        level="province",
        result="pass",
        report_number="ZJ-2025-0099",
    )
    happen(enterprise, "complaint", date(2025, 12, 1), title="消费者投诉异味")
    walk = Walk(browser, review(), assign_inspectors=[{"notice": "papers"}])
    item = walk.until("desk_check")
    url = f"/tasks/{item.pk}/"
    page = browser.open(url)
    for words in ("Report on the main responsibility", "婴儿学步车", "消费者投诉异味", "Do the papers suffice?"):
        assert words in page, words
    assert "refuses the check" not in page
    browser.send(url, page, "save", outcome="onsite", reason="两份报告之间", item_3="fail", evidence_3="标准过期")
    again = browser.open(url)
    assert "两份报告之间" in again
    assert "标准过期" in again
    refused = browser.send(url, again, "check")
    assert refused.status_code == 422
    assert "at least 10 characters" in refused.content.decode()
    walk.do(item)
    assert not StepDraft.objects.exists()


def test_a_desk_check_that_is_not_complete_says_what_is_missing(browser: Any, review: Any) -> None:
    walk = Walk(browser, review(), assign_inspectors=[{"notice": "papers"}])
    item = walk.until("desk_check")
    url = f"/tasks/{item.pk}/"
    typed = {"note": "年度报告", "risk_level": "II", "item_1": "pass"}
    undecided = browser.send(url, browser.open(url), "check", **typed)
    assert undecided.status_code == 422
    assert undecided.context["form"].errors["outcome"]
    sent = browser.send(url, undecided.content.decode(), "check", **typed, outcome="enough")
    assert sent.status_code == 422
    assert "Not answered yet." in sent.content.decode()


def test_the_case_page_says_why_a_rise_is_frozen(browser: Any, review: Any, enterprise: Any, now: StoryClock) -> None:
    walk = Walk(browser, review("B"), assign_inspectors=[{"notice": "papers"}], desk_check=[{"item_4": "pass"}])
    walk.until("decide_grassroots")
    late = happen(enterprise, "penalty", now.today, title="新近处罚")
    reclassify_on_event(event=late, acting=Acting(None, now.now))
    page = browser.open(f"/cases/{walk.case.pk}/")
    for words in ("新近处罚", "Verified since: not counted yet", "A rise is frozen", "Annual review"):
        assert words in page, words
    item = walk.item()
    assert item is not None
    page = browser.open(f"/tasks/{item.pk}/")
    refused = browser.send(f"/tasks/{item.pk}/", page, "submit", outcome="agree", mode="responsibility")
    assert refused.status_code == 403
    assert "pending demotion freezes any rise" in refused.content.decode()
