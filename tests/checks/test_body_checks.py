"""Oversight of a lower body: planned, filled in, decided, told, answered, verified, and the ladder between."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.guards.conditions import Blocked
from cases.models import Attachment, AuditEvent, BodyCheck, Deadline, Notification
from cases.packs.loader import load_pack
from cases.rules.body_check import CheckAnswer, answer_faults, next_instrument
from cases.rules.errors import RuleError
from cases.selectors.body_checks import CheckFilter, listed_checks, visible_checks
from cases.services.body_checks import (
    StaleCheckError,
    answer_check,
    decide_instrument,
    open_instrument,
    plan_check,
    reply_subject,
    save_check_draft,
    submit_check,
    take_back_instrument,
    verify_answer,
)
from cases.services.enterprise_checks import FactsError
from cases.services.score_check import ScoreFacts, score_check
from cases.services.sweep_deadlines import sweep
from notices.models import Document
from notices.selectors.documents import documents_for
from notices.selectors.unserved import unserved_for
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from notices.services.preview import drafted_facts
from notices.services.void_document import void_document
from tests.checks.conftest import (
    LETTER_OF,
    days_on,
    decided,
    filled,
    filled_facts,
    instrument_facts,
    issued,
    planned,
    served,
)
from tests.factories import NOON, acting, make_user

pytestmark = pytest.mark.django_db


def told(place, kind="reminder", **changed):
    """A check whose letter has reached the county."""
    instrument = decided(place, kind, **changed)
    served(issued(place, instrument), place.server, place.overseer)
    instrument.refresh_from_db()
    return instrument


def text_of(facts):
    return "\n".join(paragraph["text"] for paragraph in facts["paragraphs"])


def test_the_list_is_the_packs_own_word_for_word(place):
    check = planned(place)
    lines = [(line.number, line.text) for line in check.lines.all()]
    expected = load_pack("samr-2023-38").task_lists["oversight"].tasks
    assert lines == [(task.number, task.text) for task in expected]
    assert len(lines) == 17


def test_a_body_checks_only_bodies_below_it(place):
    for other in (place.city, place.bodies["330000"]):
        with pytest.raises(RuleError) as refused:
            plan_check(body=place.city, overseen=other, planned_on=date(2026, 12, 1), acting=acting(place.overseer))
        assert refused.value.code == "not_below"
    with pytest.raises(Blocked):
        plan_check(body=place.city, overseen=place.county, planned_on=date(2026, 12, 1), acting=acting(place.stranger))
    with pytest.raises(RuleError, match="past"):
        plan_check(body=place.city, overseen=place.county, planned_on=date(2026, 11, 17), acting=acting(place.overseer))


def test_a_list_with_gaps_is_kept_as_a_draft_and_refused_as_a_whole(place):
    check = planned(place)
    facts = filled_facts(check)
    gaps = (*facts.answers[1:], CheckAnswer(1, False, ""))
    incomplete = type(facts)(version=0, checked_on=None, answers=gaps)
    with pytest.raises(FactsError) as refused:
        submit_check(check_id=check.pk, facts=incomplete, acting=acting(place.overseer))
    assert {fault.field for fault in refused.value.faults} == {"checked_on", "remark-1"}
    save_check_draft(check_id=check.pk, facts=incomplete, acting=acting(place.overseer))
    with pytest.raises(StaleCheckError):
        save_check_draft(check_id=check.pk, facts=incomplete, acting=acting(place.overseer))
    assert check.lines.get(position=3).remark == "未按清单组织检查"


def test_whoever_checked_does_not_decide(place):
    both = make_user("兼任", "overseer", place.city)
    from tests.factories import give_post

    give_post(both, "body_head", place.city)
    check = planned(place)
    submit_check(check_id=check.pk, facts=filled_facts(check), acting=acting(both))
    with pytest.raises(Blocked) as refused:
        decide_instrument(check_id=check.pk, facts=instrument_facts("reminder"), acting=acting(both))
    assert refused.value.code == "separation_of_duties"


def test_a_check_without_findings_is_closed_by_the_head(place):
    check = filled(place)
    assert Deadline.objects.get(rule="check_decision").accountable_body == place.city
    facts = instrument_facts("none", demands="")
    assert decide_instrument(check_id=check.pk, facts=facts, acting=acting(place.chief)) is None
    check.refresh_from_db()
    assert check.state == BodyCheck.State.CLOSED
    assert Deadline.objects.get(rule="check_decision").state == "met"


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"kind": "penalty"}, "choice_unknown", "kind"),
        ({"reason": "短"}, "reason_too_short", "reason"),
        ({"demands": " "}, "demands_missing", "demands"),
        ({"kind": "interview", "meeting_place": ""}, "meeting_missing", "meeting_place"),
        ({"kind": "listed", "answerable": " "}, "answerable_missing", "answerable"),
        ({"kind": "listed"}, "listed_too_early", "kind"),
    ],
)
def test_a_decision_that_lacks_something_names_the_field(place, changed, code, field):
    check = filled(place)
    facts = instrument_facts(changed.pop("kind", "reminder"), **changed)
    with pytest.raises(RuleError) as refused:
        decide_instrument(check_id=check.pk, facts=facts, acting=acting(place.chief))
    assert (refused.value.code, refused.value.details["field"]) == (code, field)


def test_the_ladder_proposes_and_goes_on():
    assert next_instrument([], 0) == "none"
    assert next_instrument([], 2) == "reminder"
    assert next_instrument(["reminder"], 2) == "rectification"
    assert next_instrument(["reminder", "circular"], 2) == "listed"
    assert next_instrument(["listed"], 2) == "listed"
    assert [fault.field for fault in answer_faults([CheckAnswer(4, None), CheckAnswer(5, False)])] == [
        "answer-4",
        "remark-5",
    ]


@pytest.mark.parametrize(
    ("kind", "rule", "amount"),
    [
        ("reminder", "reminder_letter_reply", 10),
        ("rectification", "rectification_lower_body", 30),
        ("interview", "rectification_lower_body", 30),
        ("circular", "rectification_lower_body", 30),
    ],
)
def test_service_of_the_letter_starts_the_period_the_overseen_body_answers_for(place, kind, rule, amount):
    instrument = told(place, kind)
    clock = Deadline.objects.get(subject=reply_subject(instrument))
    assert (clock.rule, clock.amount, clock.start_on) == (rule, amount, date(2026, 11, 18))
    assert clock.accountable_body == place.county
    assert instrument.check_of.state == BodyCheck.State.SERVED


def test_the_period_may_be_set_by_the_decision_and_stands_in_the_letter(place):
    instrument = decided(place, "rectification", days=15)
    document = issued(place, instrument)
    assert "自收到本通知书之日起15日内完成整改" in text_of(document.issue.facts)
    served(document, place.server, place.overseer)
    assert Deadline.objects.get(subject=reply_subject(instrument)).amount == 15


@pytest.mark.parametrize("kind", [kind for kind in LETTER_OF if kind != "listed"])
def test_every_letter_says_on_what_basis_what_is_wanting_what_is_demanded_and_where_to_object(place, kind):
    document = issued(place, decided(place, kind))
    text = text_of(document.issue.facts)
    assert "国市监质监发〔2023〕38号" in text
    assert "2026年11月18日" in text
    assert "未按清单组织检查" in text
    assert "2. 一个月内完成全部现场检查。" in text
    assert "不同意见" in text or "提出意见" in text
    assert document.issue.facts["addressee"] == place.county.name
    assert document.number.startswith("嘉市监督") or kind == "circular"


def test_the_drafter_of_a_letter_does_not_issue_it_and_the_kind_must_be_the_decided_one(place):
    instrument = decided(place, "rectification")
    document = draft_document(
        kind="body_rectification", subject=f"instrument:{instrument.pk}", acting=acting(place.overseer)
    )
    with pytest.raises(Blocked):
        issue_document(document=document, acting=acting(place.overseer))
    other = draft_document(kind="circular", subject=f"instrument:{instrument.pk}", acting=acting(place.overseer))
    with pytest.raises(RuleError) as refused:
        issue_document(document=other, acting=acting(place.chief))
    assert refused.value.code == "wrong_subject"


def test_a_circular_goes_to_several_bodies(place):
    some = decided(place, "circular", also_to=(place.bodies["330411"],))
    document = issued(place, some)
    assert document.addressee == "各县（市、区）市场监督管理局"  # both counties of this tree
    province = place.bodies["330000"]
    one = SimpleNamespace(**vars(place))
    one.city, one.overseer = province, make_user("省督查", "overseer", province)
    one.chief = make_user("省局长", "body_head", province)
    instrument = decided(one, "circular", also_to=(place.bodies["330411"],))
    assert issued(one, instrument).addressee == f"{place.county.name}、{place.bodies['330411'].name}"


def test_a_circular_is_served_on_each_body_and_starts_the_clock_of_the_one_that_must_answer(place):
    other = place.bodies["330411"]
    instrument = decided(place, "circular", also_to=(other,))
    letter = issued(place, instrument)
    others_overseer = place.stranger
    assert [row.awaited for row in unserved_for(place.overseer)] == [place.county.pk, other.pk]
    for body, code in ((None, "addressee_missing"), (place.city, "addressee_missing")):
        with pytest.raises(RuleError) as refused:
            served(letter, place.server, place.overseer, body=body)
        assert refused.value.code == code
    served(letter, place.server, place.overseer, body=other)
    with pytest.raises(RuleError) as twice:
        served(letter, place.server, place.overseer, body=other)
    assert twice.value.code == "addressee_served"
    letter.refresh_from_db()
    check = BodyCheck.objects.get()
    assert (letter.served_on, check.state) == (None, BodyCheck.State.DECIDED)
    assert not Deadline.objects.filter(subject=reply_subject(instrument)).exists()
    assert [row.awaited for row in unserved_for(place.overseer)] == [place.county.pk]
    assert documents_for(others_overseer).filter(pk=letter.pk).exists()
    assert not documents_for(place.lead).filter(pk=letter.pk).exists()
    two_days_on = date(2026, 11, 20)
    served(letter, place.server, place.overseer, on=two_days_on, body=place.county)
    letter.refresh_from_db()
    check.refresh_from_db()
    clock = Deadline.objects.get(subject=reply_subject(instrument))
    assert (letter.served_on, check.state) == (two_days_on, BodyCheck.State.SERVED)
    assert (clock.start_on, clock.accountable_body) == (two_days_on, place.county)
    assert documents_for(place.lead).filter(pk=letter.pk).exists()
    assert not unserved_for(place.overseer).exists()
    receipts = Document.objects.filter(kind="service_receipt").order_by("pk")
    assert [(each.addressee, each.place) for each in receipts] == [
        (other.name, other),
        (place.county.name, place.county),
    ]
    assert [each.issue.facts["parts"][0]["text"] for each in receipts] == [other.name, place.county.name]


def test_a_decision_is_taken_back_until_its_letter_is_issued(place):
    instrument = decided(place, "rectification")
    check_id = instrument.check_of_id
    draft = draft_document(
        kind="body_rectification", subject=f"instrument:{instrument.pk}", acting=acting(place.overseer)
    )
    reason = "措施过重，改用敦促提醒函。"
    with pytest.raises(Blocked):
        take_back_instrument(check_id=check_id, reason=reason, acting=acting(place.overseer))
    take_back_instrument(check_id=check_id, reason=reason, acting=days_on(place.chief, 1))
    instrument.refresh_from_db()
    draft.refresh_from_db()
    assert (instrument.verdict, instrument.verdict_reason) == ("revoked", reason)
    assert (draft.state, draft.void_reason) == ("voided", reason)
    assert Deadline.objects.get(state="running").rule == "check_decision"
    event = AuditEvent.objects.filter(stream=f"body_check:{check_id}").order_by("-sequence").first()
    assert (event.action, event.data["reason"]) == ("body_check.taken_back", reason)
    second = decide_instrument(check_id=check_id, facts=instrument_facts("reminder"), acting=days_on(place.chief, 1))
    letter = issued(place, second)
    second.refresh_from_db()
    assert (second.number, second.issued_on) == (2, date(2026, 11, 18))
    with pytest.raises(Blocked) as too_late:
        take_back_instrument(check_id=check_id, reason=reason, acting=days_on(place.chief, 2))
    assert too_late.value.code == "letter_not_issued"
    void_document(document=letter, reason="文书内容有误，需要重新起草。", acting=days_on(place.chief, 2))
    take_back_instrument(check_id=check_id, reason=reason, acting=days_on(place.chief, 2))
    assert BodyCheck.objects.get().state == BodyCheck.State.FILLED


def test_a_closed_check_is_scored_once_by_its_head_within_the_margin(place):
    check = filled(place)
    decide_instrument(check_id=check.pk, facts=instrument_facts("none"), acting=acting(place.chief))
    reason = "组织考核的做法在全市推广。"
    for facts, code in ((ScoreFacts(11, reason), "outside_margin"), (ScoreFacts(-3), "reason_too_short")):
        with pytest.raises(RuleError) as refused:
            score_check(check_id=check.pk, facts=facts, acting=acting(place.chief))
        assert refused.value.code == code
    with pytest.raises(Blocked):
        score_check(check_id=check.pk, facts=ScoreFacts(), acting=acting(place.overseer))
    score = score_check(check_id=check.pk, facts=ScoreFacts(10, reason), acting=acting(place.chief))
    assert (score.computed, score.points) == (90, 100)
    with pytest.raises(Blocked) as again:
        score_check(check_id=check.pk, facts=ScoreFacts(), acting=acting(place.chief))
    assert again.value.code == "not_scored"


def test_an_answer_with_files_is_verified_and_closes_the_check(place):
    instrument = told(place)
    paper = SimpleUploadedFile("整改报告.pdf", b"%PDF-1.7 report", "application/pdf")
    check_id = instrument.check_of_id
    with pytest.raises(Blocked):
        answer_check(check_id=check_id, reply="已整改", acting=acting(place.overseer))
    with pytest.raises(RuleError, match="what has been done"):
        answer_check(check_id=check_id, reply=" ", acting=days_on(place.lead, 3))
    answer_check(check_id=check_id, reply="已建立清单并完成检查。", uploads=[paper], acting=days_on(place.lead, 3))
    kept = Attachment.objects.get()
    assert (kept.case, kept.place) == (None, place.county)
    assert Deadline.objects.get(subject=reply_subject(instrument)).state == "met"
    reason = "经核实，两项任务已全部落实到位。"
    verify_answer(check_id=check_id, verdict="met", reason=reason, acting=days_on(place.overseer, 5))
    assert BodyCheck.objects.get().state == BodyCheck.State.CLOSED
    assert not Deadline.objects.filter(state="running").exists()


def test_what_is_not_put_right_goes_to_the_next_rung_which_names_the_letter_before(place):
    instrument = told(place)
    check_id = instrument.check_of_id
    with pytest.raises(Blocked) as early:
        verify_answer(check_id=check_id, verdict="not_met", reason="期限内未答复。" * 2, acting=acting(place.overseer))
    assert early.value.code == "check_answered"
    late = days_on(place.overseer, 20)
    verify_answer(check_id=check_id, verdict="not_met", reason="期限内未作任何答复。" * 2, acting=late)
    check = BodyCheck.objects.get()
    assert check.state == BodyCheck.State.FILLED
    facts = instrument_facts("rectification")
    following = decide_instrument(check_id=check_id, facts=facts, acting=days_on(place.chief, 21))
    assert open_instrument(check) == following
    document = draft_document(
        kind="body_rectification", subject=f"instrument:{following.pk}", acting=days_on(place.overseer, 21)
    )
    text = text_of(drafted_facts(document, days_on(place.overseer, 21)))
    assert "2026年11月18日发出敦促提醒函后，经核实，有关问题仍未落实到位。" in text


def test_an_answer_that_does_not_come_is_told_to_the_body_that_owes_it_and_to_the_one_above(place):
    instrument = told(place)
    sweep(now=NOON + timedelta(days=40))
    clock = Deadline.objects.get(subject=reply_subject(instrument))
    assert clock.overdue_since is not None
    assert {"李科长", "周督查"} <= set(Notification.objects.values_list("user__name", flat=True))


def test_a_void_letter_ends_its_period_and_another_is_drafted(place):
    instrument = told(place)
    document = Document.objects.get(subject=f"instrument:{instrument.pk}")
    void_document(document=document, reason="主送机关有误，另行制发。", acting=acting(place.chief))
    assert BodyCheck.objects.get().state == BodyCheck.State.DECIDED
    assert Deadline.objects.get(subject=reply_subject(instrument)).state == "cancelled"
    again = draft_document(kind="check_reminder", subject=f"instrument:{instrument.pk}", acting=acting(place.overseer))
    assert again.supersedes == document


def test_the_overseen_body_sees_the_check_only_once_it_was_told(place):
    check = planned(place)
    assert list(visible_checks(place.overseer)) == [check]
    assert not visible_checks(place.lead).exists()
    assert not visible_checks(place.stranger).exists()
    instrument = told(place)
    assert [seen.pk for seen in visible_checks(place.lead)] == [instrument.check_of_id]
    assert not visible_checks(make_user("邻县", "grassroots_lead", place.bodies["330411"])).exists()


def test_a_letter_to_a_body_is_its_issuers_own_until_it_is_served(place):
    instrument = decided(place)
    letter = issued(place, instrument)
    lists = draft_document(
        kind="oversight_list", subject=f"check:{instrument.check_of_id}", acting=acting(place.overseer)
    )
    assert set(documents_for(place.chief)) == {letter, lists}
    assert not documents_for(place.lead).exists()
    served(letter, place.server, place.overseer)
    seen = documents_for(place.lead).exclude(kind="service_receipt")
    assert list(seen) == [letter]  # the list stays with whoever checked


def test_a_list_is_narrowed_and_asks_a_constant_number_of_queries(place, django_assert_num_queries):
    for _time in range(3):
        planned(place)
    filled(place)
    rows = visible_checks(place.overseer)
    assert [row.not_done for row in listed_checks(rows, CheckFilter(state="filled"))] == [2]
    assert listed_checks(rows, CheckFilter(text="南湖")).count() == 4
    assert not listed_checks(rows, CheckFilter(text="秀洲")).exists()
    with django_assert_num_queries(1):
        assert len({(row.body.name, row.overseen.name) for row in listed_checks(rows, CheckFilter())}) == 1


def test_the_list_itself_is_a_numbered_document(place):
    check = filled(place)
    document = draft_document(kind="oversight_list", subject=f"check:{check.pk}", acting=acting(place.overseer))
    document = issue_document(document=document, acting=acting(place.overseer))
    assert document.number == "嘉市监督查〔2026〕1号"
    assert [row["mark"] for row in document.issue.facts["rows"]].count("×") == 2


def test_every_step_is_in_the_trail(place):
    told(place)
    actions = list(AuditEvent.objects.filter(stream__startswith="body_check:").values_list("action", flat=True))
    assert actions == ["body_check.planned", "body_check.filled", "body_check.decided", "body_check.told"]
