"""Issuing: who may, what it takes, what is frozen, and that a refusal burns no number."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.db import DatabaseError, transaction

from cases.acting import Acting
from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Body, Case, Interview, Job, RectificationOrder, Sequence, User
from cases.rules.errors import NotPermitted, RuleError
from cases.services.jobs import run_due_jobs
from notices.models import Document, Issue, IssuedFile
from notices.pdf.checks import MissingGlyph
from notices.pdf.editions import CURRENT
from notices.pdf.render import Rendered, kinds, render
from notices.rules.numbering import check_number
from notices.services.draft_document import draft_document, edit_draft
from notices.services.issue_document import issue_document
from notices.services.preview import preview
from notices.services.render_document import render_document
from notices.services.void_document import void_document
from tests.factories import NOON, acting, make_user
from tests.notices.conftest import new_deadline, new_interview, new_order
from tests.notices_pdf.measure import pages, text_of


def test_an_issued_notice_carries_the_bodys_number_and_the_frozen_record(issued: Document, county: Body) -> None:
    assert issued.number == f"{county.document_prefix}约〔2026〕1号"
    assert check_number(issued.number)
    assert issued.issue.facts["number"] == issued.number
    assert issued.issue.facts["addressee"] == issued.case.enterprise.name
    assert len(issued.issue.verify_code) == 20
    assert issued.issue.verify_code in issued.issue.facts["verify_url"]


def test_each_kind_and_body_counts_for_itself(issued: Document, order_document: Document, county: Body) -> None:
    assert order_document.number == f"{county.document_prefix}责改〔2026〕1号"


def test_the_drafter_may_not_issue(draft: Document, inspector: User) -> None:
    with pytest.raises(Blocked) as refused:
        issue_document(document=draft, acting=acting(inspector))
    assert refused.value.code == "not_the_drafter"
    assert not Sequence.objects.exists()


def test_a_substitute_of_the_drafter_may_not_issue_either(draft: Document, inspector: User, unit_head: User) -> None:
    with pytest.raises(Blocked) as refused:
        issue_document(document=draft, acting=Acting(user=unit_head, at=NOON, on_behalf_of=inspector))
    assert refused.value.code == "not_the_drafter"


def test_the_database_itself_keeps_drafter_and_issuer_apart(issued: Document) -> None:
    values = {f.attname: getattr(issued.issue, f.attname) for f in Issue._meta.concrete_fields if f.name != "id"}
    other = Document.objects.create(
        case=issued.case,
        place=issued.place,
        kind=issued.kind,
        subject="interview:999",
        body=issued.body,
        drafted_at=NOON,
    )
    values |= {"document_id": other.pk, "serial": 2, "verify_code": "X" * 20, "issued_by_id": issued.drafted_by_id}
    with pytest.raises(DatabaseError), transaction.atomic():
        Issue.objects.create(**values)


def test_somebody_of_another_county_may_neither_draft_nor_issue(draft: Document, neighbour: User) -> None:
    with pytest.raises(Blocked):
        issue_document(document=draft, acting=acting(neighbour))
    interview = new_interview(draft.case, attempt=2)
    with pytest.raises(Blocked):
        draft_document(
            case=draft.case,
            kind="interview_notice",
            subject=f"interview:{interview.pk}",
            acting=acting(neighbour),
        )


def test_the_system_issues_no_notice_to_an_enterprise(draft: Document) -> None:
    with pytest.raises(NotPermitted):
        issue_document(document=draft, acting=acting(None))


def test_a_document_is_issued_once(issued: Document, unit_head: User) -> None:
    with pytest.raises(Blocked):
        issue_document(document=issued, acting=acting(unit_head))
    assert Sequence.objects.get().last == 1


def test_a_character_no_font_has_is_refused_without_burning_a_number(draft: Document, unit_head: User) -> None:
    Interview.objects.update(subject="检查发现产品\U0001f600不合格")
    with pytest.raises(MissingGlyph):
        issue_document(document=draft, acting=acting(unit_head))
    assert not Sequence.objects.exists()
    Interview.objects.update(subject="检查发现产品不合格")
    assert issue_document(document=draft, acting=acting(unit_head)).issue.serial == 1


def test_an_interview_that_has_passed_cannot_be_summoned_to(draft: Document, unit_head: User, later) -> None:
    with pytest.raises(RuleError) as refused:
        issue_document(document=draft, acting=later(unit_head, 30))
    assert refused.value.code == "interview_past"


def test_a_preview_takes_no_number_and_writes_nothing(draft: Document, unit_head: User) -> None:
    events = AuditEvent.objects.count()
    assert preview(draft, acting(unit_head)).startswith(b"%PDF-")
    assert not Sequence.objects.exists()
    assert not Issue.objects.exists()
    assert AuditEvent.objects.count() == events


def test_the_order_learns_its_day_of_issue_but_its_clock_waits_for_service(order_document: Document) -> None:
    order = RectificationOrder.objects.get()
    assert order.issued_on == order_document.issue.issued_on
    assert order.served_on is None
    assert not order.case.deadlines.exists()


def test_printing_is_idempotent_and_gives_the_same_bytes(issued: Document, media) -> None:
    assert set(run_due_jobs(NOON).values()) == {"done"}
    file = IssuedFile.objects.get()
    kept = file.file.read()
    again = render_document({"document": issued.pk})
    assert again is not None
    assert again["sha256"] == file.sha256
    render_document.done({"document": issued.pk}, again, NOON)
    assert IssuedFile.objects.count() == 1
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1
    assert kept.startswith(b"%PDF-")
    assert len(kept) == file.size
    assert file.pages == 2


def test_other_bytes_for_an_issued_document_are_refused(issued: Document) -> None:
    run_due_jobs(NOON)
    with pytest.raises(RuleError):
        render_document.done({"document": issued.pk}, {"sha256": "0" * 64, "path": "x", "size": 1, "pages": 1}, NOON)


def test_a_print_that_says_something_else_is_not_kept(
    issued: Document, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def misprinted(kind: str, facts: dict[str, Any], version: str) -> Rendered:
        rendered = render(kind, facts, version)
        return replace(rendered, written=rendered.written.replace("约谈", "约见"))

    monkeypatch.setattr("notices.pdf.render.render", misprinted)
    assert set(run_due_jobs(NOON).values()) == {"backoff"}
    assert not IssuedFile.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]
    assert "PrintedWrong: Page 1 says “谈" in Job.objects.get().last_error
    monkeypatch.undo()
    run_due_jobs(NOON + timedelta(hours=1))
    assert IssuedFile.objects.get().document == issued


def test_a_document_is_printed_with_the_template_it_was_issued_under(
    issued: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between issue and printing the templates have moved on to another version."""
    then, now = issued.issue.template_version, "2099.1"
    changed = {code: replace(kind, template_version=now) for code, kind in kinds().items()}
    monkeypatch.setattr("notices.pdf.render.kinds", lambda: changed)
    monkeypatch.setattr("notices.pdf.editions.PAST", tmp_path)
    assert set(run_due_jobs(NOON).values()) == {"backoff"}
    assert f"the template version {then}, which is not kept here" in Job.objects.get().last_error
    shutil.copytree(CURRENT.styles, tmp_path / then / "css")
    shutil.copytree(CURRENT.templates, tmp_path / then / "templates")
    template = tmp_path / then / "templates" / "letter.html"
    template.write_text(template.read_text().replace("扫码核验", "扫码查验"))
    run_due_jobs(NOON + timedelta(hours=1))
    assert "扫码查验" in "".join(page.extract_text() for page in pypdf.PdfReader(IssuedFile.objects.get().file).pages)


