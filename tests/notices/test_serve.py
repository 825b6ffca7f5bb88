"""Recording service: who may, what it starts, and public notices that mature."""

import importlib
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Body, Case, Deadline, RectificationOrder, User
from cases.rules.errors import RuleError
from cases.services.attach_file import attach_file
from cases.services.jobs import run_due_jobs
from notices.models import AddressConfirmation, Document, ServiceRecord
from notices.rules.confirmation import ConfirmedAddress
from notices.services.confirm_address import confirm_address
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from notices.services.record_service import ServiceFacts, record_service
from notices.services.void_document import void_document
from notices.signals import document_served
from tests.factories import NOON, acting, make_user
from tests.notices.conftest import new_case, new_interview

ISSUED = date(2026, 11, 18)


def in_person(second: User, **changes: Any) -> ServiceFacts:
    facts: dict[str, Any] = {
        "kind": "direct",
        "attempted_on": ISSUED,
        "received_on": ISSUED,
        "recipient": "王玥",
        "recipient_role": "mail_room",
        "second_server": second,
        "receipt_signed": True,
    }
    return ServiceFacts(**(facts | changes))


@pytest.fixture
def heard() -> Any:
    """Every `document_served` sent during the test."""
    sent: list[dict[str, Any]] = []

    def listen(**message: Any) -> None:
        sent.append(message)

    document_served.connect(listen, weak=False)
    yield sent
    document_served.disconnect(listen)


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("公告.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "image/png")


def test_service_starts_the_orders_clock(order_document: Document, inspector: User, second: User, heard) -> None:
    record = record_service(document=order_document, facts=in_person(second), acting=acting(inspector))
    order = RectificationOrder.objects.get()
    deadline = Deadline.objects.get(subject=f"order:{order.pk}")
    assert (record.served_on, order.served_on, deadline.start_on) == (ISSUED, ISSUED, ISSUED)
    assert order.due_on == deadline.due_on
    assert deadline.amount == order.days
    assert record.document.served_on == ISSUED
    assert [message["served_on"] for message in heard] == [ISSUED]


def test_a_draft_cannot_be_served(draft: Document, inspector: User, second: User) -> None:
    with pytest.raises(Blocked) as refused:
        record_service(document=draft, facts=in_person(second), acting=acting(inspector))
    assert refused.value.code == "issued"


def test_service_before_the_day_of_issue_is_refused(issued: Document, inspector: User, second: User) -> None:
    yesterday = ISSUED - timedelta(days=1)
    with pytest.raises(RuleError) as refused:
        record_service(
            document=issued,
            facts=in_person(second, attempted_on=yesterday, received_on=yesterday),
            acting=acting(inspector),
        )
    assert refused.value.code == "served_before_issued"
    assert not ServiceRecord.objects.exists()


def test_service_on_a_day_to_come_is_refused(issued: Document, inspector: User, second: User) -> None:
    tomorrow = ISSUED + timedelta(days=1)
    with pytest.raises(RuleError) as refused:
        record_service(document=issued, facts=in_person(second, received_on=tomorrow), acting=acting(inspector))
    assert refused.value.code == "date_in_future"


def test_a_document_is_served_once(issued: Document, inspector: User, second: User, heard) -> None:
    record_service(document=issued, facts=in_person(second), acting=acting(inspector))
    with pytest.raises(Blocked) as refused:
        record_service(document=issued, facts=in_person(second), acting=acting(inspector))
    assert refused.value.code == "not_served"
    assert len(heard) == 1


def test_a_void_document_is_not_served(issued: Document, unit_head: User, inspector: User, second: User) -> None:
    void_document(document=issued, reason="约谈时间填写有误，需要重新通知", acting=acting(unit_head))
    with pytest.raises(Blocked):
        record_service(document=issued, facts=in_person(second), acting=acting(inspector))


def test_servers_are_two_officers_of_the_place(issued: Document, inspector: User, neighbour: User) -> None:
    for second, code in (
        (None, "service_evidence"),
        (inspector, "one_server_twice"),
        (neighbour, "server_not_entitled"),
    ):
        with pytest.raises(RuleError) as refused:
            record_service(document=issued, facts=in_person(second), acting=acting(inspector))
        assert refused.value.code == code


def test_somebody_of_another_county_may_not_serve(issued: Document, neighbour: User, second: User) -> None:
    with pytest.raises(Blocked):
        record_service(document=issued, facts=in_person(second), acting=acting(neighbour))


def test_evidence_of_another_case_proves_nothing(issued: Document, county: Body, inspector: User, second: User) -> None:
    other = new_case(county, inspector, serial=2)
    file = attach_file(case=other, upload=photo(), purpose="service", acting=acting(inspector))
    with pytest.raises(RuleError) as refused:
        record_service(document=issued, facts=in_person(second, evidence=(file,)), acting=acting(inspector))
    assert refused.value.code == "foreign_evidence"


def test_electronic_service_needs_a_signed_confirmation(issued: Document, case: Case, inspector: User) -> None:
    file = attach_file(case=case, upload=photo(), purpose="service", acting=acting(inspector))
    facts = ServiceFacts(
        kind="electronic", attempted_on=ISSUED, received_on=ISSUED, reference="a@example.cn", evidence=(file,)
    )
    with pytest.raises(RuleError) as refused:
        record_service(document=issued, facts=facts, acting=acting(inspector))
    assert refused.value.code == "no_consent"
    agreed = ConfirmedAddress("南湖区兴园路1号", ISSUED, "王玥", electronic_consent=True, email="a@example.cn")
    confirm_address(case=case, facts=agreed, scan=file, acting=acting(inspector))
    assert record_service(document=issued, facts=facts, acting=acting(inspector)).served_on == ISSUED


def test_agreeing_to_messages_is_no_consent_to_electronic_service(
    issued: Document, case: Case, inspector: User
) -> None:
    case.enterprise.email, case.enterprise.email_consent = "a@example.cn", True
    case.enterprise.save()
    file = attach_file(case=case, upload=photo(), purpose="service", acting=acting(inspector))
    facts = ServiceFacts(
        kind="electronic", attempted_on=ISSUED, received_on=ISSUED, reference="a@example.cn", evidence=(file,)
    )
    with pytest.raises(RuleError) as refused:
        record_service(document=issued, facts=facts, acting=acting(inspector))
    assert refused.value.code == "no_consent"


def test_a_later_confirmation_takes_the_consent_back(issued: Document, case: Case, inspector: User) -> None:
    file = attach_file(case=case, upload=photo(), purpose="service", acting=acting(inspector))
    agreed = ConfirmedAddress("南湖区兴园路1号", ISSUED, "王玥", electronic_consent=True, email="a@example.cn")
    for facts in (agreed, ConfirmedAddress("南湖区兴园路1号", ISSUED, "王玥")):
        confirm_address(case=case, facts=facts, scan=file, acting=acting(inspector))
    by_mail = ServiceFacts(
        kind="electronic", attempted_on=ISSUED, received_on=ISSUED, reference="a@example.cn", evidence=(file,)
    )
    with pytest.raises(RuleError) as refused:
        record_service(document=issued, facts=by_mail, acting=acting(inspector))
    assert refused.value.code == "no_consent"


@pytest.mark.parametrize(
    ("changes", "scanned", "code", "field"),
    [
        ({}, False, "confirmation_unsigned", "scan"),
        ({"address": " "}, True, "address_missing", "address"),
        ({"signed_by": ""}, True, "address_missing", "signed_by"),
        ({"confirmed_on": ISSUED + timedelta(days=1)}, True, "date_in_future", "confirmed_on"),
        ({"email": "a@example.cn"}, True, "no_consent", "electronic_consent"),
        ({"electronic_consent": True}, True, "electronic_address_missing", "email"),
        ({"electronic_consent": True, "email": "兴园路1号"}, True, "electronic_address_wrong", "email"),
        ({"electronic_consent": True, "mobile": "05738000000"}, True, "electronic_address_wrong", "mobile"),
    ],
)
def test_a_confirmation_that_proves_nothing_is_refused(
    case: Case, inspector: User, changes: dict[str, Any], scanned: bool, code: str, field: str
) -> None:
    file = attach_file(case=case, upload=photo(), purpose="service", acting=acting(inspector))
    facts: dict[str, Any] = {"address": "兴园路1号", "confirmed_on": ISSUED, "signed_by": "王玥", **changes}
    with pytest.raises(RuleError) as refused:
        confirm_address(
            case=case, facts=ConfirmedAddress(**facts), scan=file if scanned else None, acting=acting(inspector)
        )
    assert (refused.value.code, refused.value.details["field"]) == (code, field)
    assert "程序规定" in refused.value.clause
    assert not AddressConfirmation.objects.exists()


def test_a_scan_of_another_case_proves_nothing(county: Body, case: Case, inspector: User) -> None:
    other = new_case(county, inspector, serial=2)
    file = attach_file(case=other, upload=photo(), purpose="service", acting=acting(inspector))
    with pytest.raises(RuleError) as refused:
        confirm_address(
            case=case, facts=ConfirmedAddress("兴园路1号", ISSUED, "王玥"), scan=file, acting=acting(inspector)
        )
    assert refused.value.code == "foreign_evidence"


@pytest.mark.parametrize(
    ("address", "field"),
    [("a@example.cn", "email"), ("13800000000", "mobile"), ("微信 lanhu2026", "messenger"), ("138", "messenger")],
)
def test_an_older_electronic_address_moves_to_the_field_of_its_kind(address: str, field: str) -> None:
    migration = importlib.import_module("notices.migrations.0006_seven_services")
    assert migration.field_for(address) == field


def notice(case: Case, user: User) -> ServiceFacts:
    file = attach_file(case=case, upload=photo(), purpose="service", acting=acting(user))
    return ServiceFacts(
        kind="public_notice",
        attempted_on=ISSUED,
        received_on=ISSUED,
        reference="嘉兴日报",
        note="企业已搬离，去向不明",
        whereabouts_unknown=True,
        evidence=(file,),
    )


def test_a_public_notice_is_for_the_head_of_the_body(issued: Document, case: Case, inspector: User, lead: User) -> None:
    facts = notice(case, inspector)
    with pytest.raises(Blocked):
        record_service(document=issued, facts=facts, acting=acting(inspector))
    assert record_service(document=issued, facts=facts, acting=acting(lead)).served_on == date(2026, 12, 18)


def test_a_public_notice_takes_effect_thirty_days_later(
    order_document: Document, case: Case, lead: User, heard
) -> None:
    record_service(document=order_document, facts=notice(case, lead), acting=acting(lead))
    run_due_jobs(NOON + timedelta(days=29))
    assert Document.objects.get(pk=order_document.pk).served_on is None
    assert not Deadline.objects.exists()
    run_due_jobs(NOON + timedelta(days=30))
    assert Document.objects.get(pk=order_document.pk).served_on == date(2026, 12, 18)
    assert Deadline.objects.get().start_on == date(2026, 12, 18)
    assert len(heard) == 1


def test_service_in_person_overtakes_a_public_notice(
    order_document: Document, case: Case, lead: User, inspector: User, second: User, heard
) -> None:
    record_service(document=order_document, facts=notice(case, lead), acting=acting(lead))
    record_service(document=order_document, facts=in_person(second), acting=acting(inspector))
    run_due_jobs(NOON + timedelta(days=31))
    assert Document.objects.get(pk=order_document.pk).served_on == ISSUED
    assert len(heard) == 1


def test_three_failures_open_the_way_to_a_public_notice(
    issued: Document, case: Case, inspector: User, second: User, lead: User
) -> None:
    failed = in_person(second, succeeded=False, failure_reason="大门紧闭，无人应答", received_on=None)
    facts = notice(case, inspector)
    known = ServiceFacts(**{**{f: getattr(facts, f) for f in facts.__slots__}, "whereabouts_unknown": False})
    for _ in range(3):
        with pytest.raises(RuleError) as refused:
            record_service(document=issued, facts=known, acting=acting(lead))
        assert refused.value.code == "public_notice_too_early"
        record_service(document=issued, facts=failed, acting=acting(inspector))
    assert record_service(document=issued, facts=known, acting=acting(lead)).served_on is not None


def test_a_forwarded_document_keeps_the_department_and_the_reason(issued: Document, inspector: User) -> None:
    facts = ServiceFacts(
        kind="forwarded",
        attempted_on=ISSUED,
        received_on=ISSUED,
        recipient="沈国良",
        recipient_role="agent",
        proxy_reason="法定代表人在羁押中",
        receipt_signed=True,
        reference="嘉兴市司法局",
        direct_difficulty="法定代表人在羁押中，不能当面送达",
    )
    record = record_service(document=issued, facts=facts, acting=acting(inspector))
    record.refresh_from_db()
    assert (record.kind, record.served_on, record.proxy_reason) == ("forwarded", ISSUED, "法定代表人在羁押中")
    assert record.particulars["reference"] == "嘉兴市司法局"
    assert record.particulars["direct_difficulty"] == "法定代表人在羁押中，不能当面送达"
    assert record.grounds[0]["clause"].endswith("第（四）项")


def test_attempts_are_append_only(issued: Document, inspector: User, second: User) -> None:
    record = record_service(document=issued, facts=in_person(second), acting=acting(inspector))
    with pytest.raises(DatabaseError), transaction.atomic():
        ServiceRecord.objects.filter(pk=record.pk).update(served_on=ISSUED + timedelta(days=9))
    with pytest.raises(DatabaseError), transaction.atomic():
        ServiceRecord.objects.filter(pk=record.pk).delete()


def test_records_of_the_file_are_not_served(case: Case, county: Body, inspector: User, second: User) -> None:
    document = Document.objects.create(
        case=case,
        place=county,
        kind="return_visit_record",
        subject="visit:1",
        body=county,
        state="issued",
        drafted_at=NOON,
    )
    with pytest.raises(Blocked) as refused:
        record_service(document=document, facts=in_person(second), acting=acting(inspector))
    assert refused.value.code == "dispatched"


def test_a_township_officer_serves_what_the_county_issued(
    bodies: dict[str, Body], county: Body, unit_head: User
) -> None:
    town = bodies["330402100"]
    officers = [make_user(f"town{n}", "inspector", town) for n in (1, 2)]
    case = new_case(county, officers[0])
    case.territorial_body = town
    case.save(update_fields=["territorial_body"])
    interview = new_interview(case)
    document = draft_document(
        case=case, kind="interview_notice", subject=f"interview:{interview.pk}", acting=acting(officers[0])
    )
    with pytest.raises(Blocked):
        issue_document(document=document, acting=acting(officers[1]))
    document = issue_document(document=document, acting=acting(unit_head))
    record = record_service(document=document, facts=in_person(officers[1]), acting=acting(officers[0]))
    assert record.served_on == ISSUED


def test_every_attempt_leaves_an_event_on_the_case(issued: Document, inspector: User, second: User) -> None:
    record_service(document=issued, facts=in_person(second), acting=acting(inspector))
    actions = list(AuditEvent.objects.filter(case=issued.case).order_by("sequence").values_list("action", flat=True))
    receipt = ["document.drafted", "document.issued"]  # 送达回证
    assert actions[-4:] == ["document.service_recorded", *receipt, "document.served"]
