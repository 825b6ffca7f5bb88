"""The two papers of the file, from the saved rows to print: the general rules form and the return visit record."""

from datetime import date, timedelta

import pytest

from cases.models import (
    Answer,
    Assignment,
    Body,
    Case,
    EnforcementCertificate,
    Inspection,
    Opinion,
    Proposal,
    RectificationOrder,
    ReturnVisit,
    User,
)
from cases.rules.errors import RuleError
from cases.services.jobs import run_due_jobs
from notices.models import Document, IssuedFile
from notices.packs import form_notes, kind_of
from notices.pdf.case_file import PAGES
from notices.pdf.render import kinds
from notices.services.draft_document import draft_document
from notices.services.facts.form import pack_of
from notices.services.issue_document import issue_document
from notices.services.record_service import record_service
from tests.factories import NOON, acting, make_user
from tests.notices.conftest import new_order
from tests.notices.test_serve import in_person

VISITED = date(2026, 11, 2)


@pytest.fixture
def inspected(case: Case, inspector: User, second: User) -> Inspection:
    """A submitted form: item 4 fails with evidence, the others pass."""
    for user, role in ((inspector, "lead"), (second, "second")):
        Assignment.objects.create(
            case=case, round=1, user=user, role=role, certificate_number=f"浙F{user.pk:05d}", assigned_at=NOON
        )
    inspection = Inspection.objects.create(
        case=case, visited_on=VISITED, risk_level="II", submitted_at=NOON, submitted_by=inspector
    )
    items = pack_of(case.pack).classes.items  # type: ignore[union-attr]
    Answer.objects.bulk_create(
        Answer(
            inspection=inspection,
            item=item.number,
            value="fail" if item.number == "4" else "pass",
            evidence="未见质量记录" if item.number == "4" else "",
        )
        for item in items
    )
    return inspection


@pytest.fixture
def proposal(case: Case, inspected: Inspection, inspector: User, second: User) -> Proposal:
    return Proposal.objects.create(
        case=case,
        attempt=1,
        round=1,
        passes=18,
        total=19,
        failed=["4"],
        computed_class="A",
        computed_mode="responsibility",
        pack=case.pack,
        proposed_class="A",
        proposed_by=inspector,
        second_signer=second,
        proposed_on=date(2026, 11, 4),
    )


def filed(proposal: Proposal, bodies: dict[str, Body]) -> Proposal:
    """Agreed, forwarded and noted by three others."""
    case = proposal.case
    lead = make_user("county_lead", "grassroots_lead", case.body)
    city = make_user("city_officer", "city_officer", bodies["330400"])
    province = make_user("province_officer", "province_officer", bodies["330000"])
    for step, author, body, reason in (
        ("decide_grassroots", lead, case.body, "同意检查人员意见"),
        ("forward_filing", city, bodies["330400"], "同意转报"),
    ):
        Opinion.objects.create(
            case=case, round=1, step=step, outcome="agree", author=author, body=body, reason=reason, decided_at=NOON
        )
    proposal.agreed_by, proposal.agreed_on, proposal.mode = lead, date(2026, 11, 9), "responsibility"
    proposal.forwarded_by, proposal.forwarded_on = city, date(2026, 11, 11)
    proposal.filed_by, proposal.filed_on = province, date(2026, 11, 16)
    proposal.filing_number, proposal.filing_opinion, proposal.outcome = "浙市监备〔2026〕7号", "准予备案", "noted"
    proposal.save()
    return proposal


def draft_form(proposal: Proposal) -> Document:
    return draft_document(
        case=proposal.case, kind="general_rules_form", subject=f"proposal:{proposal.pk}", acting=acting(None)
    )


def test_the_form_carries_all_items_answers_and_signatures(proposal: Proposal, bodies: dict[str, Body]) -> None:
    document = issue_document(document=draft_form(filed(proposal, bodies)), acting=acting(None))
    facts = document.issue.facts
    assert [item["number"] for item in facts["items"]] == [str(number) for number in range(1, 20)]
    assert [item["number"] for item in facts["items"] if item["starred"]] == ["1", "2", "12", "14", "15", "16", "17"]
    assert [item["evidence"] for item in facts["items"] if item["answer"] == "fail"] == ["未见质量记录"]
    assert [person["certificate"] for person in facts["inspectors"]] == [
        f"浙F{proposal.proposed_by_id:05d}",
        f"浙F{proposal.second_signer_id:05d}",
    ]
    assert facts["grassroots"]["mode"] == "responsibility"
    assert "同意转报" in facts["city_opinion"]
    assert facts["provincial"]["filing_number"] == "浙市监备〔2026〕7号"
    assert facts["notes"] == list(form_notes())