def test_what_is_printed_does_not_follow_later_changes_of_the_record(issued: Document) -> None:
    case = issued.case
    case.enterprise.name = "改了名的企业"
    case.enterprise.save(update_fields=["name"])
    Interview.objects.update(place="别处")
    run_due_jobs(NOON)
    facts = Document.objects.get(pk=issued.pk).issue.facts
    assert "改了名的企业" not in str(facts)
    assert "别处" not in str(facts)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: Issue.objects.filter(document=d).update(facts={}),
        lambda d: Issue.objects.filter(document=d).update(number="嘉市监约〔2026〕9号"),
        lambda d: Issue.objects.filter(document=d).delete(),
        lambda d: IssuedFile.objects.filter(document=d).update(sha256="0" * 64),
        lambda d: IssuedFile.objects.filter(document=d).delete(),
        lambda d: Document.objects.filter(pk=d.pk).update(case=d.case_id, kind="reminder_letter"),
        lambda d: Document.objects.filter(pk=d.pk).delete(),
    ],
    ids=["facts", "number", "issue", "hash", "file", "kind", "document"],
)
def test_the_database_refuses_to_change_what_was_issued(issued: Document, change) -> None:
    run_due_jobs(NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        change(issued)


def test_a_voided_number_stays_used_with_its_reason(issued: Document, unit_head: User, inspector: User) -> None:
    void_document(document=issued, reason="约谈时间填写有误，需要重新通知", acting=acting(unit_head))
    again = draft_document(case=issued.case, kind=issued.kind, subject=issued.subject, acting=acting(inspector))
    assert again.supersedes == issued
    again = issue_document(document=again, acting=acting(unit_head))
    assert again.issue.serial == 2
    stored = Document.objects.get(pk=issued.pk)
    assert (stored.state, stored.number) == ("voided", issued.number)
    assert stored.void_reason


def test_voiding_needs_a_reason_and_the_right_post(issued: Document, unit_head: User, neighbour: User) -> None:
    with pytest.raises(RuleError):
        void_document(document=issued, reason="错", acting=acting(unit_head))
    with pytest.raises(Blocked):
        void_document(document=issued, reason="约谈时间填写有误，需要重新通知", acting=acting(neighbour))


def test_a_voided_order_counts_as_not_issued(order_document: Document, unit_head: User) -> None:
    void_document(document=order_document, reason="整改要求有遗漏，需要重新下达", acting=acting(unit_head))
    order = RectificationOrder.objects.get()
    assert order.issued_on is None


def test_one_standing_document_per_subject(draft: Document, inspector: User) -> None:
    with pytest.raises(RuleError) as refused:
        draft_document(case=draft.case, kind=draft.kind, subject=draft.subject, acting=acting(inspector))
    assert refused.value.details["document"] == draft.pk


@pytest.mark.parametrize("subject", ["order:1", "interview:0", "interview:1;drop", "interview:", "interview:９"])
def test_a_document_speaks_of_a_row_of_its_own_case(case: Case, inspector: User, subject: str) -> None:
    with pytest.raises(RuleError):
        draft_document(case=case, kind="interview_notice", subject=subject, acting=acting(inspector))


def test_markup_in_names_is_printed_as_text(draft: Document, unit_head: User, inspector: User) -> None:
    enterprise = draft.case.enterprise
    enterprise.name = "<script>alert(1)</script><img src=file:///etc/passwd>有限公司"
    enterprise.save(update_fields=["name"])
    edit_draft(document=draft, fields={"contact": "{{ settings.SECRET_KEY }}"}, acting=acting(inspector))
    assert preview(draft, acting(unit_head)).startswith(b"%PDF-")


def test_unknown_and_hostile_fields_are_refused(draft: Document, inspector: User) -> None:
    for fields in (
        {"number": "嘉市监约〔2026〕9号"},
        {"contact": "x" * 5000},
        {"contact": ["x"]},
        {"contact": "a\u202eb"},
    ):
        with pytest.raises(RuleError):
            edit_draft(document=draft, fields=fields, acting=acting(inspector))


def test_an_issued_document_is_edited_no_more(issued: Document, inspector: User) -> None:
    with pytest.raises(RuleError):
        edit_draft(document=issued, fields={"contact": "某人"}, acting=acting(inspector))


def test_a_reminder_comes_from_the_body_above_and_only_when_overdue(case: Case, county: Body, bodies) -> None:
    deadline = new_deadline(case, county)
    document = draft_document(case=case, kind="reminder_letter", subject=f"deadline:{deadline.pk}", acting=acting(None))
    city = bodies["330400"]
    assert (document.body, document.addressee) == (city, county.name)
    head = make_user("city_head", "unit_head", city)
    issued = issue_document(document=document, acting=acting(head))
    assert issued.number == f"{city.document_prefix}函〔2026〕1号"
    assert "已逾期8日" in str(issued.issue.facts["paragraphs"])


def test_issuing_queues_one_printing_job_and_one_event(issued: Document) -> None:
    assert Job.objects.filter(kind="notices.render").count() == 1
    event = AuditEvent.objects.filter(action="document.issued").get()
    assert event.data["number"] == issued.number


def test_the_order_names_period_demands_and_right_to_be_heard(case: Case, inspector: User, unit_head: User) -> None:
    order = new_order(case)
    document = draft_document(
        case=case, kind="rectification_order", subject=f"order:{order.pk}", acting=acting(inspector)
    )
    text = str(issue_document(document=document, acting=acting(unit_head)).issue.facts["paragraphs"])
    assert "自本通知书送达之日起15日内" in text
    assert "制定作业指导书并组织培训" in text
    assert "陈述意见" in text
    assert "C类" not in text


def test_the_second_of_two_issuers_is_told_who_was_first(issued: Document, unit_head: User, county: Body) -> None:
    other = make_user("other_head", "unit_head", county)
    with pytest.raises(Blocked) as refused:
        issue_document(document=issued, acting=acting(other))
    assert unit_head.name in refused.value.message
    assert issued.number in refused.value.message


# --- corrected documents ---


def corrected(document: Document, drafter: User, issuer: User) -> Document:
    void_document(document=document, reason="内容填写有误，需要重新发出", acting=acting(issuer))
    again = draft_document(case=document.case, kind=document.kind, subject=document.subject, acting=acting(drafter))
    return issue_document(document=again, acting=acting(issuer))


def test_a_corrected_notice_names_the_one_it_takes_the_place_of(
    issued: Document, inspector: User, unit_head: User
) -> None:
    again = corrected(issued, inspector, unit_head)
    said = [paragraph["text"] for paragraph in again.issue.facts["paragraphs"]]
    assert said[-2:] == [f"本通知书发出后，我局{issued.number}同时作废。", "特此通知。"]
    run_due_jobs(NOON)
    printed = IssuedFile.objects.get(document=again).file.read()
    assert issued.number in "".join("".join(text_of(page) for page in pages(printed)).split())


def test_a_corrected_order_names_the_last_number_only(
    order_document: Document, inspector: User, unit_head: User
) -> None:
    second = corrected(order_document, inspector, unit_head)
    third = corrected(second, inspector, unit_head)
    last = third.issue.facts["paragraphs"][-1]["text"]
    assert last == f"本通知书发出后，我局{second.number}同时作废。"
    assert order_document.number not in str(third.issue.facts)


def test_a_corrected_letter_calls_itself_a_letter(case: Case, bodies: dict[str, Body]) -> None:
    deadline = new_deadline(case, bodies["330402"])
    chief = make_user("chief", "overseer", bodies["330400"])
    letter = draft_document(case=case, kind="reminder_letter", subject=f"deadline:{deadline.pk}", acting=acting(chief))
    first = issue_document(document=letter, acting=acting(chief))
    second = corrected(first, chief, chief)
    assert second.issue.facts["paragraphs"][-1]["text"] == f"本函发出后，我局{first.number}同时作废。"


def test_a_draft_that_was_dropped_is_not_named(draft: Document, inspector: User, unit_head: User) -> None:
    void_document(document=draft, reason="内容填写有误，需要重新发出", acting=acting(inspector))
    again = draft_document(case=draft.case, kind=draft.kind, subject=draft.subject, acting=acting(inspector))
    issued = issue_document(document=again, acting=acting(unit_head))
    assert issued.supersedes is None
    assert "作废" not in str(issued.issue.facts)
