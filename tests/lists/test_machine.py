"""Whatever happens in whatever order: one list a kind, nobody off it without a decision, and replays end alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from cases.acting import Acting
from cases.models import (
    Case,
    CreditRating,
    Enterprise,
    KeySupervision,
    ListCandidate,
    ListEntry,
    ListNotice,
    Procedure,
    RiskEvent,
    User,
)
from cases.rules.errors import RuleError
from cases.rules.list_proposals import Judged, delisting_outcomes, heavier, listing_outcomes, proposal, settled
from cases.selectors.listing_facts import facts_of, standing_of, standings, verdict_of
from cases.services.decide_listing import (
    DecideDelisting,
    DecideListing,
    apply_listing,
    conclude_listing,
    decide_delisting,
    decide_listing,
    standing_before,
)
from cases.services.listing_watch import look_again
from cases.services.review_candidates import drop_candidate, keep_candidate
from cases.signals import case_opened
from tests.factories import NOON, make_body_tree, make_enterprise, make_user
from tests.lists.conftest import entry_of, rate, risk, scan

REASON = "经集体研究，按规定办理，理由已当场告知企业。"
KINDS = ("production", "sales")
RISKS = ("low", "general", "elevated", "high")
State = ListCandidate.State


@contextmanager
def without_a_process() -> Iterator[None]:
    """The token engine is proved elsewhere: here a case that is opened starts no process."""
    from workflow.signals import start_process

    case_opened.disconnect(dispatch_uid="workflow.start_process")
    try:
        yield
    finally:
        case_opened.connect(start_process, dispatch_uid="workflow.start_process")


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is taken back."""
    with transaction.atomic():
        point = transaction.savepoint()
        try:
            yield
        finally:
            transaction.savepoint_rollback(point)


