"""The city of 嘉兴 oversees 南湖区: its overseer and its head, and the people of the county who answer."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from cases.models import RiskEvent
from cases.rules.body_check import CheckAnswer
from cases.services.body_checks import (
    CheckFacts,
    InstrumentFacts,
    decide_instrument,
    plan_check,
    submit_check,
    verify_answer,
)
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from notices.services.record_service import ServiceFacts, record_service
from tests.factories import NOON, acting, make_body_tree, make_enterprise, make_user

LETTER_OF = {
    "reminder": "check_reminder",
    "rectification": "body_rectification",
    "interview": "body_interview",
    "circular": "circular",
    "listed": "body_listed_notice",
}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def place(db):
    bodies = make_body_tree()
    city, county = bodies["330400"], bodies["330402"]
    for body, prefix in ((city, "嘉市监"), (county, "嘉南市监")):
        body.document_prefix = prefix
        body.save()
    unit = make_enterprise(name="嘉兴童车有限公司", makes=True, territorial_body=county, address="凤桥镇兴园路1号")
    return SimpleNamespace(
        bodies=bodies,
        city=city,
        county=county,
        overseer=make_user("周督查", "overseer", city),
        chief=make_user("赵局长", "body_head", city),
        lead=make_user("钱局长", "grassroots_lead", county),
        head=make_user("李科长", "unit_head", county),
        officer=make_user("王建国", "inspector", county),
        server=make_user("市局送达", "inspector", city),
        stranger=make_user("外督查", "overseer", bodies["330411"]),
        unit=unit,
        event=RiskEvent.objects.create(
            enterprise=unit,
            kind=RiskEvent.Kind.HAZARD,
            title="童车制动隐患",
            facts="制动装置失效",
            occurred_on=date(2026, 10, 20),
            level="larger",
            state=RiskEvent.State.VERIFIED,
            confirmed_on=date(2026, 11, 2),
            reported_at=NOON,
        ),
    )


def days_on(user, days):
    return acting(user, NOON + timedelta(days=days))


def planned(place):
    return plan_check(
        body=place.city, overseen=place.county, planned_on=date(2026, 11, 18), acting=acting(place.overseer)
    )


def filled_facts(check, failing=(3, 7)):
    answers = [
        CheckAnswer(line.position, line.position not in failing, "未按清单组织检查" if line.position in failing else "")
        for line in check.lines.all()
    ]
    return CheckFacts(version=check.version, checked_on=date(2026, 11, 18), answers=tuple(answers))


def filled(place):
    check = planned(place)
    return submit_check(check_id=check.pk, facts=filled_facts(check), acting=acting(place.overseer))


def instrument_facts(kind, **changed):
    particulars = {}
    if kind == "interview":
        particulars = {
            "meeting_at": datetime(2026, 11, 25, 1, 30, tzinfo=UTC),
            "meeting_place": "市局三楼会议室",
            "summoned": "主要负责人、分管负责人",
        }
    if kind == "listed":
        particulars = {"answerable": "分管负责人钱局长"}
    given = {
        "kind": kind,
        "reason": "督查发现两项任务未落实，需要督促。",
        "demands": "建立监管任务清单并逐项落实\n一个月内完成全部现场检查",
        **particulars,
        **changed,
    }
    return InstrumentFacts(**given)


def decided(place, kind="reminder", **changed):
    check = filled(place)
    facts = instrument_facts(kind, **changed)
    return decide_instrument(check_id=check.pk, facts=facts, acting=acting(place.chief))


def decided_after_a_failure(place, kind="listed", **changed):
    """An instrument of a check whose first letter has not helped."""
    first = decided(place)
    served(issued(place, first), place.server, place.overseer)
    late = days_on(place.overseer, 20)
    verify_answer(check_id=first.check_of_id, verdict="not_met", reason="期限内未作任何答复。" * 2, acting=late)
    facts = instrument_facts(kind, **changed)
    return decide_instrument(check_id=first.check_of_id, facts=facts, acting=days_on(place.chief, 21))


def issued(place, instrument, days=0):
    document = draft_document(
        kind=LETTER_OF[instrument.kind], subject=f"instrument:{instrument.pk}", acting=days_on(place.overseer, days)
    )
    return issue_document(document=document, acting=days_on(place.chief, days))


def served(document, first, second, on=date(2026, 11, 18), body=None):
    facts = ServiceFacts(
        kind="direct",
        attempted_on=on,
        received_on=on,
        recipient="办公室收文员",
        recipient_role="mail_room",
        place="办公室",
        second_server=second,
        receipt_signed=True,
        body=body,
    )
    return record_service(document=document, facts=facts, acting=days_on(first, (on - NOON.date()).days))
