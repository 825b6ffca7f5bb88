"""P2: a verified event demotes its unit, and a refuted one is undone, each by a decision."""

from datetime import date

import pytest

from cases.acting import Acting
from cases.guards.conditions import Blocked
from cases.guards.p1 import may_decide_grassroots
from cases.models import AuditEvent, Case, ClassRecord, Enterprise, User
from cases.rules.errors import RuleError
from cases.services.decide_basis import DecideBasis, decide_basis
from cases.services.reclassify import reclassify_on_event, reverse_on_event
from tests.classes.making import class_history
from tests.factories import give_post
from workflow.models import CaseProcess, WorkItem

pytestmark = pytest.mark.django_db


def verify(event, acting) -> Case | None:
    return reclassify_on_event(event=event, acting=acting)


def refute(event, acting) -> Case | None:
    event.state = "refuted"
    event.save()
    return reverse_on_event(event=event, acting=acting)


def open_steps(case: Case) -> list[str]:
    return list(WorkItem.objects.filter(case=case).order_by("pk").values_list("step", flat=True))


VECTORS = [
    pytest.param("AA", "sampling_failed", {"authority_level": "county"}, "A", "credit", False, id="R7"),
    pytest.param("A", "penalty", {}, "C", "tightened", False, id="R9"),
    pytest.param("B", "hazard", {}, "C", "tightened", False, id="R10"),
    pytest.param("C", "sampling_failed", {}, "C", "tightened", True, id="R11"),
    pytest.param("AA", "exposure", {}, "C", "tightened", False, id="exposure"),
    pytest.param("AA", "sampling_refused", {}, "C", "tightened", False, id="refused sampling"),
    pytest.param("AA", "recall", {"circumstances": ["ordered_recall"]}, "A", "responsibility", False, id="other"),
]


@pytest.mark.parametrize(("before", "kind", "about", "after", "_mode", "intensified"), VECTORS)
def test_an_event_demotes_on_record(
    enterprise, classified, event, system, go_on, before, kind, about, after, _mode, intensified
):
    first = classified(before)
    case = verify(event(kind, **about), system())
    assert (case.procedure, case.status, case.body, case.opened_by) == (
        "event",
        "triggered",
        enterprise.territorial_body.parent,
        None,
    )
    assert open_steps(case) == ["decide_basis"]
    go_on(case)
    assert case.status == "closed"
    record = ClassRecord.objects.get(enterprise=enterprise, valid_to__isnull=True)
    assert (record.quality_class, record.intensified, record.cause) == (after, intensified, "event")
    first.refresh_from_db()
    assert first.valid_to == record.valid_from  # no gap, no second one
    assert record.next_review_on > first.next_review_on  # a year from the new decision
    enterprise.refresh_from_db()
    assert (enterprise.quality_class, enterprise.mode) == (after, record.mode)
    assert not case.inspections.exists()
    # a demotion on record has no general rules form: that is the form of an inspection
    assert list(case.documents.values_list("kind", flat=True)) == ["filing_form"]


@pytest.mark.parametrize(
    ("earlier", "after"), [pytest.param(date(2024, 5, 1), "C", id="R8"), pytest.param(date(2023, 2, 19), "A", id="R15")]
)
def test_earlier_failures_by_a_province_count_for_three_years(
    classified, event, system, enterprise, go_on, earlier, after
):
    event("sampling_failed", earlier, authority_level="province")
    record = classified("AA")
    record.case.proposals.create(
        attempt=1, round=1, passes=19, total=19, computed_class="AA", computed_mode="credit", pack=record.pack,
        outcome="noted", events_known=[enterprise.risk_events.get().pk],
    )  # fmt: skip
    case = verify(event("sampling_failed", date(2026, 2, 20), authority_level="national"), system())
    assert case.proposals.get().computed_class == after


