"""The scan for list candidates: what it finds, what it leaves alone, what it costs, and that it can break off."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.acting import Acting
from cases.guards.conditions import Blocked
from cases.models import (
    AuditEvent,
    Body,
    BodySetting,
    CandidateScan,
    CreditRating,
    Deadline,
    Enterprise,
    Job,
    ListCandidate,
    ListEntry,
    ListingWatch,
    Notification,
    RiskEvent,
)
from cases.packs.loader import all_packs
from cases.rules.errors import RuleError
from cases.services import scan_candidates
from cases.services.judge_units import judge_units
from cases.services.listing_watch import look_again
from cases.services.open_settings import set_open_setting
from cases.services.review_candidates import drop_candidate, keep_candidate
from cases.services.scan_candidates import begin_scan_of_the_month, finish_scan, run_scan, start_scan
from tests.factories import NOON, make_enterprise, make_user
from tests.lists.conftest import TODAY, People, by, found, listed, rate, risk, scan, work_off_jobs

NEXT_YEAR = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)


def watched(unit: Enterprise) -> date | None:
    return ListingWatch.objects.filter(enterprise=unit).values_list("next_on", flat=True).first()


# --- what is found ----------------------------------------------------------------------------------------------------


def test_a_larger_risk_makes_a_candidate_for_key_supervision(unit: Enterprise, county: Body) -> None:
    event = risk(unit)
    scan()
    candidate = found(unit)
    assert candidate is not None
    assert (candidate.current_level, candidate.proposed_level, candidate.ruled_level) == ("none", "key", "key")
    assert (candidate.body, candidate.year, candidate.kind) == (county, 2026, "production")
    assert (candidate.larger_count, candidate.open_count, candidate.event_ids) == (1, 1, [event.pk])
    assert candidate.pack == "samr-2023-38@1"
    assert all(ground["clause"] for ground in candidate.grounds)


def test_a_unit_that_makes_and_sells_is_proposed_for_both_lists(county: Body) -> None:
    unit = make_enterprise(territorial_body=county, sells_retail=True)
    rate(unit, "high")
    scan()
    kinds = ListCandidate.objects.filter(enterprise=unit).values_list("kind", "proposed_level")
    assert set(kinds) == {("production", "special"), ("sales", "special")}


@pytest.mark.parametrize(("state", "level"), [("reported", "major"), ("refuted", "major"), ("verified", "general")])
def test_what_is_not_verified_or_general_does_not_count(unit: Enterprise, state: str, level: str) -> None:
    event = risk(unit)
    RiskEvent.objects.filter(pk=event.pk).update(state=state, level=level)
    scan()
    assert found(unit) is None


def test_an_event_under_objection_still_counts(unit: Enterprise) -> None:
    event = risk(unit)
    RiskEvent.objects.filter(pk=event.pk).update(state="appealed")
    scan()
    assert found(unit) is not None


def test_an_old_risk_counts_while_it_is_open_and_no_longer_once_put_right(unit: Enterprise) -> None:
    event = risk(unit, on=date(2023, 5, 4))
    scan()
    assert found(unit) is not None
    RiskEvent.objects.filter(pk=event.pk).update(resolved_on=TODAY)
    look_again(enterprise_ids=[unit.pk], on=TODAY)
    scan()
    assert found(unit) is None
    assert ListCandidate.objects.get(enterprise=unit).state == ListCandidate.State.OUTDATED


def test_a_rating_counts_from_its_day_on(unit: Enterprise) -> None:
    CreditRating.objects.create(
        enterprise=unit, credit_risk="elevated", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 1)
    )
    CreditRating.objects.create(enterprise=unit, credit_risk="high", valid_from=date(2026, 12, 1))
    look_again(enterprise_ids=[unit.pk], on=TODAY)
    scan()
    assert (found(unit).proposed_level, watched(unit)) == ("key", date(2026, 12, 1))
    scan(datetime(2026, 12, 1, 4, tzinfo=UTC))
    assert (found(unit).proposed_level, watched(unit)) == ("special", None)


def test_each_place_lists_by_the_rule_pack_it_has_chosen(bodies: dict[str, Body], people: People) -> None:
    """By Anhui's numbers three larger risks in two years mean special supervision; elsewhere they never do."""
    here, there = (make_enterprise(territorial_body=bodies[code]) for code in ("330402", "330411"))
    BodySetting.objects.create(
        body=bodies["330411"], key="listing.pack", value="anhui-2023", reason="试", set_by=people.admin, set_at=NOON
    )
    for unit in (here, there):
        for day in (date(2025, 3, 4), date(2025, 4, 4), date(2025, 5, 4)):
            risk(unit, on=day, resolved=day + timedelta(days=30))
        risk(unit, on=date(2026, 9, 1), resolved=date(2026, 10, 1))
    scan()
    assert (found(here).proposed_level, found(here).pack) == ("key", "samr-2023-38@1")
    assert (found(there).proposed_level, found(there).pack) == ("special", "anhui-2023@1")
    assert len(found(there).event_ids) == 4
    assert watched(there) == date(2027, 3, 5)


