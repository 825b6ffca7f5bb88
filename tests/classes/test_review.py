"""P3: the yearly review opens by the clock, prefers papers, raises by one step on its day, and freezes."""

from datetime import date, datetime, timedelta

import pytest

from cases.acting import LEGAL_ZONE, Acting
from cases.guards.conditions import Blocked
from cases.models import (
    BodySetting,
    Case,
    ClassRecord,
    Deadline,
    EnforcementCertificate,
    Enterprise,
    Inspection,
    Notification,
)
from cases.rules.errors import RuleError
from cases.selectors.cases import inspections_this_year
from cases.services import sweep_reviews as sweeps
from cases.services.assign_inspectors import AssignInspectors, assign_inspectors
from cases.services.desk_check import DeskFacts, desk_check
from cases.services.reclassify import reclassify_on_event
from cases.services.sweep_deadlines import sweep
from cases.services.sweep_reviews import open_review, sweep_reviews
from tests.classes.making import class_history, classify
from tests.factories import make_enterprise, make_user
from workflow.demo.clock import StoryClock
from workflow.demo.story import run_due_jobs
from workflow.models import WorkItem

pytestmark = pytest.mark.django_db

DECIDED = date(2026, 1, 15)
ANNIVERSARY = date(2027, 1, 15)
OPENS = ANNIVERSARY - timedelta(days=60)


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, datetime.min.time(), LEGAL_ZONE).replace(hour=hour)


@pytest.fixture
def clock() -> StoryClock:
    return StoryClock(OPENS, datetime(2028, 12, 31, tzinfo=LEGAL_ZONE))


@pytest.fixture
def review(classified, enterprise):
    def opened(quality_class: str) -> Case:
        classified(quality_class, DECIDED)
        sweep_reviews(now=at(OPENS))
        return Case.objects.get(enterprise=enterprise, procedure="review")

    return opened


def in_force(enterprise: Enterprise) -> ClassRecord:
    return ClassRecord.objects.get(enterprise=enterprise, valid_to__isnull=True)


@pytest.mark.parametrize(("day", "opened"), [(OPENS - timedelta(days=1), 0), (OPENS, 1), (ANNIVERSARY, 1)])
def test_a_review_opens_sixty_days_ahead(classified, enterprise, day, opened):
    record = classified("B", DECIDED)
    assert sweep_reviews(now=at(day)).opened == opened
    if opened:
        case = Case.objects.get(procedure="review")
        record.refresh_from_db()
        assert (record.review, case.status, case.origin, case.opened_by) == (case, "review_due", "review", None)
        assert list(WorkItem.objects.filter(case=case).values_list("step", flat=True)) == ["assign_inspectors"]
        assert case.number.split("〔")[0].endswith("类复")


def test_it_opens_once_however_often_the_clock_looks(classified):
    record = classified("B", DECIDED)
    acting = Acting(user=None, at=at(OPENS))
    assert sweep_reviews(now=at(OPENS)).opened == 1
    assert sweep_reviews(now=at(OPENS, 10)).opened == 0
    assert open_review(record_id=record.pk, acting=acting) is None
    assert Case.objects.filter(procedure="review").count() == 1


def test_a_body_may_set_its_own_lead(classified, bodies, cast):
    classified("B", DECIDED)
    BodySetting.objects.create(
        body=bodies["330400"], key="review.lead_days", value=90, reason="全市统一提前三个月启动", set_by=cast.unit_head,
        set_at=at(DECIDED),
    )  # fmt: skip
    other = make_enterprise(territorial_body=bodies["330411100"])
    classify(other, "B", DECIDED)
    BodySetting.objects.create(
        body=bodies["330411"], key="review.lead_days", value=30, reason="本区人手有限，提前一个月",
        set_by=cast.unit_head, set_at=at(DECIDED),
    )  # fmt: skip
    assert sweep_reviews(now=at(ANNIVERSARY - timedelta(days=90))).opened == 1
    assert sweep_reviews(now=at(ANNIVERSARY - timedelta(days=31))).opened == 0
    assert sweep_reviews(now=at(ANNIVERSARY - timedelta(days=30))).opened == 1


def test_none_opens_while_another_case_decides_the_class_or_the_unit_is_gone(classified, event, enterprise):
    classified("B", DECIDED)
    running = reclassify_on_event(event=event("penalty"), acting=Acting(user=None, at=at(OPENS)))
    assert running.status == "triggered"
    assert sweep_reviews(now=at(OPENS)).opened == 0
    Case.objects.filter(pk=running.pk).update(status="rejected")
    Enterprise.objects.filter(pk=enterprise.pk).update(status="deregistered")
    assert sweep_reviews(now=at(OPENS)).opened == 0
    Enterprise.objects.filter(pk=enterprise.pk).update(status="active")
    assert sweep_reviews(now=at(OPENS)).opened == 1