def test_the_unit_head_who_proposes_on_record_does_not_agree_to_it(classified, event, system, go_on, cast):
    classified("B")
    case = go_on(verify(event("penalty"), system()), until="decide_grassroots")
    proposal = case.proposals.get()
    assert (proposal.proposed_by, proposal.second_signer) == (cast.unit_head, None)
    give_post(cast.unit_head, "grassroots_lead", case.body)
    both = Acting(User.objects.get(pk=cast.unit_head.pk), system().at)
    failed = [condition.code for condition in may_decide_grassroots(case, both) if not condition.ok]
    assert failed == ["separation_of_duties"]


def test_an_inspection_may_find_worse_and_never_better(classified, event, system, go_on, enterprise):
    classified("AA")
    case = verify(event("hazard"), system())
    go_on(case, decide_basis=["inspect"], inspect=["3,12"])
    assert case.inspections.count() == 1
    assert class_history(enterprise) == [("AA", "first"), ("C", "inspection")]  # the inspectors' own finding
    assert case.documents.filter(kind="general_rules_form").exists()


def test_a_good_inspection_after_an_event_leaves_the_demotion(classified, event, system, go_on, enterprise):
    classified("AA")
    case = go_on(verify(event("hazard"), system()), decide_basis=["inspect"], inspect=[""])
    assert class_history(enterprise) == [("AA", "first"), ("A", "event")]
    texts = "".join(ground["text"] for ground in case.proposals.latest("attempt").grounds)
    assert "不使其上升" in texts


def test_on_record_needs_a_reason_where_the_law_wants_an_inspection(classified, event, system, cast, clock):
    classified("AA")
    case = verify(event("hazard"), system())
    with pytest.raises(RuleError, match="at least"):
        decide_basis(case_id=case.pk, facts=DecideBasis("on_record"), acting=Acting(cast.unit_head, clock.now))


def test_a_penalty_on_record_needs_none(classified, event, system, cast, clock):
    classified("AA")
    case = verify(event("penalty"), system())
    decide_basis(case_id=case.pk, facts=DecideBasis("on_record"), acting=Acting(cast.unit_head, clock.now))
    case.refresh_from_db()
    assert case.status == "signed"


def test_while_an_objection_is_open_nothing_is_decided(classified, event, system, cast, clock):
    classified("AA")
    objected = event("penalty")
    case = verify(objected, system())
    objected.state = "appealed"
    objected.save()
    with pytest.raises(Blocked) as refused:
        decide_basis(case_id=case.pk, facts=DecideBasis("on_record"), acting=Acting(cast.unit_head, clock.now))
    assert refused.value.code == "no_objection_pending"
    assert refused.value.clause


@pytest.mark.parametrize(
    ("setting", "kind", "reason"),
    [
        ("", "penalty", "unclassified"),
        ("A", "complaint", "no_trigger"),
        ("A", "risk_monitoring", "no_trigger"),
    ],
)
def test_nothing_follows_and_the_trail_says_why(classified, event, system, enterprise, setting, kind, reason):
    if setting:
        classified(setting)
    assert verify(event(kind), system()) is None
    said = AuditEvent.objects.get(stream=f"enterprise:{enterprise.pk}", action="no_reclassification")
    assert said.data["outcome"] == reason
    assert not Case.objects.filter(procedure="event").exists()


def test_a_unit_that_is_gone_is_not_demoted(classified, event, system, enterprise):
    classified("A")
    Enterprise.objects.filter(pk=enterprise.pk).update(status="deregistered")
    assert verify(event("penalty"), system()) is None


def test_at_the_floor_and_intensified_nothing_is_left_to_follow(classified, event, system, enterprise):
    classified("C", intensified=True)
    assert verify(event("penalty"), system()) is None


def test_a_second_event_is_counted_in_the_case_that_is_running(classified, event, system, enterprise, go_on):
    classified("AA")
    case = verify(event("hazard"), system())
    assert verify(event("other", date(2026, 2, 10), level="larger"), system()) == case
    assert Case.objects.filter(procedure="event").count() == 1
    proposal = case.proposals.latest("attempt")
    assert (proposal.computed_class, proposal.events.count()) == ("B", 2)
    go_on(case)
    assert class_history(enterprise) == [("AA", "first"), ("B", "event")]


