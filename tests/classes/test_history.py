"""The history of a class under anything that may happen to it: one class at every instant, no gap, no skip up.

The machine does one thing at a time, in any order: an event is verified or refuted, the case at hand moves by one
step, a day or a season passes, the clock looks. The services are those of the flow; the engine's tokens stay out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cases.acting import LEGAL_ZONE, Acting
from cases.guards.conditions import failed
from cases.guards.p2 import proposal_current
from cases.models import (
    STANDING_STATES,
    BodySetting,
    Case,
    ClassRecord,
    EnforcementCertificate,
    Enterprise,
    Procedure,
    RiskEvent,
)
from cases.models.case import CLASSIFYING
from cases.packs.classifying import classifying_pack
from cases.packs.loader import load_pack
from cases.rules.lifecycle import CLASS_SETTLED, FINAL
from cases.rules.working_days import add_months
from cases.selectors.standing import BASES, deciding_case
from cases.services.close_case import conclude_case
from cases.services.decide_grassroots import outcomes_for
from cases.services.evaluate_inspection import evaluate_inspection
from cases.services.file_classification import set_filing_aside
from cases.services.open_case import OpenCase, open_case
from cases.services.propose_on_events import position_of, propose_on_events
from cases.services.reclassify import reclassify_on_event, reverse_on_event
from cases.services.sweep_reviews import sweep_reviews
from cases.services.take_effect import take_effect, waits_for_its_day
from cases.signals import case_opened
from tests.classes.making import classify, happen
from workflow.demo.facts import FACTS
from workflow.demo.story import Story
from workflow.signals import start_process
from workflow.steps import STEPS

pytestmark = pytest.mark.django_db
PACK = classifying_pack(load_pack("national-2012").ref)
rank = PACK.adjustment.order.index

STEP_AT = {
    "planned": "approve_inspection",
    "approved": "assign_inspectors",
    "review_due": "assign_inspectors",
    "assigned": "inspect",
    "desk_checking": "desk_check",
    "triggered": "decide_basis",
    "evaluated": "propose_class",
    "proposed": "countersign",
    "signed": "decide_grassroots",
    "agreed": "forward_filing",
    "forwarded": "file_province",
}
GOES_BACK = ("return_to_basis", "return_to_inspection", "return_to_desk", "return_to_opinion")
FORMS = ("", "4", "3,4", "3,12")  # as a whole AA, A, B and C


class Clock:
    """The time of the machine; the facts of a story ask for no more."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 9, tzinfo=LEGAL_ZONE)

    @property
    def today(self) -> date:
        return self.now.date()

    def to(self, day: date) -> None:
        self.now = max(self.now, datetime.combine(day, self.now.timetz()))