def test_what_nobody_noted_is_not_looked_at(unit: Enterprise) -> None:
    risk(unit)
    ListingWatch.objects.all().delete()
    assert scan().looked_at == 0
    assert found(unit) is None


# --- the day to look again --------------------------------------------------------------------------------------------


def test_the_next_look_is_the_day_a_counted_risk_leaves_its_window(unit: Enterprise) -> None:
    risk(unit, on=date(2026, 3, 4), resolved=date(2026, 4, 1))
    risk(unit, "major", on=date(2025, 6, 30), resolved=date(2025, 8, 1))
    scan()
    assert watched(unit) == date(2027, 3, 5)
    scan(datetime(2027, 3, 4, 4, tzinfo=UTC))
    assert watched(unit) == date(2027, 3, 5)


def test_without_anything_to_come_the_unit_is_no_longer_watched(unit: Enterprise) -> None:
    rate(unit, "elevated")
    scan()
    assert watched(unit) is None


def test_a_note_for_an_earlier_day_stays(unit: Enterprise) -> None:
    look_again(enterprise_ids=[unit.pk], on=TODAY)
    look_again(enterprise_ids=[unit.pk], on=TODAY + timedelta(days=9))
    assert watched(unit) == TODAY
    look_again(enterprise_ids=[unit.pk], on=TODAY - timedelta(days=9))
    assert watched(unit) == TODAY - timedelta(days=9)


# --- what is left alone -----------------------------------------------------------------------------------------------


def test_twice_on_a_day_finds_nothing_new(unit: Enterprise) -> None:
    risk(unit), rate(unit, "high")
    assert scan().found == 1
    look_again(enterprise_ids=[unit.pk], on=TODAY)
    assert scan().found == scan(full=True).found == 0
    assert ListCandidate.objects.count() == 1


def test_new_facts_overtake_what_waits(unit: Enterprise) -> None:
    risk(unit)
    scan()
    first = found(unit)
    rate(unit, "high")
    scan()
    assert ListCandidate.objects.get(pk=first.pk).state == ListCandidate.State.OUTDATED
    assert found(unit).proposed_level == "special"


def test_what_was_dropped_stays_dropped_on_the_same_facts(unit: Enterprise, people: People) -> None:
    risk(unit)
    scan()
    drop_candidate(candidate_id=found(unit).pk, reason="同一批次已并入他案处理，不再列入。", acting=by(people.admin))
    look_again(enterprise_ids=[unit.pk], on=TODAY)
    scan(), scan(full=True)
    assert found(unit) is None
    risk(unit, on=TODAY)
    scan()
    assert found(unit).larger_count == 2
    ListCandidate.objects.filter(state="found").delete()
    scan(NEXT_YEAR, full=True)
    assert found(unit) is not None  # another year, other lists


def test_a_unit_in_progress_is_left_to_whoever_decides(unit: Enterprise, people: People) -> None:
    risk(unit)
    scan()
    keep_candidate(candidate_id=found(unit).pk, opinion="", acting=by(people.admin))
    rate(unit, "high")
    assert scan().found == 0
    assert ListCandidate.objects.count() == 1


# --- the yearly rebuild -----------------------------------------------------------------------------------------------