def test_an_event_after_the_signature_has_the_next_case(classified, event, system, enterprise, go_on):
    classified("AA")
    first = go_on(verify(event("hazard"), system()), until="decide_grassroots")
    late = event("penalty", date(2026, 2, 25))
    assert verify(late, system()) is None
    go_on(first)
    second = Case.objects.get(procedure="event", status="triggered")
    assert list(second.proposals.get().events.order_by("pk").values_list("kind", flat=True)) == ["hazard", "penalty"]
    go_on(second)
    assert class_history(enterprise) == [("AA", "first"), ("A", "event"), ("C", "event")]


def test_rejecting_needs_a_reason_and_leaves_the_class(classified, event, system, enterprise, go_on):
    record = classified("A")
    rejected = event("penalty")
    case = go_on(verify(rejected, system()), decide_grassroots=["reject"])
    assert (case.status, case.closed_at is not None, bool(case.closing_reason)) == ("rejected", True, True)
    assert CaseProcess.objects.get(case=case).status == "DONE"
    record.refresh_from_db()
    assert record.valid_to is None
    assert verify(rejected, system()) is None  # it has been decided on
    other = verify(event("hazard", date(2026, 2, 27)), system())
    assert other.proposals.get().computed_class == "B"  # the rejected one is not counted again


def test_back_to_the_basis_and_on_by_inspection(classified, event, system, enterprise, go_on):
    classified("A")
    case = go_on(
        verify(event("hazard"), system()),
        decide_basis=["on_record", "inspect"],
        decide_grassroots=["return_to_basis"],
        inspect=["4"],
    )
    assert case.status == "closed"
    assert class_history(enterprise) == [("A", "first"), ("B", "event")]


def test_a_refuted_event_drops_the_case_it_had_opened(classified, event, system, go_on):
    record = classified("A")
    lone = event("penalty")
    case = go_on(verify(lone, system()), until="decide_grassroots")
    assert refute(lone, system()) == case
    case.refresh_from_db()
    assert (case.status, bool(case.closing_reason)) == ("rejected", True)
    assert CaseProcess.objects.get(case=case).status == "CANCELED"
    assert open_steps(case) == []
    assert not case.deadlines.filter(state="running").exists()
    record.refresh_from_db()
    assert record.valid_to is None


def test_of_two_events_the_refuted_one_is_taken_out(classified, event, system, go_on):
    classified("AA")
    penalty = event("penalty")
    case = verify(penalty, system())
    verify(event("hazard", date(2026, 2, 21)), system())
    assert case.proposals.latest("attempt").computed_class == "C"
    assert refute(penalty, system()) == case
    assert case.proposals.latest("attempt").computed_class == "A"


def test_nobody_agrees_to_what_rests_on_a_refuted_event(classified, event, system, go_on, enterprise):
    classified("AA")
    penalty = event("penalty")
    case = verify(penalty, system())
    verify(event("hazard", date(2026, 2, 21)), system())
    go_on(case, until="decide_grassroots")
    assert refute(penalty, system()) == case
    with pytest.raises(Blocked) as refused:
        go_on(case)
    assert refused.value.code == "events_stand"
    assert refused.value.clause
    go_on(case, decide_grassroots=["return_to_basis", "agree"])
    assert class_history(enterprise) == [("AA", "first"), ("A", "event")]


