"""Escalation end to end, one test a branch (P5)."""

from datetime import date, timedelta

import pytest

from cases.models import (
    AuditEvent,
    Deadline,
    EscalationProposal,
    ListedOversight,
    ListingWatch,
    Opinion,
    Referral,
    TierRecord,
    UpperSupervision,
)
from cases.services.listed_oversight import ReportProgress, report_progress
from cases.services.sweep_deadlines import sweep
from cases.services.tier_enterprise import retier
from notices.models import Document
from notices.services.void_document import void_document
from tests.factories import make_user
from workflow.models import CaseProcess, WorkItem
from workflow.selectors.case_words import OUTCOMES, event_words
from workflow.services.end_case import end_case_early

pytestmark = pytest.mark.django_db


def told_in_full(case):
    """Every event and opinion of the case has words."""
    for event in AuditEvent.objects.filter(case=case):
        words = event_words(event.action, event.data)
        assert words != event.action
        assert "%(" not in words
    for opinion in Opinion.objects.filter(case=case):
        assert f"{opinion.step}:{opinion.outcome}" in OUTCOMES


def over(case):
    return CaseProcess.objects.get(case=case).status == "DONE" and not WorkItem.objects.filter(case=case).exists()


def test_a_proposal_opens_a_case_at_the_body_above(watch, bodies):
    case = watch.propose("upper_tier")
    proposal = EscalationProposal.objects.get(case=case)
    assert (case.procedure, case.status, case.body) == ("escalation", "proposed_up", bodies["330400"])
    assert case.territorial_body == bodies["330402100"]
    assert (proposal.from_body, proposal.to_body) == (bodies["330402"], bodies["330400"])
    assert proposal.grounds[0]["clause"].endswith("二（一）")
    assert watch.step() == "decide_escalation"
    assert Deadline.objects.get(case=case, rule="upper_decision").due_on == date(2026, 3, 11)


def test_a_refused_proposal_ends_the_case(watch):
    watch.propose()
    watch.decide("refuse")
    assert watch.case.status == "refused"
    assert watch.case.closed_at == watch.now
    assert over(watch.case)
    told_in_full(watch.case)


def test_a_unit_taken_over_answers_to_the_body_above_until_it_is_given_back(watch, bodies):
    watch.propose("upper_tier")
    watch.decide("take_over")
    unit = watch.enterprise
    unit.refresh_from_db()
    assert (unit.tier, unit.tier_body) == ("C", bodies["330400"])
    assert ListingWatch.objects.filter(enterprise=unit).exists()  # its list is another body's now
    supervision = UpperSupervision.objects.get(enterprise=unit)
    assert supervision.review_on == date(2027, 3, 2)
    assert not WorkItem.objects.filter(case=watch.case).exists()
    watch.wait(366)
    assert watch.step() == "decide_return"
    watch.decide_return("return")
    unit.refresh_from_db()
    assert (unit.tier_body, watch.case.status) == (bodies["330402"], "returned_down")
    assert over(watch.case)
    history = TierRecord.objects.filter(enterprise=unit).order_by("pk").values_list("tier_body__code", flat=True)
    assert list(history) == ["330402", "330400", "330402"]
    told_in_full(watch.case)


def test_a_new_hazard_prolongs_the_supervision_from_its_day(watch, event):
    watch.propose("upper_tier")
    watch.decide("take_over")
    event(date(2026, 9, 1))
    watch.wait(366)
    assert watch.step() == ""
    assert UpperSupervision.objects.get().review_on == date(2027, 9, 1)
    watch.wait(190)
    assert watch.step() == "decide_return"
    told_in_full(watch.case)


def test_a_unit_that_is_kept_is_looked_at_again_a_period_later(watch):
    watch.propose("upper_tier")
    watch.decide("take_over")
    watch.wait(366)
    watch.decide_return("keep")
    assert watch.step() == ""
    assert UpperSupervision.objects.get().review_on == date(2028, 3, 3)
    watch.wait(367)
    assert watch.step() == "decide_return"
    told_in_full(watch.case)


def test_a_listed_matter_is_noticed_watched_and_lifted(watch, bodies):
    watch.listed()
    oversight = ListedOversight.objects.get(case=watch.case)
    assert (watch.case.status, oversight.opened_on, oversight.due_on) == (
        "watching", date(2026, 3, 2), date(2026, 5, 6),
    )  # fmt: skip
    notice = Document.objects.get(case=watch.case, kind="listed_oversight_notice")
    assert notice.issue.facts["cc"] == bodies["330402"].name
    assert (watch.step(), WorkItem.objects.get(case=watch.case).due_on) == ("ask_lifting", oversight.due_on)
    assert WorkItem.objects.get(case=watch.case).body == bodies["330402"]
    watch.wait(14)
    facts = ReportProgress(date(2026, 3, 16), "已停止销售，正在召回。")
    report_progress(case_id=watch.case.pk, facts=facts, acting=watch.acting(watch.people.watched))
    assert watch.step() == "ask_lifting"
    progress = Deadline.objects.filter(case=watch.case, rule="oversight_progress").order_by("pk")
    assert [row.state for row in progress] == ["met", "running"]
    assert progress[1].due_on == date(2026, 3, 31)
    watch.wait(20)
    watch.ask()
    assert not progress.filter(state="running").exists()
    watch.wait(6)
    watch.decide_lifting("lift")
    assert (watch.case.status, watch.step()) == ("lift_noticing", "issue_lift_notice")
    watch.issue("issue_lift_notice")
    watch.serve("serve_lift_notice")
    oversight.refresh_from_db()
    assert (watch.case.status, oversight.state, oversight.lifted_on) == ("lifted", "lifted", date(2026, 4, 11))
    clock = Deadline.objects.get(case=watch.case, rule="listed_oversight")
    assert (clock.state, clock.met_on) == ("met", date(2026, 4, 5))
    assert over(watch.case)
    told_in_full(watch.case)