def test_the_sweep_reads_what_is_due_and_not_the_registry(classified, bodies, django_assert_max_num_queries):
    for number in range(12):
        classify(make_enterprise(territorial_body=bodies["330402100"]), "B", DECIDED + timedelta(days=number))
    with django_assert_max_num_queries(5):
        assert sweep_reviews(now=at(OPENS - timedelta(days=30))).opened == 0


def test_a_row_that_breaks_stops_no_other(classified, bodies, monkeypatch):
    classified("B", DECIDED)
    classify(make_enterprise(territorial_body=bodies["330402100"]), "A", DECIDED)
    broken = ClassRecord.objects.order_by("pk")[0].pk
    create = sweeps.create_case

    def breaking(**facts):
        if facts["enterprise"].class_records.filter(pk=broken).exists():
            raise ValueError("broken")
        return create(**facts)

    monkeypatch.setattr(sweeps, "create_case", breaking)
    report = sweep_reviews(now=at(OPENS))
    assert (report.opened, report.failed) == (1, (broken,))


def test_its_clock_reminds_and_is_met_by_the_decision(review, go_on, enterprise):
    case = review("B")
    clock = Deadline.objects.get(case=case, rule="class_cycle")
    assert (clock.due_on, clock.state, clock.start_on) == (ANNIVERSARY, "running", DECIDED)
    sweep(now=at(ANNIVERSARY - timedelta(days=15)))
    assert clock.reminders.exists()
    go_on(case, desk_check=["4,5"])
    clock.refresh_from_db()
    assert clock.state == "met"


def test_the_day_after_the_anniversary_it_is_overdue_and_the_overseer_hears(review, bodies, enterprise, go_on):
    overseer = make_user("督查员", "overseer", bodies["330402"])
    case = review("B")
    assert sweep_reviews(now=at(ANNIVERSARY)).overdue == 0
    assert in_force(enterprise).review_overdue_since is None
    assert sweep_reviews(now=at(ANNIVERSARY + timedelta(days=1))).overdue == 1
    assert sweep_reviews(now=at(ANNIVERSARY + timedelta(days=2))).overdue == 0
    record = in_force(enterprise)
    assert (record.quality_class, record.review_overdue_since) == ("B", ANNIVERSARY + timedelta(days=1))
    assert Notification.objects.filter(user=overseer, kind="review_overdue", case=case).count() == 1
    go_on(case, desk_check=["4,5"])
    assert in_force(enterprise).review_overdue_since is None


VECTORS = [
    pytest.param("C", "", "B", id="R1"),
    pytest.param("C", "4", "B", id="R2"),
    pytest.param("B", "", "A", id="R3"),
    pytest.param("A", "", "AA", id="R4"),
    pytest.param("AA", "3,4", "B", id="R5"),
    pytest.param("AA", "3,12", "C", id="R6"),
    pytest.param("B", "3,4", "B", id="unchanged"),
]


@pytest.mark.parametrize(("before", "failing", "after"), VECTORS)
def test_the_review_moves_up_one_step_and_down_all_the_way(review, go_on, enterprise, before, failing, after):
    case = review(before)
    go_on(case, desk_check=[failing])
    if case.status == "filed":  # a rise waits for its day
        assert in_force(enterprise).quality_class == before
        run_due_jobs(at(ANNIVERSARY, 0))
        go_on(case)
        assert in_force(enterprise).valid_from == ANNIVERSARY
    assert case.status == "closed"
    assert class_history(enterprise)[-1] == (after, "review")
    assert in_force(enterprise).next_review_on > ANNIVERSARY
    assert case.documents.filter(kind="general_rules_form").exists()


def test_r13_a_first_classification_takes_any_class(story, enterprise):
    list(story(outcomes={"inspect": [""]}).tell())
    assert class_history(enterprise) == [("AA", "first")]


def test_a_rise_waits_for_the_day_on_which_the_year_is_over(review, go_on, enterprise):
    case = go_on(review("B"), desk_check=[""])
    assert case.status == "filed"
    run_due_jobs(at(ANNIVERSARY - timedelta(days=1), 23))
    case.refresh_from_db()
    assert case.status == "filed"
    run_due_jobs(at(ANNIVERSARY, 0))
    case.refresh_from_db()
    assert (case.status, in_force(enterprise).quality_class) == ("closed", "A")


def test_an_event_verified_while_a_rise_waits_freezes_it(review, go_on, enterprise, event):
    case = go_on(review("B"), desk_check=[""])
    assert reclassify_on_event(event=event("penalty", OPENS), acting=Acting(user=None, at=at(OPENS, 18))) is None
    run_due_jobs(at(ANNIVERSARY, 0))
    case.refresh_from_db()
    assert (case.status, in_force(enterprise).quality_class) == ("evaluated", "B")
    proposal = case.proposals.latest("attempt")
    assert (proposal.form_class, proposal.computed_class) == ("AA", "C")
    go_on(case)
    assert class_history(enterprise)[-1] == ("C", "review")


