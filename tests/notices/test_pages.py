"""The pages of documents: who sees what, downloads that check themselves, and a public answer that leaks nothing."""

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases.models import Body, Case, Deadline, Sequence, User
from cases.services.jobs import run_due_jobs
from notices.models import AddressConfirmation, Document, IssuedFile, ServiceRecord
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from notices.services.void_document import void_document
from notices.views.elsewhere import _places, register_place
from tests.factories import NOON, acting, make_user
from tests.notices.conftest import new_case, new_deadline, new_interview
from tests.notices.test_reminders_and_seals import png


@pytest.fixture(autouse=True)
def _plain(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Static files without a manifest, an empty cache, and the tests' day for the views' clock."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    cache.clear()


@pytest.fixture
def signed_in(client: Client) -> Any:
    def sign_in(user: User) -> Client:
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def printed(issued: Document) -> Document:
    run_due_jobs(NOON)
    return Document.objects.select_related("file", "issue").get(pk=issued.pk)


PAGES = ("document_detail", "document_preview", "document_file", "document_edit", "document_serve")


@pytest.mark.parametrize("page", PAGES)
def test_another_county_is_told_there_is_no_such_document(printed: Document, neighbour: User, signed_in, page) -> None:
    assert signed_in(neighbour).get(reverse(page, args=[printed.pk])).status_code == 404


@pytest.mark.parametrize("page", ["document_issue", "document_void", "document_serve", "confirm_service_address"])
def test_another_county_can_do_nothing(draft: Document, neighbour: User, signed_in, page: str) -> None:
    assert signed_in(neighbour).post(reverse(page, args=[draft.pk]), {"reason": "x" * 20}).status_code == 404
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_sent_to_sign_in(printed: Document, client: Client, page: str) -> None:
    response = client.get(reverse(page, args=[printed.pk]))
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_the_list_shows_only_the_persons_own_place(printed: Document, bodies, neighbour: User, unit_head, signed_in):
    other = new_case(bodies["330411"], neighbour, serial=9)
    interview = new_interview(other)
    draft_document(case=other, kind="interview_notice", subject=f"interview:{interview.pk}", acting=acting(neighbour))
    page = signed_in(unit_head).get(reverse("document_list"))
    assert [row["document"].pk for row in page.context["rows"]] == [printed.pk]


def test_the_list_is_narrowed(printed: Document, order_document: Document, unit_head: User, signed_in) -> None:
    client = signed_in(unit_head)

    def shown(**query: str) -> set[int]:
        rows = client.get(reverse("document_list"), query).context["rows"]
        return {row["document"].pk for row in rows}

    both = {printed.pk, order_document.pk}
    assert shown() == both
    assert shown(kind="rectification_order") == {order_document.pk}
    assert shown(state="unserved") == both
    assert shown(state="draft") == set()
    assert shown(q="责改") == {order_document.pk}
    assert shown(q=printed.case.enterprise.name) == both
    assert shown(body=str(printed.body_id)) == both
    assert shown(kind="nonsense") == both


def test_the_list_costs_the_same_for_more_rows(
    county: Body, inspector: User, unit_head: User, signed_in, django_assert_max_num_queries
) -> None:
    def add(serial: int) -> None:
        case = new_case(county, inspector, serial=serial)
        interview = new_interview(case)
        subject = f"interview:{interview.pk}"
        document = draft_document(case=case, kind="interview_notice", subject=subject, acting=acting(inspector))
        issue_document(document=document, acting=acting(unit_head))

    def queries() -> int:
        with django_assert_max_num_queries(60) as counted:
            client.get(reverse("document_list"))
        return len(counted.captured_queries)

    client = signed_in(unit_head)
    add(1)
    queries()
    few = queries()
    for serial in range(2, 12):
        add(serial)
    assert queries() == few


def test_a_draft_shows_what_it_will_say_or_why_it_cannot(draft: Document, unit_head: User, signed_in) -> None:
    client = signed_in(unit_head)
    page = reverse("document_detail", args=[draft.pk])
    assert "南湖区市场监督管理局三楼会议室" in client.get(page).content.decode()
    draft.case.interviews.update(place="\U0001f600会议室")
    assert "U+1F600" in client.get(page).content.decode()


def test_the_download_is_the_kept_file(printed: Document, unit_head: User, signed_in) -> None:
    response = signed_in(unit_head).get(reverse("document_file", args=[printed.pk]))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert len(response.content) == printed.file.size
    inline = signed_in(unit_head).get(reverse("document_file", args=[printed.pk]) + "?inline")
    assert inline["Content-Disposition"].startswith("inline")


def test_a_file_that_changed_on_disk_is_not_handed_out(printed: Document, unit_head: User, signed_in, media) -> None:
    Path(printed.file.file.path).write_bytes(b"%PDF-1.7 forged")
    response = signed_in(unit_head).get(reverse("document_file", args=[printed.pk]))
    assert response.status_code == 500
    assert b"forged" not in response.content
    Path(printed.file.file.path).unlink()
    assert signed_in(unit_head).get(reverse("document_file", args=[printed.pk])).status_code == 500


def test_a_document_not_yet_printed_says_so(issued: Document, unit_head: User, signed_in) -> None:
    client = signed_in(unit_head)
    assert client.get(reverse("document_file", args=[issued.pk])).status_code == 404
    assert client.get(reverse("document_detail", args=[issued.pk])).status_code == 200


def test_the_preview_takes_no_number(draft: Document, unit_head: User, signed_in) -> None:
    response = signed_in(unit_head).get(reverse("document_preview", args=[draft.pk]))
    assert response.content.startswith(b"%PDF-")
    assert not Sequence.objects.exists()


def test_a_preview_that_cannot_be_printed_says_why(draft: Document, unit_head: User, signed_in) -> None:
    draft.case.interviews.update(place="\U0001f600会议室")
    response = signed_in(unit_head).get(reverse("document_preview", args=[draft.pk]))
    assert response.status_code == 409
    assert "U+1F600" in response.content.decode()


def test_the_drafter_sees_why_they_may_not_issue(draft: Document, inspector: User, signed_in) -> None:
    page = signed_in(inspector).get(reverse("document_detail", args=[draft.pk]))
    assert 'aria-disabled="true"' in page.content.decode()
    assert reverse("document_issue", args=[draft.pk]) not in page.content.decode()
    signed_in(inspector).post(reverse("document_issue", args=[draft.pk]))
    assert Document.objects.get(pk=draft.pk).state == "draft"


def test_issue_serve_and_void_on_the_page(draft: Document, unit_head: User, second: User, signed_in) -> None:
    client = signed_in(unit_head)
    client.post(reverse("document_issue", args=[draft.pk]))
    assert Document.objects.get(pk=draft.pk).state == "issued"
    serve = reverse("document_serve", args=[draft.pk])
    assert client.get(serve).status_code == 200
    facts = {
        "kind": "direct",
        "outcome": "yes",
        "attempted_on": "2026-11-18",
        "received_on": "2026-11-18",
        "second_server": str(second.pk),
        "recipient": "王玥",
        "recipient_role": "mail_room",
    }
    refused = client.post(serve, facts)
    assert refused.status_code == 422
    assert refused.context["form"].errors["receipt_signed"]
    assert client.post(serve, {**facts, "receipt_signed": "on"}).status_code == 302
    assert Document.objects.get(pk=draft.pk).served_on == date(2026, 11, 18)
    page = client.get(reverse("document_detail", args=[draft.pk]))
    assert "送达回证" in page.content.decode()
    void = reverse("document_void", args=[draft.pk])
    assert client.post(void, {"reason": "短"}).status_code == 422
    assert client.post(void, {"reason": "约谈时间填写有误，需要重新通知"}).status_code == 302
    assert Document.objects.get(pk=draft.pk).state == "voided"


def test_evidence_is_checked_and_nothing_stays_of_a_refused_attempt(issued: Document, inspector, second, signed_in):
    facts = {
        "kind": "lien",
        "outcome": "yes",
        "attempted_on": "2026-11-18",
        "second_server": str(second.pk),
        "place": "企业传达室",
        "refusal_reason": "拒绝签收",
        "on_video": "on",
    }
    serve = reverse("document_serve", args=[issued.pk])
    forged = SimpleUploadedFile("录像.mp4", b"MZ\x90\x00" + b"0" * 64, "video/mp4")
    assert signed_in(inspector).post(serve, {**facts, "evidence": forged}).status_code == 422
    assert not issued.case.attachments.exists()
    photo = SimpleUploadedFile("送达.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "image/png")
    assert signed_in(inspector).post(serve, {**facts, "evidence": photo}).status_code == 302
    assert ServiceRecord.objects.get().evidence.get().name == "送达.png"


def test_an_address_is_confirmed_on_its_page(issued: Document, inspector: User, signed_in) -> None:
    page = reverse("confirm_service_address", args=[issued.pk])
    assert signed_in(inspector).get(page).status_code == 200
    facts = {"address": "兴园路1号", "electronic_consent": "on", "email": "a@example.cn", "signed_by": "王玥"}
    assert signed_in(inspector).post(page, {**facts, "confirmed_on": "2026-11-19"}).status_code == 422
    unsigned = signed_in(inspector).post(page, {**facts, "confirmed_on": "2026-11-18"})
    assert unsigned.status_code == 422
    assert unsigned.context["form"].errors["scan"]
    assert not issued.case.attachments.exists()
    scan = SimpleUploadedFile("确认书.pdf", b"%PDF-1.7\n" + b"0" * 64, "application/pdf")
    signed = signed_in(inspector).post(page, {**facts, "confirmed_on": "2026-11-18", "scan": scan})
    assert signed.status_code == 302
    confirmed = AddressConfirmation.objects.get()
    assert confirmed.electronic_addresses == ("a@example.cn",)
    assert confirmed.scan.name == "确认书.pdf"
    serve = signed_in(inspector).get(reverse("document_serve", args=[issued.pk])).content.decode()
    assert "确认书.pdf" in serve
    assert "a@example.cn" in serve


def test_a_draft_is_edited_on_its_page(draft: Document, inspector: User, signed_in) -> None:
    page = reverse("document_edit", args=[draft.pk])
    assert signed_in(inspector).get(page).status_code == 200
    signed_in(inspector).post(page, {"contact": "王玥，0573-00000000", "bring": ""})
    draft.refresh_from_db()
    assert draft.fields == {"contact": "王玥，0573-00000000"}
    assert signed_in(inspector).post(page, {"contact": "a\u202eb"}).status_code == 422


def test_a_step_that_belongs_to_a_task_is_taken_there(draft: Document, unit_head: User, signed_in) -> None:
    register_place(lambda document, action: f"/tasks/{document.pk}/{action}/")
    try:
        response = signed_in(unit_head).post(reverse("document_issue", args=[draft.pk]))
        assert response["Location"] == f"/tasks/{draft.pk}/issue/"
        assert Document.objects.get(pk=draft.pk).state == "draft"
    finally:
        _places.pop()


def test_an_overseer_drafts_a_reminder_letter(case: Case, county: Body, bodies, neighbour: User, signed_in) -> None:
    deadline: Deadline = new_deadline(case, county)
    overseer = make_user("overseer", "overseer", bodies["330400"])
    page = reverse("draft_reminder_letter") + f"?deadline={deadline.pk}"
    assert signed_in(neighbour).get(page).status_code == 404
    client = signed_in(overseer)
    assert client.get(reverse("draft_reminder_letter")).status_code == 404
    assert client.get(page).status_code == 200
    assert client.post(page, {"demands": "请于三日内办结", "reply_days": "5"}).status_code == 302
    document = Document.objects.get(kind="reminder_letter")
    assert document.fields == {"demands": "请于三日内办结", "reply_days": 5}
    assert client.get(page)["Location"] == reverse("document_detail", args=[document.pk])


def test_markup_in_an_enterprises_name_stays_text(printed: Document, unit_head: User, signed_in) -> None:
    enterprise = printed.case.enterprise
    enterprise.name = "<script>alert(1)</script>有限公司"
    enterprise.save(update_fields=["name"])
    for page in (reverse("document_list"), reverse("document_detail", args=[printed.pk])):
        assert "<script>alert(1)" not in signed_in(unit_head).get(page).content.decode()


# --- verification, for everybody ---


def verify_url(document: Document) -> str:
    return reverse("verify", args=[document.issue.verify_code])


def test_everybody_is_told_that_it_is_genuine_and_nothing_of_the_enterprise(printed: Document, client: Client) -> None:
    enterprise = printed.case.enterprise
    enterprise.quality_class, enterprise.mode = "C", "tightened"
    enterprise.legal_representative = "王玥某"
    enterprise.save()
    response = client.get(verify_url(printed))
    text = response.content.decode()
    assert response.status_code == 200
    for told in ("约谈通知书", printed.number, printed.body.name, "2026年11月18日"):
        assert told in text
    for kept_back in (enterprise.name, enterprise.uscc, enterprise.address, "王玥某", printed.case.number):
        assert kept_back not in text
    told = {field.name for field in fields(response.context["answer"])}
    assert told == {
        "kind", "kind_en", "issuer", "issued_on", "state", "number", "version", "printed", "voided_on", "replaced_by",
        "replaced_code",
    }  # fmt: skip


def test_a_void_document_is_told_to_be_void(printed: Document, unit_head: User, client: Client) -> None:
    void_document(document=printed, reason="约谈时间填写有误，需要重新通知", acting=acting(unit_head))
    response = client.get(verify_url(printed))
    assert (response.context["answer"].state, response.context["answer"].voided_on) == ("voided", date(2026, 11, 18))
    assert "已于2026年11月18日作废" in response.content.decode()
    assert "约谈时间填写有误" not in response.content.decode()


@pytest.mark.parametrize("code", ["A" * 20, "x", "' OR 1=1 --", "%00", "〔2026〕"])
def test_an_unknown_code_is_answered_plainly(printed: Document, client: Client, code: str) -> None:
    assert client.get(reverse("verify", args=[code])).status_code == 404


def test_a_copy_is_compared_byte_by_byte(printed: Document, client: Client) -> None:
    kept = IssuedFile.objects.get().file.read()
    same = client.post(verify_url(printed), {"file": SimpleUploadedFile("a.pdf", kept)})
    assert same.context["checked"].same == "printed"
    changed = client.post(verify_url(printed), {"file": SimpleUploadedFile("a.pdf", kept + b" ")})
    assert changed.context["checked"].same == ""


def test_codes_are_typed_as_people_type(printed: Document, client: Client) -> None:
    code = printed.issue.verify_code
    typed = f" {code[:5].lower()}-{code[5:]} "
    assert client.post(reverse("verify_start"), {"code": typed})["Location"] == verify_url(printed)
    assert client.get(reverse("verify_start")).status_code == 200


def test_guessing_is_slowed_down(printed: Document, client: Client) -> None:
    answers = [client.get(reverse("verify", args=["A" * 20])).status_code for _ in range(31)]
    assert answers == [404] * 30 + [429]
    assert client.get(verify_url(printed)).status_code == 429


# --- seals ---


def test_a_seal_is_uploaded_shown_and_withdrawn_by_whoever_manages_the_body(county: Body, unit_head, signed_in) -> None:
    page = reverse("body_seal", args=[county.code])
    assert signed_in(unit_head).get(page).status_code == 404
    client = signed_in(make_user("admin", "platform_admin", county))
    assert client.get(page).status_code == 200
    forged = SimpleUploadedFile("seal.png", b"GIF89a" + b"0" * 99, "image/png")
    assert client.post(page, {"image": forged}).status_code == 422
    assert client.post(page, {"image": SimpleUploadedFile("seal.png", png(), "image/png")}).status_code == 302
    assert client.get(reverse("body_seal_image", args=[county.code])).content == png()
    assert signed_in(unit_head).get(reverse("body_seal_image", args=[county.code])).status_code == 404
    signed_in(User.objects.get(username="admin")).post(reverse("body_seal_withdraw", args=[county.code]))
    assert client.get(reverse("body_seal_image", args=[county.code])).status_code == 404