def test_refuting_after_the_effect_opens_a_decision_of_its_own(classified, event, system, go_on, enterprise):
    classified("A")
    wrong = event("penalty")
    go_on(verify(wrong, system()))
    case = refute(wrong, system())
    assert (case.origin, case.status) == ("reversal", "triggered")
    assert case.proposals.get().computed_class == "A"
    enterprise.refresh_from_db()
    assert enterprise.quality_class == "C"  # nothing comes by itself
    go_on(case)
    assert class_history(enterprise) == [("A", "first"), ("C", "event"), ("A", "reversal")]
    assert [r.valid_to for r in enterprise.class_records.order_by("pk")][:2] == [
        r.valid_from for r in enterprise.class_records.order_by("pk")
    ][1:]


def test_a_reversal_cannot_be_rejected(classified, event, system, go_on):
    classified("A")
    wrong = event("penalty")
    go_on(verify(wrong, system()))
    with pytest.raises(RuleError):
        go_on(refute(wrong, system()), decide_grassroots=["reject"])


def test_a_reversal_goes_no_further_than_the_other_events_allow(classified, event, system, go_on, enterprise):
    classified("AA")
    wrong = event("penalty")
    go_on(verify(wrong, system()))
    go_on(verify(event("hazard", date(2026, 2, 22)), system()))
    case = refute(wrong, system())
    assert case.proposals.get().computed_class == "A"
    go_on(case)
    assert class_history(enterprise)[-1] == ("A", "reversal")


def test_refuting_what_moved_no_class_changes_none(classified, event, system, enterprise):
    classified("A")
    assert refute(event("complaint"), system()) is None
    said = AuditEvent.objects.get(action="no_reclassification")
    assert said.data["outcome"] == "not_counted"


def test_what_a_later_inspection_found_is_not_undone(classified, event, system, go_on, enterprise):
    classified("A")
    wrong = event("penalty")
    go_on(verify(wrong, system()))
    classified("C", date(2026, 6, 1), cause="inspection")
    assert refute(wrong, system()) is None


def test_an_inspection_in_progress_takes_the_event_along(classified, event, system, go_on, enterprise, story, clock):
    classified("AA")
    told = story(outcomes={"inspect": [""]})
    for _step in told.tell(until="inspect"):
        pass
    assert verify(event("penalty"), system()) is None
    assert AuditEvent.objects.get(action="no_reclassification").data["outcome"] == "running_case"
    for _step in told.tell(until="list_key"):
        pass
    assert class_history(enterprise) == [("AA", "first"), ("C", "inspection")]
    assert not Case.objects.filter(procedure="event").exists()


def test_an_inspection_between_reviews_never_raises_and_puts_no_review_off(classified, story, enterprise):
    record = classified("B")
    list(story(outcomes={"inspect": [""]}).tell())
    kept = ClassRecord.objects.get(enterprise=enterprise, valid_to__isnull=True)
    assert (kept.quality_class, kept.cause, kept.next_review_on) == ("B", "inspection", record.next_review_on)
    texts = "".join(ground["text"] for ground in kept.grounds)
    assert "升级只在年度评定中进行" in texts


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_any_order_of_arrival_ends_in_the_same_class(classified, event, system, go_on, enterprise, order):
    classified("AA")
    facts = [
        ("sampling_failed", date(2026, 1, 20), {"authority_level": "province"}),
        ("hazard", date(2026, 1, 25), {}),
        ("sampling_failed", date(2026, 2, 3), {"authority_level": "province"}),
    ]
    for place in order:
        kind, day, about = facts[place]
        case = verify(event(kind, day, verified_on=date(2026, 2, 20), **about), system())
        if case is not None:
            go_on(case)
    record = ClassRecord.objects.get(enterprise=enterprise, valid_to__isnull=True)
    assert (record.quality_class, record.intensified) == ("C", False)


@pytest.mark.parametrize(
    ("kind", "about"), [("recall", {}), ("other", {}), ("complaint", {}), ("risk_monitoring", {"level": "major"})]
)
def test_what_article_21_does_not_name_opens_no_case(classified, event, system, kind, about):
    classified("A")
    assert verify(event(kind, **about), system()) is None
    assert not Case.objects.filter(procedure="event").exists()
