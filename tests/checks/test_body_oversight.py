"""Listed oversight of a body that has not acted, its lifting, the interview with a body and its minutes."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from cases.guards.conditions import Blocked, failed
from cases.guards.deadlines import extending, grantor
from cases.models import AuditEvent, BodyCheck, BodyInterview, Deadline
from cases.rules.errors import RuleError
from cases.services.body_checks import answer_check, reply_subject, verify_answer
from cases.services.body_oversight import InterviewFacts, record_interview
from cases.services.enterprise_checks import FactsError
from notices.models import Document
from notices.selectors.documents import documents_for
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from notices.services.void_document import void_document
from tests.checks.conftest import days_on, decided, decided_after_a_failure, instrument_facts, issued, served
from tests.checks.test_body_checks import text_of, told
from tests.checks.test_pages import page, signed_in
from tests.factories import NOON

pytestmark = pytest.mark.django_db
LIFTED = "经核实，两项任务已全部落实到位。"


def listed(place):
    """A body under listed oversight from 9 December on."""
    instrument = decided_after_a_failure(place)
    document = issued(place, instrument, days=21)
    served(document, place.server, place.overseer, on=date(2026, 12, 9))
    instrument.refresh_from_db()
    return instrument


def met(place, instrument):
    """What was demanded has been done, and the head has found so."""
    check_id = instrument.check_of_id
    answer_check(check_id=check_id, reply="督办要求已全部落实，请予解除。", acting=days_on(place.lead, 40))
    verify_answer(check_id=check_id, verdict="met", reason=LIFTED, acting=days_on(place.chief, 42))


def lift_notice(place, instrument):
    document = draft_document(
        kind="body_lift_notice", subject=f"instrument:{instrument.pk}", acting=days_on(place.overseer, 43)
    )
    return issue_document(document=document, acting=days_on(place.chief, 43))


def held(**changed):
    facts = {
        "held_at": datetime.fromisoformat("2026-11-25T09:30+08:00"),
        "place": "市局三楼会议室",
        "chair": "赵局长",
        "attended": "嘉兴市市场监督管理局赵局长、周督查\n嘉兴市南湖区市场监督管理局钱局长",
        "account": "南湖区局说明了两项任务未落实的原因。",
        "agreed": "一个月内完成全部现场检查\n每周报告进展",
        "sat_in": "南湖区人民政府办公室吴主任",
        **changed,
    }
    return InterviewFacts(**facts)


def test_the_notice_says_what_failed_before_what_is_demanded_how_long_and_who_answers(place):
    document = issued(place, decided_after_a_failure(place), days=21)
    text = text_of(document.issue.facts)
    assert document.number == "嘉市监督挂〔2026〕1号"
    assert "2026年11月18日发出敦促提醒函后，经核实，有关问题仍未落实到位。" in text
    assert "2. 一个月内完成全部现场检查。" in text
    assert "自收到本通知书之日起60日内完成" in text
    assert "在期限届满5日前向我局书面提出，经我局批准可以延期1次，延期不超过30日。" in text
    assert "你局分管负责人钱局长对落实督办要求负责。" in text


def test_service_starts_the_sixty_days_which_only_the_overseeing_body_lengthens(place):
    instrument = listed(place)
    clock = Deadline.objects.get(subject=reply_subject(instrument), state="running")
    assert (clock.rule, clock.amount, clock.accountable_body) == ("listed_oversight", 60, place.county)
    assert grantor(clock) == place.city
    assert "permission" in {each.code for each in failed(extending(clock, days_on(place.lead, 22)))}
    assert not failed(extending(clock, days_on(place.overseer, 22)))


def test_the_head_lifts_it_by_a_notice_whose_service_ends_the_check(place):
    instrument = listed(place)
    answer_check(check_id=instrument.check_of_id, reply="督办要求已全部落实。", acting=days_on(place.lead, 40))
    with pytest.raises(Blocked):
        verify_answer(check_id=instrument.check_of_id, verdict="met", reason=LIFTED, acting=days_on(place.overseer, 42))
    verify_answer(check_id=instrument.check_of_id, verdict="met", reason=LIFTED, acting=days_on(place.chief, 42))
    assert BodyCheck.objects.get().state == BodyCheck.State.LIFTING
    document = lift_notice(place, instrument)
    text = text_of(document.issue.facts)
    assert "以《挂牌督办通知书》（嘉市监督挂〔2026〕1号）对你局未落实的监管责任挂牌督办" in text
    assert f"经核实，{LIFTED.removeprefix('经核实，')}" in text
    served(document, place.server, place.overseer, on=date(2026, 12, 31))
    assert BodyCheck.objects.get().state == BodyCheck.State.CLOSED
    assert AuditEvent.objects.filter(action="body_check.lifted").count() == 1
    assert not Deadline.objects.filter(state="running").exists()


def test_a_void_notice_of_the_lifting_is_written_anew(place):
    instrument = listed(place)
    met(place, instrument)
    document = lift_notice(place, instrument)
    served(document, place.server, place.overseer, on=date(2026, 12, 31))
    void_document(document=document, reason="解除日期有误，另行制发。", acting=days_on(place.chief, 44))
    assert BodyCheck.objects.get().state == BodyCheck.State.LIFTING
    again = draft_document(
        kind="body_lift_notice", subject=f"instrument:{instrument.pk}", acting=days_on(place.overseer, 44)
    )
    assert again.supersedes == document


def test_no_notice_of_a_lifting_before_it_was_decided(place):
    instrument = listed(place)
    document = draft_document(
        kind="body_lift_notice", subject=f"instrument:{instrument.pk}", acting=days_on(place.overseer, 22)
    )
    with pytest.raises(RuleError) as refused:
        issue_document(document=document, acting=days_on(place.chief, 22))
    assert refused.value.code == "nothing_to_lift"


def test_many_tasks_not_carried_out_are_listed_in_an_annex(place, monkeypatch):
    monkeypatch.setattr("notices.services.facts.check_parts.MOST_IN_TEXT", 1)
    facts = issued(place, decided(place, "circular")).issue.facts
    (annex,) = facts["annexes"]
    assert annex["name"] == "督查发现问题清单"
    assert [row[0] for row in annex["rows"]] == ["1", "2"]
    assert annex["rows"][0][3] == "未按清单组织检查。"
    assert "督查清单所列任务中有2项未落实，具体问题见附件。" in text_of(facts)


def test_an_interview_is_recorded_once_and_told_in_minutes(place):
    instrument = told(place, "interview")
    check_id = instrument.check_of_id
    with pytest.raises(Blocked) as early:
        record_interview(check_id=check_id, facts=held(), acting=days_on(place.overseer, 3))
    assert early.value.code == "interview_due"
    after = days_on(place.overseer, 8)
    with pytest.raises(FactsError) as refused:
        record_interview(check_id=check_id, facts=held(chair=" ", held_at=NOON + timedelta(days=30)), acting=after)
    assert {fault.field for fault in refused.value.faults} == {"chair", "held_at"}
    with pytest.raises(Blocked):
        record_interview(check_id=check_id, facts=held(), acting=days_on(place.lead, 8))
    record_interview(check_id=check_id, facts=held(), acting=after)
    with pytest.raises(Blocked) as twice:
        record_interview(check_id=check_id, facts=held(), acting=after)
    assert twice.value.code == "interview_once"
    assert BodyCheck.objects.get().state == BodyCheck.State.SERVED
    document = draft_document(kind="body_interview_minutes", subject=f"instrument:{instrument.pk}", acting=after)
    document = issue_document(document=document, acting=days_on(place.chief, 9))
    facts = document.issue.facts
    assert (facts["format"], facts["mark"]) == ("minutes", "嘉兴市市场监督管理局约谈纪要")
    assert "2026年11月25日（星期三）9时30分，赵局长在市局三楼会议室主持会议" in text_of(facts)
    assert "1. 一个月内完成全部现场检查。" in text_of(facts)
    assert facts["attendance"] == [
        {"label": "出席", "people": "嘉兴市市场监督管理局赵局长、周督查；嘉兴市南湖区市场监督管理局钱局长"},
        {"label": "列席", "people": "南湖区人民政府办公室吴主任"},
    ]
    assert document not in documents_for(place.lead)
    served(document, place.server, place.overseer, on=date(2026, 11, 28))
    assert document in documents_for(place.lead)
    assert BodyCheck.objects.get().state == BodyCheck.State.SERVED  # the minutes start no period


def test_no_minutes_of_an_interview_that_was_not_held(place):
    instrument = told(place, "interview")
    document = draft_document(
        kind="body_interview_minutes", subject=f"instrument:{instrument.pk}", acting=days_on(place.overseer, 8)
    )
    with pytest.raises(RuleError) as refused:
        issue_document(document=document, acting=days_on(place.chief, 9))
    assert refused.value.code == "not_held"


def test_the_interview_is_recorded_on_its_page_and_its_minutes_drafted_from_that_of_the_check(place, monkeypatch):
    instrument = told(place, "interview")
    check = instrument.check_of_id
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + timedelta(days=8))
    client, address = signed_in(place.overseer), reverse("check_interview", args=[check])
    assert address in page(client, "check_detail", check)
    assert 'value="2026-11-25T09:30"' in page(client, "check_interview", check)
    data = {**vars_of(held()), "held_at": "2026-11-25T09:30"}
    refused = client.post(address, {**data, "chair": ""})
    assert refused.status_code == 422
    assert "每周报告进展" in refused.content.decode()
    assert signed_in(place.lead).get(address).status_code == 403
    client.post(address, data)
    assert BodyInterview.objects.get().held_at == datetime.fromisoformat("2026-11-25T09:30+08:00")
    told_now = page(client, "check_detail", check)
    assert "每周报告进展" in told_now
    assert address not in told_now
    client.post(reverse("check_paper", args=[check]), {"kind": "body_interview_minutes"})
    assert Document.objects.filter(kind="body_interview_minutes").exists()


def vars_of(facts):
    return {name: getattr(facts, name) for name in facts.__slots__}


def test_urgency_is_a_word_of_two_and_stands_in_letters_among_bodies_alone(place):
    instrument = decided(place)
    subject = f"instrument:{instrument.pk}"
    with pytest.raises(RuleError) as refused:
        draft_document(
            kind="check_reminder", subject=subject, fields={"urgency": "很急"}, acting=days_on(place.overseer, 0)
        )
    assert refused.value.details["field"] == "urgency"
    document = draft_document(
        kind="check_reminder", subject=subject, fields={"urgency": "加急"}, acting=days_on(place.overseer, 0)
    )
    document = issue_document(document=document, acting=days_on(place.chief, 0))
    assert document.issue.facts["urgency"] == "加急"


def test_listed_oversight_is_decided_on_the_page_with_who_answers_for_it(place, monkeypatch):
    first = told(place)
    verify_answer(
        check_id=first.check_of_id, verdict="not_met", reason="期限内未答复。" * 2, acting=days_on(place.overseer, 20)
    )
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + timedelta(days=21))
    address = reverse("check_decide", args=[first.check_of_id])
    client = signed_in(place.chief)
    assert 'name="answerable"' in client.get(address).content.decode()
    facts = instrument_facts("listed")
    data = {"kind": "listed", "reason": facts.reason, "demands": facts.demands, "days": 45}
    assert client.post(address, data).status_code == 422
    client.post(address, {**data, "answerable": facts.answerable})
    instrument = first.check_of.instruments.last()
    assert (instrument.kind, instrument.answerable, instrument.days) == ("listed", "分管负责人钱局长", 45)
    assert "挂牌督办通知书（下级部门）" in page(signed_in(place.overseer), "check_detail", first.check_of_id)
