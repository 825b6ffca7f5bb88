"""The main process end to end, one test a branch."""

import pytest

from cases.models import ClassRecord, KeySupervision, Opinion, Proposal, Referral
from notices.models import Document
from workflow.models import CaseProcess, WorkItem

pytestmark = pytest.mark.django_db


def steps(told):
    return [each.step.code for each in told]


def test_an_enterprise_that_passes_is_filed_and_concluded(story):
    told = story()
    assert steps(told.tell()) == [
        "approve_inspection",
        "assign_inspectors",
        "inspect",
        "propose_class",
        "countersign",
        "decide_grassroots",
        "forward_filing",
        "file_province",
    ]
    case = told.case
    record = ClassRecord.objects.get(case=case)
    assert (record.quality_class, record.mode, case.status) == ("AA", "credit", "closed")
    assert CaseProcess.objects.get(case=case).status == "DONE"
    assert not WorkItem.objects.exists()
    kinds = list(Document.objects.filter(case=case).order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        "inspection_approval", "inspection_notice", "onsite_record", "filing_form", "general_rules_form"
    ]  # fmt: skip


def test_a_c_enterprise_is_listed_interviewed_ordered_and_visited(story):
    told = story(outcomes={"inspect": ["3,12"]})
    assert steps(told.tell())[8:] == [
        "list_key",
        "decide_measures",
        "draft_interview",
        "issue_interview",
        "serve_interview",
        "hold_interview",
        "draft_order",
        "issue_order",
        "serve_order",
        "report_rectification",
        "return_visit",
        "close_case",
    ]
    case = told.case
    assert case.status == "closed"
    assert KeySupervision.objects.filter(enterprise=case.enterprise, left_on=None).exists()
    kinds = set(Document.objects.filter(case=case, state="issued").values_list("kind", flat=True))
    assert kinds == {
        "inspection_approval", "inspection_notice", "onsite_record", "filing_form", "general_rules_form",
        "interview_notice", "interview_record", "rectification_order", "return_visit_record", "service_receipt",
        "closing_approval",
    }  # fmt: skip


def test_a_refused_inspection_is_class_c_and_referred(story):
    told = story(outcomes={"inspect": ["refuse"], "decide_measures": ["none"]})
    codes = steps(told.tell())
    assert "refer_penalty" in codes
    assert Referral.objects.get(case=told.case).because_refused
    assert ClassRecord.objects.get(case=told.case).quality_class == "C"
    assert told.case.status == "closed"


def test_a_suspected_violation_is_referred_while_the_case_goes_on(story):
    told = story(outcomes={"inspect": ["4+violation"]})
    assert "refer_penalty" in steps(told.tell())
    assert not Referral.objects.get(case=told.case).because_refused
    assert ClassRecord.objects.get(case=told.case).quality_class == "A"


def test_loops_keep_every_earlier_opinion(story):
    told = story(
        outcomes={
            "inspect": ["4", "4,5"],
            "countersign": ["reject", "sign"],
            "decide_grassroots": ["return_to_inspection", "return_to_opinion", "agree", "agree", "agree"],
            "forward_filing": ["return", "forward"],
            "file_province": ["objected", "noted"],
        }
    )
    list(told.tell())
    case = told.case
    outcomes = list(Opinion.objects.filter(case=case).order_by("pk").values_list("step", "outcome"))
    assert outcomes.count(("inspect", "checked")) == 2
    assert [o for s, o in outcomes if s == "decide_grassroots"] == [
        "return_to_inspection",
        "return_to_opinion",
        "agree",
        "agree",
        "agree",
    ]
    assert ("forward_filing", "return") in outcomes
    assert ("file_province", "objected") in outcomes
    assert Proposal.objects.filter(case=case).count() == 6
    assert case.inspections.count() == 2
    assert ClassRecord.objects.get(case=case).quality_class == "B"


@pytest.mark.parametrize("outcome", ["refuse", "merge"])
def test_an_inspection_not_approved_ends_the_case(story, outcome):
    told = story(outcomes={"approve_inspection": [outcome]})
    assert steps(told.tell()) == ["approve_inspection"]
    assert told.case.status == "refused"
    assert CaseProcess.objects.get(case=told.case).status == "DONE"


def test_a_second_no_show_is_escalated(story):
    told = story(outcomes={"inspect": ["12"], "hold_interview": ["no_show", "no_show"]})
    codes = steps(told.tell())
    assert codes.count("draft_interview") == 2
    assert codes[-1] == "escalate"
    assert told.case.status == "escalated"


def test_partly_put_right_is_ordered_once_more_then_escalated(story):
    told = story(outcomes={"inspect": ["3,12"], "return_visit": ["partly", "partly"]})
    codes = steps(told.tell())
    assert codes.count("issue_order") == 2
    assert codes[-1] == "escalate"


def test_a_failed_return_visit_is_escalated(story):
    told = story(outcomes={"inspect": ["12"], "return_visit": ["fail"]})
    assert steps(told.tell())[-1] == "escalate"


def test_honours_are_withdrawn_beside_the_measures(story, enterprise):
    enterprise.honours.create(name="嘉兴市市长质量奖", granted_by="嘉兴市人民政府")
    told = story(outcomes={"inspect": ["12"]})
    codes = steps(told.tell())
    assert "withdraw_honours" in codes
    assert enterprise.honours.get().withdrawal == "proposed"
    assert told.case.status == "closed"


def test_letters_returned_by_the_head_are_drafted_anew(story):
    told = story(outcomes={"inspect": ["12"], "issue_interview": ["return"], "issue_order": ["return"]})
    codes = steps(told.tell())
    assert codes.count("draft_interview") == 2
    assert codes.count("draft_order") == 2
    assert told.case.status == "closed"
