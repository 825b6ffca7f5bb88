"""P4 from the kept candidate to the list, and from the list out of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from cases.acting import LEGAL_ZONE, Acting
from cases.guards.conditions import Blocked
from cases.models import Case, Deadline, Enterprise, KeySupervision, ListCandidate, ListEntry, ListingWatch, Procedure
from cases.rules.errors import RuleError
from cases.selectors.scope import forget_grants
from cases.services.decide_listing import DecideListing
from cases.services.list_notice import DraftListNotice, RecordViews
from cases.services.review_candidates import Removal, ask_removal, keep_candidate
from cases.services.sweep_deadlines import sweep
from notices.models import Document
from notices.services.case_letters import IssueLetter
from notices.services.void_document import void_document
from tests.factories import NOON, give_post, make_user
from tests.lists.conftest import People, Told, by, entry_of, found, listed, rate, risk, scan, work_off_jobs
from workflow.services.end_case import end_case_early

Tell = Callable[[Case], Told]


@pytest.fixture
def kept(unit: Enterprise, people: People) -> Case:
    """A unit with one larger risk, found by the scan and kept."""
    risk(unit)
    scan()
    return keep_candidate(candidate_id=found(unit).pk, opinion="", acting=by(people.admin))


def test_a_candidate_goes_on_the_list_once_the_unit_was_told_heard_and_answered(
    kept: Case, unit: Enterprise, tell: Tell
) -> None:
    told = tell(kept)
    assert (kept.procedure, kept.body, kept.status) == (Procedure.LISTING, unit.tier_body, "candidate")
    told.draft(), told.issue(), told.serve()
    notice = told.case.list_notice
    assert (told.case.status, notice.level, notice.told_on.isoformat()) == ("hearing", "key", "2026-11-18")
    assert notice.views_until.isoformat() == "2026-11-25"  # five working days, the day of service not counted
    told.hear("我单位已于上月完成整改，请求不予列入。")
    told.decide("key", answer="整改尚未经核实，不影响列入；核实后可以请求移出。")
    entry = entry_of(unit)
    assert (entry.level, entry.year, entry.body, entry.case) == ("key", 2026, unit.tier_body, kept)
    assert entry.decided_by == told.people.head
    assert entry.grounds
    assert told.case.status == "answering"
    told.answer()
    assert told.case.status == "on_list"
    assert told.case.closed_at is not None
    assert not told.open_steps
    assert kept.list_candidate.state == ListCandidate.State.KEPT
    assert ListCandidate.objects.get(case=kept).state == ListCandidate.State.DECIDED
    assert ListingWatch.objects.filter(enterprise=unit).exists()
    assert not KeySupervision.objects.exists()  # the list of 2012 is another one
    assert not Deadline.objects.filter(case=kept, state="running").exists()
    kinds = Document.objects.filter(case=kept, state="issued").values_list("kind", flat=True)
    assert set(kinds) == {"listing_notice", "listing_decision", "service_receipt"}


def test_silence_leads_to_the_decision_once_the_period_has_passed(kept: Case, tell: Tell) -> None:
    told = tell(kept)
    told.draft(), told.issue(), told.serve()
    last = datetime(2026, 11, 25, 23, 0, tzinfo=LEGAL_ZONE)
    sweep(now=last), work_off_jobs(last)
    assert told.open_steps == {"record_views"}
    after = last + timedelta(hours=2)
    sweep(now=after), work_off_jobs(after)
    assert told.open_steps == {"decide_listing"}
    kept.refresh_from_db()
    assert (kept.status, kept.list_notice.waived, kept.list_notice.views) == ("deciding", True, "")
    assert Deadline.objects.get(case=kept, rule="objection_views").state == Deadline.State.CANCELLED


def test_never_heavier_than_told_whatever_the_unit_objected(kept: Case, unit: Enterprise, tell: Tell) -> None:
    told = tell(kept).until_decision(views="我单位不同意列入，认定事实有误。")
    with pytest.raises(RuleError) as refused:
        told.decide("special", reason="态度恶劣，拟从重处理该单位。", answer="意见不予采纳，理由见决定。")
    assert refused.value.code == "heavier_than_told"
    assert refused.value.clause
    assert entry_of(unit) is None


def test_views_must_be_answered_and_another_level_than_the_rules_needs_a_reason(kept: Case, tell: Tell) -> None:
    told = tell(kept).until_decision(views="我单位不同意列入，认定事实有误。")
    with pytest.raises(RuleError) as refused:
        told.decide("key")
    assert (refused.value.code, refused.value.details["field"]) == ("reason_too_short", "answer")
    with pytest.raises(RuleError) as refused:
        told.decide("none", answer="意见成立，认定依据不足，予以采纳。")
    assert (refused.value.code, refused.value.details["field"]) == ("reason_too_short", "reason")
    told.decide("none", reason="认定依据不足，不予列入名单。", answer="意见成立，认定依据不足，予以采纳。")
    told.answer()
    assert told.case.status == "not_listed"


def test_who_reviewed_or_drafted_does_not_decide(kept: Case, unit: Enterprise, people: People, tell: Tell) -> None:
    told = tell(kept).until_decision()
    give_post(people.admin, "grassroots_lead", unit.tier_body)
    forget_grants(people.admin)
    with pytest.raises(Blocked) as refused:
        told.do("decide_listing", DecideListing("key"), people.admin)
    assert refused.value.code == "separation_of_duties"
    told.decide("key")


def test_only_the_tier_bodys_own_head_decides(kept: Case, bodies, tell: Tell) -> None:
    told = tell(kept).until_decision()
    city_head = make_user("市局长", "body_head", bodies["330400"])
    with pytest.raises(Blocked) as refused:
        told.do("decide_listing", DecideListing("key"), city_head)
    assert refused.value.code == "permission"


def test_the_drafter_does_not_issue_and_a_return_leads_back_to_the_draft(
    kept: Case, people: People, tell: Tell
) -> None:
    told = tell(kept)
    told.draft()
    with pytest.raises(Blocked) as refused:
        told.do("issue_list_notice", IssueLetter("issue"), people.admin)
    assert refused.value.code == "not_the_drafter"
    told.do("issue_list_notice", IssueLetter("return", "事实部分请写明抽查的批次和项目。"), people.unit_head)
    assert told.open_steps == {"draft_list_notice"}
    told.do("draft_list_notice", DraftListNotice("批次20260301阻燃性能不合格。", "孙悦，0573-82000000"), people.admin)
    assert "20260301" in Document.objects.get(case=kept, kind="listing_notice").fields["facts"]
    told.issue()


@pytest.mark.parametrize("at", ["serve_list_notice", "record_views", "decide_listing"])
def test_a_void_notice_is_told_anew(at: str, kept: Case, people: People, tell: Tell) -> None:
    told = tell(kept)
    told.draft(), told.issue()
    if at != "serve_list_notice":
        told.serve()
    if at == "decide_listing":
        told.hear("我单位不同意列入，认定事实有误。")
    assert told.open_steps == {at}
    void_document(
        document=Document.objects.get(case=kept, kind="listing_notice"),
        reason="告知书所载事实有误，予以作废。",
        acting=by(people.unit_head, told.at),
    )
    assert told.open_steps == {"draft_list_notice"}
    kept.refresh_from_db()
    assert (kept.status, kept.list_notice.told_on, kept.list_notice.views) == ("telling", None, "")
    assert not Deadline.objects.filter(case=kept, rule="objection_views", state="running").exists()
    told.until_decision()
    told.decide("key")
    void_document(
        document=Document.objects.get(case=kept, kind="listing_decision"),
        reason="决定告知书文字有误，予以作废。",
        acting=by(people.unit_head, told.at),
    )  # a draft: the step of issuing finds none and has it written once more
    told.answer()
    assert told.case.status == "on_list"


def test_a_dropped_draft_of_the_notice_can_be_written_again(kept: Case, people: People, tell: Tell) -> None:
    told = tell(kept)
    told.draft()
    document = Document.objects.get(case=kept, kind="listing_notice")
    void_document(document=document, reason="草稿有误，不再使用这一份。", acting=by(people.admin, told.at))
    told.do("issue_list_notice", IssueLetter("return", "草稿已经撤回，请重新起草。"), people.unit_head)
    assert told.open_steps == {"draft_list_notice"}
    told.draft(), told.issue()


def test_a_removal_is_decided_and_told(unit: Enterprise, people: People, tell: Tell) -> None:
    entry = listed(unit, "special")
    facts = Removal(entry.pk, "rectified", "整改已经现场核实，请求移出名单。")
    case = ask_removal(facts=facts, acting=by(people.admin))
    assert (case.procedure, case.status) == (Procedure.DELISTING, "delisting_asked")
    told = tell(case)
    assert told.open_steps == {"decide_delisting"}
    told.decide_removal("out")
    entry.refresh_from_db()
    assert (entry.left_on, entry.left_case) == (by(None).today, case)
    assert entry_of(unit) is None
    told.answer()
    assert told.case.status == "off_list"


def test_down_to_key_ends_one_entry_and_begins_another(unit: Enterprise, people: People, tell: Tell) -> None:
    entry = listed(unit, "special")
    facts = Removal(entry.pk, "rectified", "整改已经现场核实，请求调整。", level="key")
    told = tell(ask_removal(facts=facts, acting=by(people.admin)))
    told.decide_removal("down")
    assert [e.level for e in ListEntry.objects.order_by("pk")] == ["special", "key"]
    assert ListEntry.objects.filter(left_on__isnull=True).count() == 1
    told.answer()
    assert told.case.status == "still_listed"


def test_who_stays_is_not_written_to(unit: Enterprise, people: People, tell: Tell) -> None:
    entry = listed(unit)
    facts = Removal(entry.pk, "gone", "触发情形已经超过计算期限，请求移出。")
    told = tell(ask_removal(facts=facts, acting=by(people.admin)))
    told.decide_removal("stay")
    assert (told.case.status, told.open_steps) == ("still_listed", set())
    assert entry_of(unit) == entry
    assert not Document.objects.exists()


def test_who_stays_at_the_yearly_rebuild_stands_on_the_new_years_list(
    unit: Enterprise, people: People, tell: Tell
) -> None:
    old = listed(unit, year=2025)
    scan(full=True)
    candidate = found(unit)
    assert (candidate.cause, candidate.proposed_level) == ("rebuild", "none")
    told = tell(keep_candidate(candidate_id=candidate.pk, opinion="", acting=by(people.admin)))
    assert told.case.procedure == Procedure.DELISTING
    told.decide_removal("stay")
    old.refresh_from_db()
    assert old.left_on is not None
    assert (entry_of(unit).year, entry_of(unit).level) == (2026, "key")


def test_a_renewal_that_is_declined_ends_the_old_entry(unit: Enterprise, people: People, tell: Tell) -> None:
    old = listed(unit, year=2025)
    rate(unit, "elevated")
    scan(full=True)
    told = tell(keep_candidate(candidate_id=found(unit).pk, opinion="", acting=by(people.admin))).until_decision()
    assert told.case.procedure == Procedure.LISTING
    told.decide("none", reason="信用风险分类即将修复，不再列入。")
    old.refresh_from_db()
    assert old.left_case == told.case
    assert entry_of(unit) is None


def test_a_listed_unit_is_not_taken_down_by_a_listing(unit: Enterprise, people: People, tell: Tell) -> None:
    listed(unit)
    rate(unit, "high")
    scan()
    told = tell(keep_candidate(candidate_id=found(unit).pk, opinion="", acting=by(people.admin))).until_decision()
    with pytest.raises(RuleError) as refused:
        told.decide("none", reason="信用风险分类即将修复，不再列入。")
    assert refused.value.code == "removal_apart"
    told.decide("key", reason="信用风险分类即将修复，维持重点监管。")
    assert (entry_of(unit).level, ListEntry.objects.count()) == ("key", 1)


def test_a_case_that_ends_early_gives_its_candidate_back_to_the_scan(
    kept: Case, unit: Enterprise, people: People, tell: Tell
) -> None:
    end_case_early(case_id=kept.pk, reason="企业已注销，程序终止。", acting=by(people.unit_head))
    assert ListCandidate.objects.get(case=kept).state == ListCandidate.State.OUTDATED
    scan(NOON + timedelta(days=1))
    assert found(unit) is not None


@pytest.mark.parametrize("day", ["2026-11-17", "2026-11-19"])
def test_views_are_received_between_service_and_today(day: str, kept: Case, people: People, tell: Tell) -> None:
    told = tell(kept)
    told.draft(), told.issue(), told.serve()
    with pytest.raises(RuleError) as refused:
        told.do("record_views", RecordViews("waived", date.fromisoformat(day)), people.admin)
    assert (refused.value.code, refused.value.details["field"]) == ("views_day", "received_on")


def test_the_unit_that_no_longer_exists_leaves_without_a_letter(unit: Enterprise, people: People, tell: Tell) -> None:
    entry = listed(unit)
    Enterprise.objects.filter(pk=unit.pk).update(status="deregistered")
    scan(full=True)
    told = tell(keep_candidate(candidate_id=found(unit).pk, opinion="", acting=by(people.admin)))
    told.decide_removal("out")
    assert told.case.status == "off_list"
    entry.refresh_from_db()
    assert entry.left_on is not None


def test_acting_is_only_for_persons(kept: Case) -> None:
    with pytest.raises(ValueError, match="needs a person"):
        keep_candidate(candidate_id=kept.list_candidate.pk, opinion="", acting=Acting(None, NOON))
