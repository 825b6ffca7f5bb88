"""The papers that the steps of a case bring about: told truly, issued in time, and silent of the class to outsiders."""

import json

import pytest

from cases.models import Case
from cases.services.jobs import run_due_jobs
from notices.models import Document
from notices.packs import document_kinds
from notices.pdf.render import render

pytestmark = pytest.mark.django_db

GIVEN_TO_THE_UNIT = {
    "inspection_notice", "onsite_record", "interview_notice", "interview_record", "rectification_order",
    "return_visit_record", "service_receipt", "recall_order",
}  # fmt: skip
CLASS_WORDS = ("C类", "B类", "A类", "AA类", "加严监管", "常态监管", "质量信用类别")


def papers(case: Case) -> dict[str, Document]:
    documents = Document.objects.filter(case=case, issue__isnull=False).select_related("issue").order_by("pk")
    return {document.kind: document for document in documents}


def said(document: Document) -> str:
    return json.dumps(document.issue.facts, ensure_ascii=False)


def test_every_paper_says_what_was_done_and_none_for_the_unit_names_its_class(story):
    told = story(outcomes={"inspect": ["3,12"]})
    list(told.tell())
    found = papers(told.case)
    enterprise = told.case.enterprise
    for kind, document in found.items():
        assert enterprise.name in said(document), kind
        if kind in GIVEN_TO_THE_UNIT:
            assert not any(word in said(document) for word in CLASS_WORDS), kind
    assert "同意检查" in said(found["inspection_approval"])
    assert "2项不符合" in said(found["onsite_record"])
    rows = next(part["rows"] for part in found["onsite_record"].issue.facts["parts"] if part["columns"])
    assert [row[0] for row in rows] == ["3", "12"]
    assert all(row[1] and row[2] for row in rows)
    assert "C类" in said(found["filing_form"])
    assert told.case.proposals.get().filing_number in said(found["filing_form"])
    assert "整改合格" in said(found["closing_approval"])
    receipts = Document.objects.filter(case=told.case, kind="service_receipt")
    assert {each.issue.facts["parts"][1]["text"] for each in receipts} == {"约谈通知书", "责令限期整改通知书"}


def test_papers_of_the_file_bear_the_case_number_and_what_goes_out_its_own(story):
    told = story(outcomes={"inspect": ["refuse"], "decide_measures": ["none"]})
    list(told.tell())
    found = papers(told.case)
    assert {"inspection_notice", "lead_transfer", "onsite_record"} <= set(found)
    for kind, document in found.items():
        numbered = document_kinds()[kind].numbered
        assert (document.number == told.case.number) is not numbered
        assert (document.issue.serial is not None) is numbered
    assert "拒绝检查" in said(found["onsite_record"])
    assert found["lead_transfer"].issue.issued_by is not None


def test_an_escalation_to_recall_drafts_the_order_for_somebody_to_issue(story):
    told = story(outcomes={"inspect": ["3,12"], "hold_interview": ["no_show", "no_show"], "escalate": ["recall"]})
    list(told.tell())
    order = Document.objects.get(case=told.case, kind="recall_order")
    assert (order.state, order.drafted_by, order.addressee) == ("draft", None, told.case.enterprise.name)


def test_all_of_them_can_be_printed(story):
    told = story(outcomes={"inspect": ["3,12"]})
    list(told.tell())
    for document in papers(told.case).values():
        assert render(document.kind, document.issue.facts).pages >= 1
    while run_due_jobs(told.clock.now):
        pass
    assert not Document.objects.filter(case=told.case, issue__isnull=False, file__isnull=True).exists()