def test_a_pending_demotion_freezes_the_rise_and_says_so(review, go_on, enterprise, event):
    case = go_on(review("C"), until="desk_check")
    acting = Acting(user=None, at=at(OPENS, 12))
    assert reclassify_on_event(event=event("hazard", OPENS), acting=acting) is None
    go_on(case, until="propose_class", desk_check=[""])
    proposal = case.proposals.get()
    assert (proposal.computed_class, proposal.intensified) == ("C", True)
    assert any("不予上升" in ground["text"] for ground in proposal.grounds)


def test_nobody_agrees_to_a_rise_that_an_event_has_frozen(review, go_on, event, enterprise):
    case = go_on(review("B"), until="decide_grassroots", desk_check=[""])
    assert case.proposals.get().proposed_class == "A"
    reclassify_on_event(event=event("penalty", OPENS), acting=Acting(user=None, at=at(OPENS, 12)))
    with pytest.raises(Blocked) as refused:
        go_on(case)
    assert refused.value.code == "rise_not_frozen"
    assert refused.value.clause
    go_on(case, decide_grassroots=["return_to_opinion", "agree"])
    assert class_history(enterprise)[-1] == ("C", "review")


def test_the_review_may_be_a_visit_where_papers_do_not_suffice(review, go_on, enterprise, cast):
    case = review("B")
    go_on(case, until="approve_inspection", desk_check=["onsite"])
    assert (case.status, case.round) == ("planned", 1)
    go_on(case, until="inspect")
    assert (case.round, case.assignments.count()) == (2, 4)
    go_on(case, inspect=["3,4"])
    assert class_history(enterprise)[-1] == ("B", "review")
    assert list(case.inspections.order_by("round").values_list("desk", flat=True)) == [True, False]


def test_a_visit_not_approved_goes_back_to_the_papers(review, go_on, enterprise):
    case = review("B")
    go_on(case, approve_inspection=["refuse"], desk_check=["onsite", "3,4"])
    assert case.status == "closed"
    assert case.inspections.get().desk


def test_the_grassroots_body_may_send_it_back_to_the_papers(review, go_on, enterprise):
    case = go_on(review("B"), desk_check=["3,4", "3,5"], decide_grassroots=["return_to_desk"])
    assert [each.desk for each in case.inspections.order_by("round")] == [True, True]
    assert class_history(enterprise)[-1] == ("B", "review")


def test_papers_count_towards_no_yearly_cap(review, go_on, enterprise):
    first = classify(enterprise, "B", date(2025, 1, 10)).case
    case = go_on(review("B"), desk_check=["3,4"])
    assert inspections_this_year(first, Inspection.objects.get(case=case).visited_on.year) == 0


def facts(**given) -> DeskFacts:
    return DeskFacts(**{"visited_on": OPENS, "risk_level": "II", "note": "年度报告。", "answers": {}, **given})


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"visited_on": None}, "date_missing"),
        ({"visited_on": date(2028, 1, 1)}, "date_future"),
        ({"note": " "}, "papers_missing"),
        ({}, "unanswered"),
        ({"outcome": "onsite", "reason": "短"}, "reason_too_short"),
        ({"outcome": "onsite", "reason": "材料之间相互矛盾，需要现场核实。"}, "planned_day"),
        ({"outcome": "perhaps"}, "choice_unknown"),
    ],
)
def test_a_desk_check_that_will_not_do_names_the_field(review, go_on, cast, clock, given, code):
    case = go_on(review("B"), until="desk_check")
    with pytest.raises(RuleError) as refused:
        desk_check(case_id=case.pk, facts=facts(**given), acting=Acting(cast.lead, clock.now))
    assert refused.value.code == code
    assert not case.inspections.filter(submitted_at__isnull=False).exists()


def test_only_the_lead_inspector_checks_the_papers(review, go_on, cast, clock):
    case = go_on(review("B"), until="desk_check")
    for somebody in (cast.second, cast.unit_head, cast.grassroots_lead):
        with pytest.raises(Blocked):
            desk_check(case_id=case.pk, facts=facts(), acting=Acting(somebody, clock.now))
    EnforcementCertificate.objects.filter(user=cast.lead).update(valid_to=date(2026, 1, 1))
    with pytest.raises(Blocked) as refused:
        desk_check(case_id=case.pk, facts=facts(), acting=Acting(cast.lead, clock.now))
    assert refused.value.code == "certificate"


def test_nobody_is_told_of_a_check_of_papers(review, cast, clock):
    case = review("B")
    told = AssignInspectors(cast.lead.pk, cast.second.pk, "before")
    with pytest.raises(RuleError):
        assign_inspectors(case_id=case.pk, facts=told, acting=Acting(cast.unit_head, clock.now))
