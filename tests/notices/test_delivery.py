"""Electronic service by link: only by consent, a link and no letter, and served by what the party does behind it."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Body, Case, Deadline, OutboxMessage, User
from cases.models.job import Job
from cases.rules.errors import RuleError
from cases.services.attach_file import attach_file
from cases.services.jobs import run_due_jobs
from notices.models import DeliveryLink, Document, ServiceRecord
from notices.rules.confirmation import ConfirmedAddress
from notices.services.confirm_address import confirm_address
from notices.services.deliver_link import confirm_by_link, fetch_by_link, send_delivery
from notices.services.draft_reminder import draft_reminder
from notices.services.issue_document import issue_document
from notices.services.record_service import ServiceFacts, record_service
from notices.services.void_document import void_document
from tests.factories import NOON, acting, make_user
from tests.notices.conftest import new_deadline
from tests.notices.test_serve import ISSUED, in_person, notice, photo
from workflow.selectors.incidents import dead_jobs_for

LATER = NOON + timedelta(days=2)


@pytest.fixture(autouse=True)
def _plain(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PUBLIC_URL = "https://zhijian.example"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    cache.clear()


class GatewaySms:
    """A gateway that remembers what it was given, or is down."""

    sent: list[tuple[str, str, str]] = []
    down = False

    def send(self, *, number: str, text: str, key: str) -> None:
        if self.down:
            raise ConnectionRefusedError("no gateway")
        self.sent.append((number, text, key))


@pytest.fixture
def gateway(settings: Any) -> Any:
    settings.SMS_SENDER = "tests.notices.test_delivery.GatewaySms"
    GatewaySms.sent, GatewaySms.down = [], False
    return GatewaySms


@pytest.fixture
def printed(order_document: Document) -> Document:
    run_due_jobs(NOON)
    return Document.objects.select_related("file", "issue").get(pk=order_document.pk)


def agree(case: Case, user: User, **ways: str) -> None:
    scan = attach_file(case=case, upload=photo(), purpose="service", acting=acting(user))
    facts = ConfirmedAddress("兴园路1号", ISSUED, "王玥", electronic_consent=bool(ways), **ways)
    confirm_address(case=case, facts=facts, scan=scan, acting=acting(user))


@pytest.fixture
def consent(case: Case, inspector: User) -> None:
    agree(case, inspector, email="a@example.cn", mobile="13800000000")


def sent_link(document: Document, user: User, channel: str = "email", before: int = 0) -> tuple[DeliveryLink, str]:
    link = send_delivery(document=document, channel=channel, sent_before=before, acting=acting(user))
    return link, re.search(r"/d/([\w-]+)/", link.message.body)[1]  # type: ignore[index]


def test_the_message_carries_a_link_and_nothing_of_the_letter(
    printed: Document, consent: None, inspector: User
) -> None:
    link, secret = sent_link(printed, inspector)
    assert mail.outbox == []  # it leaves after the transaction, by a job
    run_due_jobs(NOON)
    (message,) = mail.outbox
    assert message.to == ["a@example.cn"]
    assert f"https://zhijian.example/d/{secret}/" in message.body
    assert printed.body.name in message.subject
    assert message.attachments == []
    whole = message.subject + message.body
    for word in (printed.number, "责令", "整改", printed.addressee, printed.issue.verify_code):
        assert word not in whole
    assert secret not in (link.secret_hash, str(DeliveryLink.objects.values().get()))


def test_a_text_message_goes_through_the_gateway_of_the_setting(
    printed: Document, consent: None, inspector: User, gateway: Any
) -> None:
    _link, secret = sent_link(printed, inspector, "sms")
    assert gateway.sent == []
    run_due_jobs(NOON)
    run_due_jobs(NOON)
    ((number, text, key),) = gateway.sent
    assert number == "13800000000"
    assert f"/d/{secret}/" in text
    assert secret not in key
    assert mail.outbox == []


def test_the_console_says_what_a_text_message_would(
    printed: Document, consent: None, inspector: User, capsys: Any
) -> None:
    _link, secret = sent_link(printed, inspector, "sms")
    run_due_jobs(NOON)
    assert f"/d/{secret}/" in capsys.readouterr().out


def test_without_consent_nothing_is_sent(printed: Document, case: Case, inspector: User) -> None:
    case.enterprise.email, case.enterprise.email_consent = "a@example.cn", True
    case.enterprise.save()
    with pytest.raises(RuleError) as refused:
        sent_link(printed, inspector)
    assert (refused.value.code, refused.value.clause[-5:]) == ("no_consent", "第（三）项")
    agree(case, inspector, email="a@example.cn")
    with pytest.raises(RuleError) as refused:
        sent_link(printed, inspector, "sms")
    assert refused.value.code == "no_consent"
    agree(case, inspector)
    with pytest.raises(RuleError):
        sent_link(printed, inspector)
    assert not OutboxMessage.objects.exists()


def test_only_who_may_serve_it_sends_it(printed: Document, consent: None, neighbour: User) -> None:
    with pytest.raises(Blocked):
        sent_link(printed, neighbour)


def test_it_is_sent_once_it_is_printed(order_document: Document, consent: None, inspector: User) -> None:
    with pytest.raises(Blocked) as refused:
        sent_link(order_document, inspector)
    assert refused.value.code == "printed"


def test_pressing_twice_sends_one_and_a_later_one_ends_the_first(
    printed: Document, consent: None, inspector: User
) -> None:
    _first, old = sent_link(printed, inspector)
    with pytest.raises(RuleError) as refused:
        sent_link(printed, inspector)
    assert refused.value.code == "sent_meanwhile"
    _second, new = sent_link(printed, inspector, before=1)
    with pytest.raises(RuleError) as refused:
        fetch_by_link(secret=old, acting=acting(None, LATER))
    assert refused.value.code == "link_revoked"
    assert fetch_by_link(secret=new, acting=acting(None, LATER)).opened_at == LATER


def test_fetching_it_is_the_service_and_starts_the_clock(printed: Document, consent: None, inspector: User) -> None:
    _link, secret = sent_link(printed, inspector)
    link = fetch_by_link(secret=secret, acting=acting(None, LATER))
    day = ISSUED + timedelta(days=2)
    service = ServiceRecord.objects.get()
    assert link.service == service
    assert (service.kind, service.attempted_on, service.served_on) == ("electronic", ISSUED, day)
    assert (service.first_server, service.recorded_by) == (inspector, None)
    assert service.particulars["reference"] == "a@example.cn"
    assert service.grounds[0]["clause"].endswith("第（三）项")
    assert Document.objects.get(pk=printed.pk).served_on == day
    assert Deadline.objects.get(subject__startswith="order:").start_on == day
    fetch_by_link(secret=secret, acting=acting(None, LATER + timedelta(days=1)))
    confirm_by_link(secret=secret, name="陆敏", acting=acting(None, LATER + timedelta(days=1)))
    assert ServiceRecord.objects.count() == 1
    link.refresh_from_db()
    assert (link.opened_at, link.received_by) == (LATER, "陆敏")


def test_confirming_its_receipt_is_the_service_too(printed: Document, consent: None, inspector: User) -> None:
    _link, secret = sent_link(printed, inspector)
    with pytest.raises(RuleError) as refused:
        confirm_by_link(secret=secret, name=" ", acting=acting(None, LATER))
    assert refused.value.details["field"] == "name"
    confirm_by_link(secret=secret, name="陆敏", acting=acting(None, LATER))
    confirm_by_link(secret=secret, name="别人", acting=acting(None, LATER))
    service = ServiceRecord.objects.get()
    assert (service.recipient, service.served_on) == ("陆敏", ISSUED + timedelta(days=2))
    assert DeliveryLink.objects.get().received_by == "陆敏"
    actions = AuditEvent.objects.filter(case=printed.case).values_list("action", flat=True)
    assert [actions.filter(action=a).count() for a in ("document.link_sent", "document.receipt_confirmed")] == [1, 1]


def test_what_was_served_in_person_is_not_served_again(
    printed: Document, consent: None, inspector: User, second: User
) -> None:
    _link, secret = sent_link(printed, inspector)
    record_service(document=printed, facts=in_person(second), acting=acting(inspector))
    link = fetch_by_link(secret=secret, acting=acting(None, LATER))
    assert (link.opened_at, link.service) == (LATER, None)
    assert ServiceRecord.objects.count() == 1


def test_a_link_is_append_only_but_for_what_happens_behind_it(
    printed: Document, consent: None, inspector: User
) -> None:
    link, _secret = sent_link(printed, inspector)
    for changes in ({"address": "b@example.cn"}, {"expires_at": LATER}, {"secret_hash": "0"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            DeliveryLink.objects.filter(pk=link.pk).update(**changes)
    with pytest.raises(DatabaseError), transaction.atomic():
        link.delete()


# --- the page behind the link ----------------------------------------------------------------------------------------


def page(client: Client, secret: str, **data: str) -> Any:
    address = reverse("delivery", args=[secret])
    return client.post(address, data) if data else client.get(address)


def test_looking_at_the_page_serves_nothing(printed: Document, consent: None, inspector: User, client: Client) -> None:
    _link, secret = sent_link(printed, inspector)
    answer = page(client, secret)
    assert answer.status_code == 200
    assert printed.number in answer.content.decode()
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer.content.decode()
    assert not ServiceRecord.objects.exists()
    assert DeliveryLink.objects.get().opened_at is None


def test_the_pdf_is_handed_out_behind_the_link(
    printed: Document, consent: None, inspector: User, client: Client
) -> None:
    _link, secret = sent_link(printed, inspector)
    answer = page(client, secret, do="fetch")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    with printed.file.file.open("rb") as stream:
        assert answer.content == stream.read()
    assert Document.objects.get(pk=printed.pk).served_on == ISSUED + timedelta(days=2)


def test_a_damaged_file_is_not_served(printed: Document, consent: None, inspector: User, client: Client) -> None:
    _link, secret = sent_link(printed, inspector)
    with Path(printed.file.file.path).open("ab") as stream:
        stream.write(b"x")
    assert page(client, secret, do="fetch").status_code == 500
    assert not ServiceRecord.objects.exists()


def test_the_receipt_is_confirmed_on_the_page(
    printed: Document, consent: None, inspector: User, client: Client
) -> None:
    _link, secret = sent_link(printed, inspector)
    nameless = page(client, secret, do="confirm", name="")
    assert nameless.status_code == 422
    assert nameless.context["form"].errors["name"]
    assert page(client, secret, do="confirm", name="陆敏").status_code == 302
    assert "陆敏" in page(client, secret).content.decode()


def test_nothing_opens_without_the_secret_or_after_its_end(
    printed: Document, consent: None, inspector: User, unit_head: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _link, secret = sent_link(printed, inspector)
    for data in ({}, {"do": "fetch"}):
        unknown = page(client, secret[:-1] + ("A" if secret[-1] != "A" else "B"), **data)
        assert unknown.status_code == 404
        assert printed.number not in unknown.content.decode()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + timedelta(days=15))
    for data in ({}, {"do": "fetch"}, {"do": "confirm", "name": "陆敏"}):
        assert page(client, secret, **data).status_code == 410
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    assert page(client, secret).status_code == 200
    void_document(document=printed, reason="整改期限填写有误，需要重新下达", acting=acting(unit_head))
    void = page(client, secret, do="fetch")
    assert void.status_code == 410
    assert printed.number not in void.content.decode()
    assert not ServiceRecord.objects.exists()


def test_guessing_is_slowed_down(client: Client, db: None) -> None:
    answers = [page(client, f"guess{number}").status_code for number in range(31)]
    assert answers[:30] == [404] * 30
    assert answers[30] == 429


# --- the officer's side ----------------------------------------------------------------------------------------------


def test_the_officer_sends_it_from_the_documents_page(
    printed: Document, consent: None, inspector: User, client: Client
) -> None:
    client.force_login(inspector)
    detail = reverse("document_detail", args=[printed.pk])
    link = client.get(detail).context["story"]["link"]
    assert [way["address"] for way in link["ways"]] == ["a@example.cn", "13800000000"]
    send = reverse("document_deliver", args=[printed.pk])
    assert client.post(send, {"channel": "pigeon", "sent_before": "0"}).status_code == 302
    assert not DeliveryLink.objects.exists()
    for _pressed in range(2):
        assert client.post(send, {"channel": "email", "sent_before": "0"}).status_code == 302
    assert DeliveryLink.objects.count() == 1
    assert "a@example.cn" in client.get(detail).content.decode()


def test_without_consent_the_page_says_so_and_offers_the_confirmation(
    printed: Document, inspector: User, client: Client
) -> None:
    client.force_login(inspector)
    answer = client.get(reverse("document_serve", args=[printed.pk]))
    assert answer.context["story"]["link"]["ways"] == []
    assert answer.context["story"]["link"]["refused"]
    assert reverse("confirm_service_address", args=[printed.pk]) in answer.content.decode()
    assert reverse("document_deliver", args=[printed.pk]) not in answer.content.decode()


def test_another_county_cannot_send_it(printed: Document, consent: None, neighbour: User, client: Client) -> None:
    client.force_login(neighbour)
    send = reverse("document_deliver", args=[printed.pk])
    assert client.post(send, {"channel": "email", "sent_before": "0"}).status_code == 404


def test_a_failure_to_send_is_seen_on_the_documents_page_and_can_be_tried_again(
    printed: Document, consent: None, inspector: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(message: EmailMessage, fail_silently: bool = False) -> int:
        raise ConnectionRefusedError("no mail server")

    client.force_login(inspector)
    sent_link(printed, inspector)
    Job.objects.filter(kind="outbox.send").update(max_attempts=1)

    def state() -> str:
        story = client.get(reverse("document_detail", args=[printed.pk])).context["story"]
        return next(entry.tone for entry in story["entries"] if entry.link)

    assert state() == "now"
    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", refuse)
        run_due_jobs(NOON)
    assert state() == "danger"
    (dead,) = dead_jobs_for(make_user("handler", "platform_admin", printed.case.territorial_body))
    assert (dead.subject.url_name, dead.subject.key) == ("document_detail", printed.pk)
    _link, secret = sent_link(printed, inspector, before=1)
    run_due_jobs(NOON)
    assert f"/d/{secret}/" in mail.outbox[0].body


def test_a_gateway_that_is_down_is_tried_again(printed: Document, consent: None, inspector: User, gateway: Any) -> None:
    gateway.down = True
    sent_link(printed, inspector, "sms")
    run_due_jobs(NOON)
    assert OutboxMessage.objects.get().state == "queued"
    gateway.down = False
    run_due_jobs(NOON + timedelta(hours=1))
    assert len(gateway.sent) == 1
    assert OutboxMessage.objects.get().state == "sent"


def test_the_timeline_tells_attempts_evidence_and_what_is_next(
    printed: Document, case: Case, inspector: User, second: User, client: Client
) -> None:
    client.force_login(inspector)
    detail = reverse("document_detail", args=[printed.pk])
    photo_of = attach_file(
        case=case,
        upload=SimpleUploadedFile("大门.png", b"\x89PNG\r\n\x1a\n" + b"1" * 64, "image/png"),
        purpose="service",
        acting=acting(inspector),
    )
    failed = in_person(
        second,
        succeeded=False,
        failure_kind="refused",
        failure_reason="门卫拒绝签收",
        received_on=None,
        evidence=(photo_of,),
    )
    record_service(document=printed, facts=failed, acting=acting(inspector))
    story = client.get(detail).context["story"]
    assert [entry.tone for entry in story["entries"]] == ["", "danger"]
    assert [advice["clause"][-5:] for advice in story["advice"]] == ["第（二）项", "第（四）项"]
    assert reverse("attachment", args=[photo_of.pk]) in client.get(detail).content.decode()
    for _again in range(2):
        record_service(document=printed, facts=failed, acting=acting(inspector))
    first = client.get(detail).context["story"]["advice"][0]
    assert first["clause"].endswith("第（五）项")
    assert "3" in first["text"]


def test_a_second_public_notice_is_refused_while_the_first_runs(
    printed: Document, case: Case, lead: User, client: Client
) -> None:
    record_service(document=printed, facts=notice(case, lead), acting=acting(lead))
    with pytest.raises(RuleError) as refused:
        record_service(document=printed, facts=notice(case, lead), acting=acting(lead))
    assert (refused.value.code, refused.value.clause[-5:]) == ("public_notice_running", "第（五）项")
    client.force_login(lead)
    (advice,) = client.get(reverse("document_detail", args=[printed.pk])).context["story"]["advice"]
    assert date(2026, 12, 18).isoformat() in advice["text"] or "12" in advice["text"]


def test_a_letter_to_a_body_goes_from_office_to_office(
    case: Case, county: Body, bodies: dict[str, Body], consent: None, client: Client
) -> None:
    """It needs no difficulty for the mail, takes no address of the enterprise, and no link."""
    head = make_user("city_head", "unit_head", bodies["330400"])
    draft = draft_reminder(new_deadline(case, county), acting(None))
    assert draft is not None
    letter = issue_document(document=draft, acting=acting(head))
    run_due_jobs(NOON)
    letter = Document.objects.get(pk=letter.pk)
    with pytest.raises(RuleError) as refused:
        sent_link(letter, head)
    assert refused.value.code == "no_consent"
    client.force_login(head)
    page = client.get(reverse("document_serve", args=[letter.pk]))
    assert page.context["story"]["link"] is None
    assert page.context["form"].initial["place"] == county.name
    assert "兴园路1号" not in page.content.decode()
    facts = ServiceFacts(kind="mail", attempted_on=ISSUED, received_on=ISSUED, reference="机要交换第1号")
    assert record_service(document=letter, facts=facts, acting=acting(head)).place == county.name