def test_in_january_last_years_entries_are_proposed_anew_or_for_removal(county: Body) -> None:
    stays, leaves, changes = (make_enterprise(territorial_body=county) for _number in range(3))
    for unit in (stays, leaves, changes):
        listed(unit)
    rate(stays, "elevated"), rate(changes, "high")
    ListingWatch.objects.all().delete()
    scan(NEXT_YEAR, full=True)
    proposed = {unit.pk: (found(unit).proposed_level, found(unit).cause) for unit in (stays, leaves, changes)}
    assert set(proposed.values()) == {("key", "rebuild"), ("none", "rebuild"), ("special", "rebuild")}
    assert proposed[leaves.pk] == ("none", "rebuild")
    assert ListEntry.objects.filter(left_on__isnull=True).count() == 3  # nobody leaves without a decision


def test_who_proposes_what_depends_on_the_tier_body_but_a_removal_on_whose_list_it_is(
    unit: Enterprise, bodies: dict[str, Body]
) -> None:
    listed(unit)
    Enterprise.objects.filter(pk=unit.pk).update(tier_body=bodies["330400"])
    look_again(enterprise_ids=[unit.pk], on=TODAY)
    scan()
    assert found(unit).body == bodies["330402"]
    rate(unit, "high")
    scan()
    assert found(unit).body == bodies["330400"]


def test_who_no_longer_makes_or_exists_is_proposed_for_removal(county: Body) -> None:
    gone, other = (make_enterprise(territorial_body=county) for _number in range(2))
    listed(gone), listed(other)
    rate(gone, "high"), rate(other, "high")
    Enterprise.objects.filter(pk=gone.pk).update(status="deregistered")
    Enterprise.objects.filter(pk=other.pk).update(makes=False, sells_retail=True)
    scan()
    assert found(gone).proposed_level == found(other).proposed_level == "none"
    assert found(other, "sales").proposed_level == "special"
    assert "注销" in found(gone).grounds[0]["text"]


# --- clocks, people, trail --------------------------------------------------------------------------------------------


def test_each_body_gets_one_clock_a_scan_that_stops_with_its_last_review(
    unit: Enterprise, county: Body, people: People
) -> None:
    other = make_enterprise(territorial_body=county)
    risk(unit), risk(other)
    done = scan()
    clock = Deadline.objects.get(rule="candidate_review")
    assert (clock.subject, clock.case, clock.accountable_body) == (f"scan:{done.pk}:{county.pk}", None, county)
    assert clock.due_on == date(2026, 12, 2)  # ten working days
    drop_candidate(candidate_id=found(unit).pk, reason="同一批次已并入他案处理，不再列入。", acting=by(people.admin))
    clock.refresh_from_db()
    assert clock.state == Deadline.State.RUNNING
    keep_candidate(candidate_id=found(other).pk, opinion="", acting=by(people.admin))
    clock.refresh_from_db()
    assert (clock.state, clock.met_on) == (Deadline.State.MET, TODAY)


def test_a_clock_stops_when_the_last_candidate_is_overtaken(unit: Enterprise) -> None:
    event = risk(unit)
    scan()
    RiskEvent.objects.filter(pk=event.pk).update(state="refuted")
    look_again(enterprise_ids=[unit.pk], on=TODAY)
    scan()
    assert not Deadline.objects.filter(rule="candidate_review", state="running").exists()


def test_the_reviewers_are_told_and_the_trail_has_one_event(unit: Enterprise, people: People) -> None:
    risk(unit)
    done = scan()
    finish_scan(scan_id=done.pk, acting=by(None))
    told = Notification.objects.filter(kind="candidates_found").values_list("user__name", flat=True)
    assert set(told) == {people.admin.name, people.unit_head.name}
    event = AuditEvent.objects.get(action="lists.scanned")
    assert (event.data["looked_at"], event.data["found"]) == (1, 1)


# --- breaking off, costs ----------------------------------------------------------------------------------------------