class Lists(RuleBasedStateMachine):
    """Two units, their risks and ratings, scans, reviews and decisions, over two years and their turn."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = undone()
        self.inside.__enter__()
        county = make_body_tree()["330402"]
        self.units = [make_enterprise(territorial_body=county, sells_retail=True) for _number in range(2)]
        self.admin: User = make_user("孙悦", "list_admin", county)
        self.head: User = make_user("周国强", "grassroots_lead", county)
        self.at: datetime = NOON
        self.scanned = False

    def teardown(self) -> None:
        self.inside.__exit__(None, None, None)

    @property
    def today(self) -> date:
        return Acting(None, self.at).today

    def note(self, unit: Enterprise) -> None:
        look_again(enterprise_ids=[unit.pk], on=self.today)
        self.scanned = False

    @rule(place=st.integers(0, 1), level=st.sampled_from(["larger", "major"]), ago=st.integers(0, 800))
    def verify(self, place: int, level: str, ago: int) -> None:
        risk(self.units[place], level, on=self.today - timedelta(days=ago))
        self.note(self.units[place])

    @rule(data=st.data(), change=st.sampled_from(["resolved", "refuted", "appealed"]))
    @precondition(lambda self: RiskEvent.objects.exists())
    def change_event(self, data: Any, change: str) -> None:
        event = data.draw(st.sampled_from(list(RiskEvent.objects.order_by("pk"))))
        if change == "resolved":
            event.resolved_on = self.today
        else:
            event.state = change
        event.save()
        self.note(event.enterprise)

    @rule(place=st.integers(0, 1), credit=st.sampled_from(RISKS))
    def rate_anew(self, place: int, credit: str) -> None:
        unit = self.units[place]
        if CreditRating.objects.filter(enterprise=unit, valid_from=self.today).exists():
            return
        rate(unit, credit, since=self.today)
        self.note(unit)

    @rule(place=st.integers(0, 1), status=st.sampled_from(["active", "deregistered"]), sells=st.booleans())
    def change_unit(self, place: int, status: str, sells: bool) -> None:
        unit = self.units[place]
        Enterprise.objects.filter(pk=unit.pk).update(status=status, sells_retail=sells)
        self.note(unit)

    @rule(days=st.sampled_from([1, 20, 60, 200]))
    def let_time_pass(self, days: int) -> None:
        self.at += timedelta(days=days)
        self.scanned = False

    @rule(full=st.booleans())
    def look(self, full: bool) -> None:
        scan(self.at, full=full)
        assert scan(self.at, full=full).found == 0, "twice on a day finds nothing new"
        self.scanned = self.scanned or full

    @rule(data=st.data(), keep=st.booleans())
    @precondition(lambda self: ListCandidate.objects.filter(state=State.FOUND).exists())
    def review(self, data: Any, keep: bool) -> None:
        candidate = data.draw(st.sampled_from(list(ListCandidate.objects.filter(state=State.FOUND).order_by("pk"))))
        acting = Acting(self.admin, self.at)
        if keep:
            with without_a_process():
                case = keep_candidate(candidate_id=candidate.pk, opinion="", acting=acting)
            if case.procedure == Procedure.LISTING:
                views = data.draw(st.sampled_from(["", "不同意列入，认定事实有误。"]))
                ListNotice.objects.create(case=case, level=candidate.proposed_level, views=views)
                Case.objects.filter(pk=case.pk).update(status="deciding")
        elif candidate.cause != ListCandidate.Cause.REBUILD:
            drop_candidate(candidate_id=candidate.pk, reason=REASON, acting=acting)

    @rule(data=st.data())
    @precondition(lambda self: Case.objects.filter(status__in=["deciding", "delisting_asked"]).exists())
    def decide(self, data: Any) -> None:
        waiting = Case.objects.filter(status__in=["deciding", "delisting_asked"]).order_by("pk")
        case = data.draw(st.sampled_from(list(waiting.select_related("enterprise"))))
        acting, standing = Acting(self.head, self.at), standing_before(case)
        if case.procedure == Procedure.DELISTING:
            outcome = data.draw(st.sampled_from(delisting_outcomes(standing)))
            decide_delisting(case_id=case.pk, facts=DecideDelisting(outcome, REASON), acting=acting)
        else:
            told, year = case.list_notice.level, case.list_candidate.year
            allowed = listing_outcomes(proposed=told, standing=standing, year=year)
            outcome = data.draw(st.sampled_from(["none", "key", "special"]))
            facts = DecideListing(outcome, REASON, REASON)
            if outcome not in allowed:
                with pytest.raises(RuleError):
                    decide_listing(case_id=case.pk, facts=facts, acting=acting)
                return
            decide_listing(case_id=case.pk, facts=facts, acting=acting)
        apply_listing(case_id=case.pk, acting=Acting(None, self.at))
        conclude_listing(case_id=case.pk, acting=Acting(None, self.at))
        self.scanned = False

    # --- what always holds ----------------------------------------------------------------------------------------

    @invariant()
    def one_list_a_kind(self) -> None:
        for unit in self.units:
            for kind in KINDS:
                entries = list(ListEntry.objects.filter(enterprise=unit, kind=kind).order_by("pk"))
                assert sum(entry.left_on is None for entry in entries) <= 1
                ends = [entry.left_on for entry in entries[:-1]]
                assert all(end is not None for end in ends), "only the last of them is in force"
                assert ends == sorted(ends)

    @invariant()
    def nobody_comes_or_leaves_without_a_decision(self) -> None:
        for entry in ListEntry.objects.select_related("case__list_notice"):
            assert entry.case is not None
            assert entry.decided_by == self.head
            assert entry.left_on is None or entry.left_case is not None

    @invariant()
    def nobody_is_listed_heavier_than_told(self) -> None:
        for entry in ListEntry.objects.filter(case__procedure=Procedure.LISTING).select_related("case__list_notice"):
            assert not heavier(entry.level, entry.case.list_notice.level)

    @invariant()
    def one_open_proposal_a_kind(self) -> None:
        rows = ListCandidate.objects.filter(state__in=[State.FOUND, State.KEPT]).values_list("enterprise", "kind")
        assert len(rows) == len(set(rows))

    @invariant()
    def the_list_of_2012_is_another_one(self) -> None:
        assert not KeySupervision.objects.exists()

    @invariant()
    def after_a_full_scan_everybody_is_accounted_for(self) -> None:
        if not self.scanned:
            return
        for unit in self.units:
            facts = facts_of([unit.pk], self.today)[unit.pk]
            for kind in KINDS:
                ruled = verdict_of(facts, kind, self.today)
                standing = standing_of(standings([unit.pk]).get((unit.pk, kind)))
                if proposal(ruled=ruled.outcome.level, standing=standing, year=self.today.year) is None:
                    continue
                candidates = ListCandidate.objects.filter(enterprise=unit, kind=kind)
                decided = [
                    Judged(row.ruled_level, frozenset(row.event_ids), row.credit_risk)
                    for row in candidates.filter(state__in=[State.DROPPED, State.DECIDED], year=self.today.year)
                ]
                now = Judged(ruled.outcome.level, frozenset(ruled.event_ids), facts.credit_risk)
                waiting = candidates.filter(state__in=[State.FOUND, State.KEPT]).exists()
                assert waiting or settled(now=now, before=decided)


CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def _run(examples: int, steps: int) -> None:
    limits = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=CHECKS, database=None
    )
    run_state_machine_as_test(Lists, settings=limits)  # type: ignore[no-untyped-call]


def test_the_lists_hold_together_whatever_happens(db: None) -> None:
    _run(examples=2, steps=12)


@pytest.mark.slow
def test_the_lists_hold_together_for_long(db: None) -> None:
    _run(examples=40, steps=40)


# --- replays ----------------------------------------------------------------------------------------------------------

happening = st.tuples(st.integers(0, 1), st.sampled_from(["larger", "major"]), st.integers(0, 900), st.booleans())


def _after(happenings: list[tuple[int, str, int, bool]], *, full: bool) -> list[tuple[Any, ...]]:
    """What the scan finds once these things have happened, in this order; undone afterwards."""
    with undone():
        county = make_body_tree()["330402"]
        units = [make_enterprise(territorial_body=county, name=f"{place}号厂") for place in range(2)]
        for place, level, ago, put_right in happenings:
            day = Acting(None, NOON).today - timedelta(days=ago)
            risk(units[place], level, on=day, resolved=day + timedelta(days=1) if put_right else None)
        scan(full=full)
        assert entry_of(units[0]) is None
        columns = ("enterprise__name", "kind", "proposed_level", "major_count", "larger_count", "open_count", "grounds")
        return sorted(ListCandidate.objects.values_list(*columns), key=str)


@settings(max_examples=4, deadline=None, suppress_health_check=[*CHECKS, HealthCheck.function_scoped_fixture])
@given(data=st.data(), happenings=st.lists(happening, min_size=2, max_size=5))
def test_the_order_of_events_does_not_matter(db: None, data: Any, happenings: Any) -> None:
    in_other_order = data.draw(st.permutations(happenings))
    assert _after(happenings, full=False) == _after(in_other_order, full=False) == _after(happenings, full=True)
