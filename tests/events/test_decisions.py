"""Verify, refute, dispute, merge and settle: each a decision, and what follows from it and nothing else (P2 step 2)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from cases.acting import Acting
from cases.guards.conditions import Blocked
from cases.models import (
    AuditEvent,
    Body,
    ConflictOfInterest,
    Deadline,
    Enterprise,
    EventDecision,
    EventEffect,
    EventReport,
    ListingWatch,
    RiskEvent,
    User,
)
from cases.rules.errors import RuleError
from cases.selectors.event_rules import facts_of
from cases.services.audit import broken_chains
from cases.services.event_effects import effects_in_force
from cases.services.event_objection import decide_objection, note_receipt, object_to_event
from cases.services.merge_events import merge_events
from cases.services.record_event import record_event
from cases.services.resolve_event import resolve_event
from cases.services.verify_event import VerifyEvent, refute_event, verify_event
from tests.events.conftest import telling
from tests.factories import NOON, acting, make_user

REASON = "经现场核查和询问，情况属实。"


def report(unit: Enterprise, by: User | None, kind: str = "penalty", source: str = "media", **facts: Any) -> RiskEvent:
    return record_event(enterprise_id=unit.pk, told=telling(kind, **facts), source=source, acting=acting(by))


def verify(event: RiskEvent, by: User, at: datetime = NOON, **more: Any) -> RiskEvent:
    event.refresh_from_db()
    facts = {"found": facts_of(event), "reason": REASON, **more}
    return verify_event(facts=VerifyEvent(event_id=event.pk, version=event.version, **facts), acting=Acting(by, at))


def refute(event: RiskEvent, by: User) -> RiskEvent:
    event.refresh_from_db()
    return refute_event(event_id=event.pk, version=event.version, reason="经复核，情况不属实。", acting=acting(by))


def test_verifying_gives_level_day_and_effects_with_grounds(unit: Enterprise, reporter: User, verifier: User) -> None:
    event = verify(report(unit, reporter), verifier)

    assert (event.state, event.level, event.confirmed_on) == ("verified", "larger", date(2026, 11, 18))
    assert event.pack == "samr-2023-38@1"
    assert {effect.kind for effect in event.effects.all()} == {"demotion", "listing", "items"}
    demotion = event.effects.get(kind="demotion")
    assert (demotion.trigger, demotion.grounds[0]["clause"][-8:]) == ("penalty", "第二十一条（一）")
    assert demotion.pack == "national-2012@1 samr-2023-38@1"
    assert Deadline.objects.get(subject=f"event:{event.pk}").state == Deadline.State.MET
    assert ListingWatch.objects.get(enterprise=unit).next_on == date(2026, 11, 18)
    assert AuditEvent.objects.filter(stream=f"enterprise:{unit.pk}", action="event.verified").count() == 1
    assert not list(broken_chains())


def test_a_general_risk_has_no_effect(unit: Enterprise, reporter: User, verifier: User) -> None:
    event = verify(report(unit, reporter, "recall"), verifier)

    assert event.level == "general"
    assert not event.effects.exists()


def test_verification_may_find_other_facts_than_were_told(unit: Enterprise, reporter: User, verifier: User) -> None:
    event = verify(report(unit, reporter, deaths=1), verifier, found=telling("penalty", deaths=0))

    assert (event.deaths, event.level) == (0, "larger")
    assert event.reports.get().told["deaths"] == 1


def test_another_level_than_the_rules_needs_a_reason(unit: Enterprise, reporter: User, verifier: User) -> None:
    event = report(unit, reporter)
    with pytest.raises(RuleError) as refused:
        verify(event, verifier, level="major")
    assert (refused.value.code, refused.value.details["field"]) == ("reason_too_short", "level_reason")

    event = verify(event, verifier, level="major", level_reason="涉案产品数量大、流向多省。")
    assert event.level == "major"
    assert "涉案产品" in event.grounds[-1]["text"]


def test_whoever_entered_the_report_leaves_verification_to_somebody_else(unit: Enterprise, reporter: User) -> None:
    with pytest.raises(Blocked) as refused:
        verify(report(unit, reporter), reporter)
    assert [condition.code for condition in refused.value.conditions] == ["separation_of_duties"]
    assert refused.value.clause


def test_what_a_system_reported_anybody_with_the_post_may_verify(unit: Enterprise, reporter: User) -> None:
    assert verify(report(unit, None), reporter).state == "verified"


def test_a_conflict_of_interest_bars_from_deciding(unit: Enterprise, reporter: User, verifier: User) -> None:
    event = report(unit, reporter)
    ConflictOfInterest.objects.create(user=verifier, enterprise=unit, reason="亲属任职", declared_on=date(2026, 1, 1))
    with pytest.raises(Blocked):
        verify(event, verifier)


def test_a_stale_page_is_told(unit: Enterprise, reporter: User, verifier: User, head: User) -> None:
    event = report(unit, reporter)
    verify(event, verifier)
    with pytest.raises(RuleError) as refused:
        verify_event(
            facts=VerifyEvent(event_id=event.pk, version=event.version - 1, found=facts_of(event), reason=REASON),
            acting=acting(head),
        )
    assert refused.value.code == "stale"


def test_refuting_undoes_every_effect_by_a_new_one_that_names_it(
    unit: Enterprise, reporter: User, verifier: User, head: User
) -> None:
    event = verify(report(unit, reporter), verifier)
    event = refute(event, head)

    assert event.state == "refuted"
    assert not effects_in_force(event)
    undone = event.effects.filter(reverses__isnull=False)
    assert {effect.kind for effect in undone} == {"demotion", "listing", "items"}
    assert event.effects.count() == 6
    assert [decision.outcome for decision in event.decisions.all()] == ["verify", "refute"]


def test_whoever_verified_does_not_refute(unit: Enterprise, reporter: User, verifier: User) -> None:
    with pytest.raises(Blocked):
        refute(verify(report(unit, reporter), verifier), verifier)


def test_a_refuted_event_may_be_verified_on_new_evidence(
    unit: Enterprise, reporter: User, verifier: User, head: User
) -> None:
    event = refute(verify(report(unit, reporter), verifier), head)
    event = verify(event, verifier, at=NOON + timedelta(days=10))

    assert event.confirmed_on == date(2026, 11, 28)
    assert set(effects_in_force(event)) == {"demotion", "listing", "items"}
    assert {effect.round for effect in effects_in_force(event).values()} == {2}


def test_judging_a_verified_event_anew_changes_only_what_changes(
    unit: Enterprise, reporter: User, verifier: User
) -> None:
    event = verify(report(unit, reporter, "other"), verifier)
    assert not event.effects.exists()
    event = verify(
        event, verifier, NOON + timedelta(days=5), found=telling("other", circumstances=("endangers_safety",))
    )
    assert set(effects_in_force(event)) == {"demotion", "listing"}
    assert event.confirmed_on == date(2026, 11, 18)
    event = verify(event, verifier, NOON + timedelta(days=6), found=telling("other"))
    assert not effects_in_force(event)


def merge(kept: RiskEvent, dropped: RiskEvent, by: User) -> RiskEvent:
    return merge_events(
        kept_id=kept.pk,
        kept_version=kept.version,
        dropped_id=dropped.pk,
        reason="同一情况先后两次登记。",
        acting=acting(by),
    )


def objected(event: RiskEvent, by: User) -> RiskEvent:
    return object_to_event(
        event_id=event.pk,
        version=event.version,
        views="该处罚决定已被撤销。",
        made_on=date(2026, 11, 18),
        acting=acting(by),
    )


@pytest.fixture
def sampled(unit: Enterprise, reporter: User) -> RiskEvent:
    return report(unit, reporter, "sampling_failed", reference="12", authority_level="province")


def codes(refused: Any) -> list[str]:
    return [condition.code for condition in refused.value.conditions]


def test_a_failed_sampling_waits_for_the_day_of_receipt(sampled: RiskEvent, verifier: User) -> None:
    with pytest.raises(Blocked) as refused:
        verify(sampled, verifier)
    assert codes(refused) == ["result_received"]
    assert refused.value.clause == "产品质量法 第十五条"


def test_a_failed_sampling_waits_for_the_fifteen_days(sampled: RiskEvent, reporter: User, verifier: User) -> None:
    note_receipt(event_id=sampled.pk, version=sampled.version, received_on=date(2026, 11, 16), acting=acting(reporter))
    last_day = datetime(2026, 12, 1, 4, tzinfo=UTC)
    with pytest.raises(Blocked) as refused:
        verify(sampled, verifier, last_day)
    assert codes(refused) == ["objection_over"]
    assert verify(sampled, verifier, last_day + timedelta(days=1)).state == "verified"


def test_a_unit_that_accepts_the_result_need_not_be_waited_for(
    sampled: RiskEvent, reporter: User, verifier: User
) -> None:
    event = note_receipt(
        event_id=sampled.pk,
        version=sampled.version,
        received_on=date(2026, 11, 16),
        accepted_on=date(2026, 11, 17),
        acting=acting(reporter),
    )
    assert Deadline.objects.get(subject=f"event:{event.pk}").state == Deadline.State.RUNNING
    assert verify(event, verifier).state == "verified"


@pytest.mark.parametrize(
    ("received", "accepted", "field"),
    [
        (date(2026, 11, 19), None, "received_on"),
        (date(2026, 11, 1), None, "received_on"),
        (date(2026, 11, 16), date(2026, 11, 15), "accepted_on"),
    ],
)
def test_days_of_receipt_out_of_order_are_refused(
    sampled: RiskEvent, reporter: User, received: date, accepted: date | None, field: str
) -> None:
    with pytest.raises(RuleError) as refused:
        note_receipt(
            event_id=sampled.pk,
            version=sampled.version,
            received_on=received,
            accepted_on=accepted,
            acting=acting(reporter),
        )
    assert refused.value.details["field"] == field


def test_an_objection_to_a_sampling_holds_verification_up_until_it_is_decided(
    sampled: RiskEvent, reporter: User, verifier: User, head: User
) -> None:
    event = note_receipt(
        event_id=sampled.pk, version=sampled.version, received_on=date(2026, 11, 10), acting=acting(reporter)
    )
    event = object_to_event(
        event_id=event.pk,
        version=event.version,
        views="样品不是本厂生产的产品。",
        made_on=date(2026, 11, 18),
        acting=acting(reporter),
    )
    later = NOON + timedelta(days=20)
    with pytest.raises(Blocked) as refused:
        verify(event, verifier, later)
    assert codes(refused) == ["no_objection"]
    clock = Deadline.objects.get(subject=f"event:{event.pk}")
    assert clock.state == Deadline.State.SUSPENDED

    event = decide_objection(
        event_id=event.pk,
        version=event.version,
        uphold=False,
        reason="复检结论仍为不合格。",
        acting=Acting(head, later),
    )
    assert event.state == "reported"
    clock.refresh_from_db()
    assert clock.state == Deadline.State.RUNNING
    assert Deadline.objects.get(subject=f"event:{event.pk}:objection").state == Deadline.State.MET
    assert verify(event, verifier, later).state == "verified"


def test_a_late_objection_to_a_sampling_is_refused(sampled: RiskEvent, reporter: User) -> None:
    event = note_receipt(
        event_id=sampled.pk, version=sampled.version, received_on=date(2026, 11, 2), acting=acting(reporter)
    )
    said: dict[str, Any] = {"event_id": event.pk, "version": event.version, "views": "样品不是本厂生产的产品。"}
    with pytest.raises(RuleError) as refused:
        object_to_event(made_on=date(2026, 11, 18), acting=acting(reporter), **said)
    assert (refused.value.code, refused.value.clause) == ("objection_late", "产品质量法 第十五条")
    with pytest.raises(RuleError):
        object_to_event(made_on=date(2026, 11, 19), acting=acting(reporter), **said)

    event = object_to_event(made_on=date(2026, 11, 17), acting=acting(reporter), **said)
    assert event.decisions.get().on == date(2026, 11, 17)


def test_an_objection_to_a_verified_event_suspends_nothing_until_it_is_upheld(
    unit: Enterprise, reporter: User, verifier: User, head: User
) -> None:
    event = verify(report(unit, reporter), verifier)
    event = objected(event, reporter)
    assert event.state == "appealed"
    assert len(effects_in_force(event)) == 3

    arguments: dict[str, Any] = {"event_id": event.pk, "version": event.version, "reason": "行政复议撤销了处罚决定。"}
    with pytest.raises(Blocked):
        decide_objection(uphold=True, acting=acting(verifier), **arguments)
    event = decide_objection(uphold=True, acting=acting(head), **arguments)
    assert event.state == "refuted"
    assert not effects_in_force(event)


def test_a_dismissed_objection_leaves_the_event_as_it_was(
    unit: Enterprise, reporter: User, verifier: User, head: User
) -> None:
    event = verify(report(unit, reporter), verifier)
    event = objected(event, reporter)
    event = decide_objection(
        event_id=event.pk, version=event.version, uphold=False, reason="该处罚决定并未被撤销。", acting=acting(head)
    )
    assert event.state == "verified"
    assert event.effects.filter(reverses__isnull=False).count() == 0


def test_repeated_major_hazards_open_the_way_up_for_all_of_them_and_one_fewer_closes_it(
    unit: Enterprise, reporter: User, verifier: User, head: User
) -> None:
    first = verify(report(unit, reporter, "hazard", product_level="I"), verifier)
    assert "escalation" not in effects_in_force(first)
    second = verify(report(unit, reporter, "hazard", product_level="I", product="插座"), verifier)
    assert "escalation" in effects_in_force(first)
    assert "escalation" in effects_in_force(second)

    refute(first, head)
    assert "escalation" not in effects_in_force(second)
    assert second.effects.filter(kind="escalation", reverses__isnull=False).count() == 1


def test_merging_counts_one_happening_once(unit: Enterprise, reporter: User, verifier: User, head: User) -> None:
    kept = report(unit, reporter, "complaint")
    dropped = report(unit, None, "complaint", source="complaint", serious_injuries=1)
    merged = merge_events(
        kept_id=kept.pk,
        kept_version=kept.version,
        dropped_id=dropped.pk,
        reason="同一消费者先后两次反映。",
        acting=acting(head),
    )
    dropped.refresh_from_db()

    assert (dropped.state, dropped.duplicate_of) == ("merged", kept)
    assert merged.serious_injuries == 1
    assert EventReport.objects.filter(event=kept).count() == 2
    assert Deadline.objects.get(subject=f"event:{dropped.pk}").state == Deadline.State.CANCELLED


def test_merging_two_verified_events_undoes_the_effects_of_one(
    unit: Enterprise, reporter: User, verifier: User, head: User
) -> None:
    kept = verify(report(unit, reporter), verifier)
    dropped = verify(report(unit, reporter, product="插座"), verifier)
    merge_events(
        kept_id=kept.pk,
        kept_version=kept.version,
        dropped_id=dropped.pk,
        reason="同一处罚决定，登记两次。",
        acting=acting(head),
    )
    assert len(effects_in_force(kept)) == 3
    assert not effects_in_force(dropped)


def test_what_has_been_decided_is_kept(unit: Enterprise, reporter: User, verifier: User, head: User) -> None:
    decided = verify(report(unit, reporter), verifier)
    fresh = report(unit, reporter)
    with pytest.raises(Blocked) as refused:
        merge(fresh, decided, head)
    assert codes(refused) == ["decided_kept"]


def test_a_later_report_of_a_merged_event_finds_the_one_that_stands(
    unit: Enterprise, reporter: User, head: User
) -> None:
    kept, dropped = report(unit, reporter, reference="1"), report(unit, reporter, reference="2")
    merge(kept, dropped, head)
    assert report(unit, reporter, source="enforcement", reference="2") == kept


def test_a_risk_put_right_no_longer_stands_open(unit: Enterprise, reporter: User, verifier: User) -> None:
    event = verify(report(unit, reporter), verifier)
    event = resolve_event(
        event_id=event.pk,
        version=event.version,
        resolved_on=date(2026, 11, 17),
        reason="已完成整改并复查合格。",
        acting=acting(verifier),
    )
    assert event.resolved_on == date(2026, 11, 17)
    assert event.decisions.last().outcome == "resolve"
    with pytest.raises(Blocked) as refused:
        resolve_event(
            event_id=event.pk,
            version=event.version,
            resolved_on=date(2026, 11, 17),
            reason=REASON,
            acting=acting(verifier),
        )
    assert codes(refused) == ["risk_open"]


def test_decisions_and_reports_are_never_rewritten(unit: Enterprise, reporter: User, verifier: User) -> None:
    event = verify(report(unit, reporter), verifier)
    with pytest.raises(DatabaseError), transaction.atomic():
        EventDecision.objects.filter(event=event).update(reason="另一理由")
    with pytest.raises(DatabaseError), transaction.atomic():
        EventReport.objects.filter(event=event).update(note="另一说法")


def test_strangers_decide_nothing(unit: Enterprise, reporter: User, bodies: dict[str, Body]) -> None:
    event = report(unit, reporter)
    stranger = make_user("stranger", "unit_head", bodies["330411"])
    for act in (verify, refute):
        with pytest.raises(Blocked) as refused:
            act(event, stranger)
        assert codes(refused)[0] == "permission"
    assert not EventEffect.objects.exists()