def test_a_scan_that_breaks_off_goes_on_where_it_stopped(county: Body, monkeypatch: pytest.MonkeyPatch) -> None:
    units = [make_enterprise(territorial_body=county) for _number in range(5)]
    for unit in units:
        rate(unit, "high")
    monkeypatch.setattr(scan_candidates, "STRETCH", 2)
    begun = start_scan(full=False, acting=by(None))
    calls = []

    def power_cut(**facts: object) -> int:
        calls.append(facts)
        if len(calls) == 2:
            raise OSError("the power is gone")
        return judge_units(**facts)

    monkeypatch.setattr(scan_candidates, "judge_units", power_cut)
    with pytest.raises(OSError, match="power"):
        run_scan(scan_id=begun.pk, acting=by(None))
    begun.refresh_from_db()
    assert (begun.looked_at, begun.finished_at) == (2, None)
    assert ListCandidate.objects.count() == 2
    work_off_jobs(NOON)
    begun.refresh_from_db()
    assert (begun.looked_at, begun.found) == (5, 5)
    assert begun.finished_at is not None
    assert ListCandidate.objects.count() == 5


def test_a_stretch_that_another_worker_has_done_is_not_done_again(unit: Enterprise) -> None:
    risk(unit)
    begun = start_scan(full=False, acting=by(None))
    assert judge_units(scan_id=begun.pk, unit_ids=[unit.pk], acting=by(None)) == 1
    assert judge_units(scan_id=begun.pk, unit_ids=[unit.pk], acting=by(None)) == 0


@pytest.mark.parametrize("full", [False, True])
def test_the_queries_of_a_stretch_do_not_grow_with_its_units(county: Body, full: bool) -> None:
    def queries(number: int) -> int:
        for _ in range(number):
            unit = make_enterprise(territorial_body=county, sells_retail=True)
            risk(unit), rate(unit, "elevated")
        begun = CandidateScan.objects.create(run_on=TODAY, year=2026, full=full, started_at=NOON)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            run_scan(scan_id=begun.pk, acting=by(None))
        assert CandidateScan.objects.get(pk=begun.pk).looked_at == number or full
        return len(captured)

    queries(1)  # what is read once a process, such as content types
    assert queries(2) == queries(20)


# --- when it runs -----------------------------------------------------------------------------------------------------


def test_it_runs_once_a_month_from_its_day_on_and_rebuilds_in_january(bodies: dict[str, Body]) -> None:
    first = begin_scan_of_the_month(now=NOON)
    assert (first.month, first.full) == ("2026-11", True)  # nobody has ever been looked at
    work_off_jobs(NOON)
    assert begin_scan_of_the_month(now=NOON + timedelta(days=3)) is None
    december = begin_scan_of_the_month(now=datetime(2026, 11, 30, 16, 0, tzinfo=UTC))  # midnight in Shanghai
    assert (december.month, december.full) == ("2026-12", False)
    assert begin_scan_of_the_month(now=NEXT_YEAR) is None  # one at a time
    work_off_jobs(NEXT_YEAR)
    assert begin_scan_of_the_month(now=NEXT_YEAR).full


@pytest.mark.parametrize("changed", ["listing.pack", "tiering.pack", "version"])
def test_it_looks_at_everybody_once_the_rule_itself_has_changed(
    bodies: dict[str, Body], changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_scan_of_the_month(now=NOON)
    work_off_jobs(NOON)
    december = NOON + timedelta(days=20)
    if changed != "version":
        keeper = Acting(make_user("设定员", "platform_admin", bodies["330402"]), NOON + timedelta(days=1))
        set_open_setting(
            body=bodies["330402"],
            key=changed,
            value="samr-2023-38",
            reason="自本月起按国家文件的定义执行。",
            acting=keeper,
        )
    else:
        shipped = all_packs()
        newer = replace(shipped["samr-2023-38", 1], version=2, effective_from=TODAY + timedelta(days=7))
        monkeypatch.setattr(scan_candidates, "all_packs", lambda: {**shipped, (newer.code, 2): newer})
    assert begin_scan_of_the_month(now=december).full is (changed != "tiering.pack")


def test_a_scan_waits_for_its_day_of_the_month(bodies: dict[str, Body], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_candidates, "default_of", lambda key: 20)
    assert begin_scan_of_the_month(now=NOON) is None


def test_only_one_scan_at_a_time_and_only_by_reviewers(people: People, county: Body) -> None:
    start_scan(full=False, acting=by(people.admin))
    with pytest.raises(RuleError) as refused:
        start_scan(full=False, acting=by(people.admin))
    assert refused.value.code == "scan_running"
    with pytest.raises(Blocked):
        start_scan(full=False, acting=by(make_user("局外人", "overseer", county)))
    assert Job.objects.filter(kind="lists.scan").count() == 1