def test_a_returned_notice_is_drafted_again(watch):
    watch.propose()
    watch.decide("list")
    watch.draft()
    watch.issue(outcome="return")
    assert watch.step() == "draft_listing_notice"
    watch.draft(days=30)
    watch.issue()
    watch.serve()
    assert ListedOversight.objects.get().due_on == date(2026, 4, 1)


def test_watching_goes_on_where_the_lifting_is_refused(watch):
    watch.listed()
    watch.ask()
    watch.decide_lifting("continue")
    assert (watch.case.status, watch.step()) == ("watching", "ask_lifting")
    assert ListedOversight.objects.get().state == "open"
    assert Deadline.objects.filter(case=watch.case, rule="oversight_progress", state="running").exists()
    told_in_full(watch.case)


def test_a_notice_of_lifting_that_is_not_issued_opens_the_decision_anew(watch):
    watch.listed()
    watch.ask()
    watch.decide_lifting("lift")
    watch.issue("issue_lift_notice", "return")
    assert (watch.case.status, watch.step()) == ("lifting", "decide_lifting")
    assert Document.objects.get(kind="oversight_lift_notice").state == "voided"
    watch.decide_lifting("continue")
    assert watch.step() == "ask_lifting"
    told_in_full(watch.case)


def test_a_referred_matter_ends_with_a_referral(watch):
    watch.listed()
    watch.ask()
    watch.decide_lifting("refer", recipient="嘉兴市市场监督管理综合行政执法队", legal_basis="产品质量法第四十九条")
    assert (watch.case.status, ListedOversight.objects.get().state) == ("referred", "referred")
    assert Referral.objects.get(case=watch.case).recipient.startswith("嘉兴市")
    assert over(watch.case)
    told_in_full(watch.case)


def test_a_void_notice_leads_back_to_its_draft(watch):
    watch.listed()
    void_document(
        document=Document.objects.get(kind="listed_oversight_notice"),
        reason="督办要求表述有误，需要重新通知",
        acting=watch.acting(watch.people.decider),
    )
    watch.case.refresh_from_db()
    assert (watch.case.status, watch.step()) == ("noticing", "draft_listing_notice")
    assert not Deadline.objects.filter(case=watch.case, state="running").exclude(subject__startswith="step:").exists()
    watch.draft()
    watch.issue()
    watch.serve()
    assert watch.case.status == "watching"


def test_an_unserved_notice_that_is_void_leads_back_too(watch):
    watch.propose()
    watch.decide("list")
    watch.draft()
    watch.issue()
    document = Document.objects.get(kind="listed_oversight_notice")
    acting = watch.acting(watch.people.decider)
    void_document(document=document, reason="督办要求表述有误，需要重新通知", acting=acting)
    assert watch.step() == "draft_listing_notice"


def test_late_reports_are_urged_by_a_letter_of_the_body_above(watch, bodies):
    watch.listed()
    watch.wait(17)
    sweep(now=watch.now)
    watch.wait(0)
    letter = Document.objects.get(case=watch.case, kind="reminder_letter")
    assert (letter.body, letter.addressee) == (bodies["330400"], bodies["330402"].name)


def _to(watch, status):
    if status == "proposed_up":
        watch.propose()
        return
    if status == "taken_over":
        watch.propose("upper_tier")
        watch.decide("take_over")
        return
    watch.propose()
    watch.decide("list")
    if status == "noticing":
        return
    watch.draft()
    watch.issue()
    watch.serve()
    if status in ("lifting", "lift_noticing"):
        watch.ask()
    if status == "lift_noticing":
        watch.decide_lifting("lift")


@pytest.mark.parametrize("status", ["proposed_up", "taken_over", "noticing", "watching", "lifting", "lift_noticing"])
def test_the_end_of_the_enterprise_ends_the_case_wherever_it_stands(watch, bodies, status):
    _to(watch, status)
    assert watch.case.status == status
    head = make_user("何平", "unit_head", bodies["330400"])
    end_case_early(case_id=watch.case.pk, reason="企业已注销，经营主体不存在。", acting=watch.acting(head))
    watch.case.refresh_from_db()
    assert watch.case.status == "terminated"
    assert not WorkItem.objects.filter(case=watch.case).exists()
    assert not Deadline.objects.filter(case=watch.case, state__in=["running", "suspended"]).exists()
    assert not UpperSupervision.objects.filter(ended_on=None).exists()
    assert not ListedOversight.objects.filter(state__in=["open", "lift_asked"]).exists()
    watch.enterprise.refresh_from_db()
    assert watch.enterprise.tier_body == bodies["330402"]
    watch.wait(400)
    assert not WorkItem.objects.filter(case=watch.case).exists()


def test_a_later_retiering_keeps_the_body_above_and_says_why(watch, bodies):
    watch.propose("upper_tier")
    watch.decide("take_over")
    unit = watch.enterprise
    unit.refresh_from_db()
    unit.headcount = 25
    retier(unit, watch.now + timedelta(days=3))
    record = TierRecord.objects.get(enterprise=unit, valid_to=None)
    assert (record.tier, record.tier_body) == ("C", bodies["330400"])
    assert "经上级市场监督管理部门决定" in record.grounds[-1]["text"]