class ClassHistory(RuleBasedStateMachine):
    """One unit and all who decide on its class."""

    enterprise: Enterprise
    cast: object

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.clock = Clock()
        self.events: list[RiskEvent] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @property
    def system(self) -> Acting:
        return Acting(user=None, at=self.clock.now)

    def unit(self) -> Enterprise:
        return Enterprise.objects.get(pk=self.enterprise.pk)

    def running(self) -> Case | None:
        return deciding_case(self.enterprise)

    @initialize(quality_class=st.sampled_from(["", *PACK.adjustment.order]))
    def the_unit_may_have_a_class(self, quality_class: str) -> None:
        if quality_class:
            classify(self.unit(), quality_class, date(2025, 12, 1))

    @precondition(lambda self: self.running() is None)
    @rule()
    def an_inspection_is_planned(self) -> None:
        Case.objects.filter(enterprise=self.enterprise, status="effective").update(status="closed")
        facts = OpenCase(self.enterprise.pk, "regular", "complaint", self.clock.today, "群众举报，需要检查。")
        open_case(facts=facts, acting=Acting(self.cast.unit_head, self.clock.now))

    @rule(
        kind=st.sampled_from(["penalty", "hazard", "sampling_failed", "exposure", "accident", "complaint"]),
        ago=st.integers(0, 400),
        level=st.sampled_from(["province", "county"]),
    )
    def an_event_is_verified(self, kind: str, ago: int, level: str) -> None:
        day = self.clock.today - timedelta(days=ago)
        title = f"{len(self.events)} {kind}"
        event = happen(self.unit(), kind, day, verified_on=self.clock.today, authority_level=level, title=title)
        self.events.append(event)
        reclassify_on_event(event=event, acting=self.system)

    @precondition(lambda self: any(event.state in STANDING_STATES for event in self.events))
    @rule(data=st.data())
    def an_event_is_refuted(self, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from([event for event in self.events if event.state in STANDING_STATES]))
        event.state = "refuted"
        event.save()
        reverse_on_event(event=event, acting=self.system)

    @rule(days=st.integers(1, 3))
    def days_pass(self, days: int) -> None:
        self.clock.now += timedelta(days=days)

    @precondition(lambda self: self.running() is None)
    @rule(days=st.sampled_from([60, 310, 400]))
    def a_season_passes(self, days: int) -> None:
        self.clock.now += timedelta(days=days)
        sweep_reviews(now=self.clock.now)

    @precondition(lambda self: self.running() is not None)
    @rule(
        steps=st.sampled_from([2, 4, 20]),
        form=st.sampled_from(FORMS),
        onsite=st.booleans(),
        opinion=st.sampled_from(["agree", "agree", "back", "reject"]),
    )
    def the_case_moves(self, steps: int, form: str, onsite: bool, opinion: str) -> None:
        for _step in range(steps):
            case = self.running()
            if case is None:
                return
            self.case_moves(case, form, onsite, opinion)
            opinion = "agree" if case.status == "signed" else opinion

    def case_moves(self, case: Case, form: str, onsite: bool, opinion: str) -> None:
        match case.status:
            case "triggered" if not case.proposals.filter(outcome="open").exists():
                propose_on_events(case_id=case.pk, acting=self.system)
            case "inspected":
                evaluate_inspection(case_id=case.pk, acting=self.system)
            case "filed":
                self.it_takes_effect(case)
            case "signed":
                self.step(case, "decide_grassroots", self.opinion_on(case, opinion))
            case "triggered":
                self.step(case, "decide_basis", "inspect" if onsite else "on_record")
            case "desk_checking":
                self.step(case, "desk_check", "onsite" if onsite else form)
            case "assigned":
                self.step(case, "inspect", form)
            case status:
                self.step(case, STEP_AT[status])

    def opinion_on(self, case: Case, opinion: str) -> str:
        """As drawn, unless the proposal rests on what no longer is."""
        offered = outcomes_for(case)
        returns = [outcome for outcome in offered if outcome in GOES_BACK]
        if failed(proposal_current(case)):
            return returns[-1]
        if opinion == "reject" and "reject" in offered:
            return "reject"
        return returns[0] if opinion == "back" else "agree"

    def it_takes_effect(self, case: Case) -> None:
        if waits_for_its_day(case, self.system):
            self.clock.to(add_months(self.clock.today, 3))
            return
        if failed(proposal_current(case)):
            set_filing_aside(case_id=case.pk, acting=self.system)
            return
        before = ClassRecord.objects.filter(enterprise=self.enterprise, valid_to__isnull=True).first()
        record = take_effect(case_id=case.pk, acting=self.system)
        if before is not None and rank(record.quality_class) < rank(before.quality_class):
            self.it_may_rise(case, before, record)
        conclude_case(case_id=case.pk, acting=self.system)

    def it_may_rise(self, case: Case, before: ClassRecord, after: ClassRecord) -> None:
        """By one step in a review a year on, or back to where it stood before an event that was refuted."""
        if case.procedure == Procedure.REVIEW and after.cause == "review":
            prior = max(rank(before.quality_class) - 1, 0)
            refuted = any(event.state == "refuted" for event in self.events)
            assert rank(after.quality_class) >= prior or refuted
            return
        base = ClassRecord.objects.filter(enterprise=self.enterprise, cause__in=BASES, pk__lt=after.pk).latest("pk")
        assert any(event.state == "refuted" for event in self.events)
        assert rank(after.quality_class) >= rank(base.quality_class)

    def step(self, case: Case, code: str, outcome: str = "") -> None:
        step = STEPS[code]
        told = Story(self.unit(), self.cast, self.clock)
        if code in ("forward_filing", "file_province") and failed(proposal_current(case)):
            outcome = "return" if code == "forward_filing" else "returned"
        facts = FACTS[code](told, case, outcome)
        step.service(case_id=case.pk, facts=facts, acting=Acting(self.cast.of(code), self.clock.now))

    @invariant()
    def there_is_one_class_at_every_instant(self) -> None:
        records = list(ClassRecord.objects.filter(enterprise=self.enterprise).order_by("pk"))
        assert [record.valid_to for record in records[:-1]] == [record.valid_from for record in records[1:]]
        assert all(record.valid_to is None for record in records[-1:])
        held = self.unit()
        assert (held.quality_class, held.mode) == (
            (records[-1].quality_class, records[-1].mode) if records else ("", "")
        )

    @invariant()
    def no_event_is_left_undecided(self) -> None:
        """Where nothing is being decided, no verified event would still demote the unit."""
        record = ClassRecord.objects.filter(enterprise=self.enterprise, valid_to__isnull=True).first()
        position = position_of(self.enterprise, PACK)
        if self.running() is None and record is not None and position is not None:
            assert position.step_from(record, PACK.adjustment.order) >= 0

    @invariant()
    def at_most_one_case_decides(self) -> None:
        deciding = Case.objects.filter(enterprise=self.enterprise, procedure__in=CLASSIFYING)
        assert deciding.exclude(status__in=FINAL | CLASS_SETTLED).count() <= 1


@contextmanager
def without_the_engine() -> Iterator[None]:
    case_opened.disconnect(dispatch_uid="workflow.start_process")
    try:
        yield
    finally:
        case_opened.connect(start_process, dispatch_uid="workflow.start_process")


def run_machine(enterprise, cast, examples: int, steps: int) -> None:
    BodySetting.objects.create(
        body=enterprise.territorial_body.parent,
        key="inspection.yearly_cap",
        value=52,
        reason="本测试不涉及检查次数上限",
        set_by=cast.unit_head,
        set_at=Clock().now,
    )
    EnforcementCertificate.objects.update(valid_to=date(2099, 12, 31))  # seasons may pass for decades
    machine = type("Machine", (ClassHistory,), {"enterprise": enterprise, "cast": cast})
    quick = settings(
        max_examples=examples,
        print_blob=False,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    with without_the_engine():
        run_state_machine_as_test(machine, settings=quick)


def test_a_class_history_holds_whatever_happens(enterprise, cast):
    run_machine(enterprise, cast, examples=4, steps=15)


@pytest.mark.slow
def test_a_class_history_holds_whatever_happens_at_length(enterprise, cast):
    run_machine(enterprise, cast, examples=25, steps=30)