def test_the_form_bears_the_number_of_its_case_and_is_printed(proposal: Proposal, bodies: dict[str, Body]) -> None:
    document = issue_document(document=draft_form(filed(proposal, bodies)), acting=acting(None))
    assert document.number == document.case.number
    assert document.issue.serial is None
    run_due_jobs(NOON)
    assert IssuedFile.objects.get(document=document).pages >= 3


def test_the_form_waits_for_inspection_and_proposal(proposal: Proposal) -> None:
    proposal.proposed_class = ""
    proposal.save()
    document = draft_form(proposal)
    with pytest.raises(RuleError) as refused:
        issue_document(document=document, acting=acting(None))
    assert refused.value.code == "not_proposed"
    Inspection.objects.update(submitted_at=None)
    with pytest.raises(RuleError) as refused:
        issue_document(document=document, acting=acting(None))
    assert refused.value.code == "not_inspected"


def test_a_form_without_opinions_leaves_their_places_blank(proposal: Proposal) -> None:
    facts = issue_document(document=draft_form(proposal), acting=acting(None)).issue.facts
    assert facts["grassroots"]["date"] is None
    assert facts["provincial"]["outcome"] == ""
    assert facts["city_opinion"] == ""


@pytest.fixture
def visit(order_document: Document, inspector: User, second: User) -> ReturnVisit:
    """The order was served, one item put right and one not."""
    record_service(document=order_document, facts=in_person(second), acting=acting(inspector))
    order = RectificationOrder.objects.get()
    order.items.filter(number=1).update(verdict="pass")
    order.items.filter(number=2).update(verdict="fail", finding="仍有两批产品没有出厂检验记录")
    EnforcementCertificate.objects.create(
        user=inspector, number="浙F00001", valid_from=VISITED, valid_to=date(2027, 11, 2), issuer="浙江省人民政府"
    )
    return ReturnVisit.objects.create(
        order=order,
        visited_on=date(2026, 12, 4),
        result="partly",
        note="部分整改到位",
        inspector=inspector,
        second_inspector=second,
        recorded_at=NOON + timedelta(days=16),
    )


def test_the_visit_record_says_what_was_found_of_each_demand(visit: ReturnVisit, inspector: User, later) -> None:
    document = draft_document(
        case=visit.order.case,
        kind="return_visit_record",
        subject=f"visit:{visit.pk}",
        fields={"statement": "将继续整改", "statement_by": "王玥"},
        acting=later(inspector, 16),
    )
    document = issue_document(document=document, acting=later(inspector, 16))
    facts = document.issue.facts
    assert [item["verdict"] for item in facts["items"]] == ["pass", "fail"]
    assert facts["items"][1]["finding"] == "仍有两批产品没有出厂检验记录"
    assert facts["order_number"].endswith("责改〔2026〕1号")
    assert facts["inspectors"][0]["certificate"] == "浙F00001"
    assert facts["statement"] == "将继续整改"
    run_due_jobs(NOON + timedelta(days=16))
    assert IssuedFile.objects.filter(document=document).exists()


def test_a_visit_with_unchecked_demands_is_no_record(visit: ReturnVisit, inspector: User, later) -> None:
    visit.order.items.update(verdict="open")
    document = draft_document(
        case=visit.order.case, kind="return_visit_record", subject=f"visit:{visit.pk}", acting=later(inspector, 16)
    )
    with pytest.raises(RuleError) as refused:
        issue_document(document=document, acting=later(inspector, 16))
    assert refused.value.code == "items_not_checked"


def test_an_order_without_demands_cannot_be_issued(case: Case, inspector: User, unit_head: User) -> None:
    order = new_order(case)
    order.items.all().delete()
    document = draft_document(
        case=case, kind="rectification_order", subject=f"order:{order.pk}", acting=acting(inspector)
    )
    with pytest.raises(RuleError) as refused:
        issue_document(document=document, acting=acting(unit_head))
    assert refused.value.code == "order_without_items"


def test_kinds_and_template_versions_agree_with_the_printer() -> None:
    case_file = {code for code, _zh, _en, _build in PAGES}
    without_number = {"supervision_task_list", "unit_list", *case_file}  # papers that are no document of a case
    printed = {kind.code: (kind.zh, kind.template_version) for kind in kinds() if kind.code not in without_number}
    assert {code: (kind_of(code).zh, kind_of(code).template_version) for code in printed} == printed
