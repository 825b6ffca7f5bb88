"""Who may ask the body above, when the law opens the way, and who may not decide (38号 二（一）)."""

from datetime import date, timedelta

import pytest

from cases.acting import Acting
from cases.guards.conditions import Blocked, failed
from cases.guards.p5 import may_propose
from cases.models import ConflictOfInterest, Escalation, EscalationProposal
from cases.rules.errors import RuleError
from cases.selectors.escalation import way_up
from cases.selectors.scope import forget_grants
from cases.services.close_case import EscalateCase
from cases.services.decide_escalation import DecideEscalation
from cases.services.propose_escalation import ProposeEscalation, propose_escalation
from tests.factories import give_post, make_enterprise, make_user
from tests.flow.conftest import cast, clock, story  # noqa: F401 - fixtures
from tests.oversight.conftest import REASON, Watch
from workflow.models import WorkItem
from workflow.services.run_step import run_step

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


def codes(conditions):
    return [condition.code for condition in failed(conditions)]


@pytest.mark.parametrize(
    ("events", "opens"),
    [
        ([], False),
        ([(date(2026, 2, 1), {})], False),
        ([(date(2026, 2, 1), {}), (date(2024, 3, 2), {})], True),
        ([(date(2026, 2, 1), {}), (date(2024, 3, 1), {})], False),
        ([(date(2026, 2, 1), {}), (date(2026, 2, 2), {"state": "appealed"})], True),
        ([(date(2026, 2, 1), {}), (date(2026, 2, 2), {"state": "refuted"})], False),
        ([(date(2026, 2, 1), {}), (date(2026, 2, 2), {"state": "reported"})], False),
        ([(date(2026, 2, 1), {}), (date(2026, 2, 2), {"level": "larger"})], False),
        ([(date(2026, 2, 1), {}), (date(2026, 2, 2), {"kind": "penalty"})], False),
        ([(date(2026, 2, 1), {"kind": "accident", "level": "general", "deaths": 2})], False),
        ([(date(2026, 2, 1), {"kind": "accident", "level": "general", "deaths": 3})], True),
        ([(date(2026, 2, 1), {"kind": "accident", "level": "general", "serious_injuries": 10})], True),
        ([(date(2026, 2, 1), {"kind": "accident", "level": "general", "direct_loss_wan": 1000})], True),
        ([(date(2026, 2, 1), {"kind": "accident", "level": "larger"})], False),
        ([(date(2026, 2, 1), {"kind": "accident", "level": "major"})], False),
        ([(date(2026, 2, 1), {"kind": "accident", "level": "major", "level_reason": "社会影响恶劣"})], True),
        ([(date(2024, 3, 1), {"kind": "accident", "level": "major", "deaths": 3})], False),
    ],
)
def test_what_opens_the_way(enterprise, event, events, opens):
    for day, fields in events:
        event(day, **fields)
    way = way_up(enterprise, TODAY)
    assert way.open is opens
    assert way.grounds[0].clause == "国市监质监发〔2023〕38号 二（一）"


def test_events_of_another_unit_open_nothing(enterprise, event, bodies):
    other = make_enterprise(territorial_body=bodies["330402100"])
    event(date(2026, 1, 5), enterprise=other)
    event(date(2026, 2, 5), enterprise=other)
    assert not way_up(enterprise, TODAY).open


def test_the_guard_says_why_not_with_its_clause(watch, hazards):
    hazards[0].state = "refuted"
    hazards[0].save()
    with pytest.raises(Blocked) as refused:
        watch.propose()
    assert (refused.value.code, refused.value.clause) == ("law_opens_the_way", "国市监质监发〔2023〕38号 二（一）")
    assert not EscalationProposal.objects.exists()


def test_only_the_tier_body_asks(watch, bodies):
    for role, code in (("unit_head", "330400"), ("unit_head", "330411"), ("inspector", "330402")):
        other = make_user(f"{role}{code}", role, bodies[code])
        assert "permission" in codes(may_propose(watch.enterprise, watch.acting(other)))


def test_a_unit_goes_up_once_at_a_time(watch):
    watch.propose()
    assert "no_running_case" in codes(may_propose(watch.enterprise, watch.acting(watch.people.proposer)))
    watch.decide("refuse")
    assert not codes(may_propose(watch.enterprise, watch.acting(watch.people.proposer)))


def test_a_conflict_of_interest_bars_the_proposer_and_the_decider(watch):
    watch.propose()
    for person in (watch.people.proposer, watch.people.decider):
        ConflictOfInterest.objects.create(
            user=person, enterprise=watch.enterprise, reason="亲属", declared_on=date(2026, 1, 5)
        )
    assert "conflict_of_interest" in codes(may_propose(watch.enterprise, watch.acting(watch.people.proposer)))
    with pytest.raises(Blocked):
        watch.decide("list")


def test_a_deregistered_unit_is_not_escalated(watch):
    watch.enterprise.status = "deregistered"
    assert "enterprise_active" in codes(may_propose(watch.enterprise, watch.acting(watch.people.proposer)))


@pytest.mark.parametrize(("wanted", "reason", "field"), [("other", REASON, "wanted"), ("upper_tier", "短", "reason")])
def test_bad_facts_are_refused_at_their_field(watch, wanted, reason, field):
    with pytest.raises(RuleError) as refused:
        propose_escalation(
            facts=ProposeEscalation(watch.enterprise.pk, wanted, reason), acting=watch.acting(watch.people.proposer)
        )
    assert refused.value.details["field"] == field


def test_whoever_asked_does_not_decide(watch, bodies):
    give_post(watch.people.proposer, "body_head", bodies["330400"])
    forget_grants(watch.people.proposer)
    watch.propose()
    item = WorkItem.objects.get(case=watch.case)
    with pytest.raises(Blocked) as refused:
        run_step(
            task_pk=item.pk,
            facts=DecideEscalation("list", "情况属实，同意挂牌督办。"),
            acting=watch.acting(watch.people.proposer),
        )
    assert refused.value.code == "separation_of_duties"


def test_a_body_elsewhere_or_below_does_not_decide(watch, bodies):
    watch.propose()
    item = WorkItem.objects.get(case=watch.case)
    for role, code in (("body_head", "330000"), ("grassroots_lead", "330402"), ("overseer", "330400")):
        other = make_user(f"{role}{code}", role, bodies[code])
        with pytest.raises(Blocked):
            run_step(
                task_pk=item.pk, facts=DecideEscalation("list", "情况属实，同意挂牌督办。"), acting=watch.acting(other)
            )


def test_whoever_asks_for_the_lifting_does_not_lift(watch, bodies):
    watch.listed()
    give_post(watch.people.decider, "overseer", bodies["330402"])
    forget_grants(watch.people.decider)
    watch.people.watched = watch.people.decider
    watch.ask()
    with pytest.raises(Blocked) as refused:
        watch.decide_lifting("lift")
    assert refused.value.code == "separation_of_duties"


def test_taking_over_asks_the_law_again_on_the_day_of_the_decision(watch, hazards):
    watch.propose("upper_tier")
    hazards[0].state = "refuted"
    hazards[0].save()
    with pytest.raises(RuleError) as refused:
        watch.decide("take_over")
    assert (refused.value.code, refused.value.details["field"]) == ("way_not_open", "outcome")
    watch.decide("list")
    assert watch.case.status == "noticing"


# --- from a main case (P1 node 22) ---


@pytest.fixture
def failing(story, bodies):  # noqa: F811 - a fixture of the flow's tests
    """A main case whose measures did not help, standing at its escalation; the unit is one of a township office."""
    told = story(outcomes={"inspect": ["12"], "return_visit": ["fail"]})
    list(told.tell(until="escalate"))
    return told


def escalate(told, *kinds):
    item = told.next_item()
    facts = EscalateCase(kinds, "多次责令整改后仍未整改到位，提请上级处理。")
    run_step(task_pk=item.pk, facts=facts, acting=Acting(told.cast.grassroots_lead, told.clock.now))
    told.case.refresh_from_db()


def test_a_main_case_opens_the_escalation_at_once(failing, bodies):
    escalate(failing, "listed_oversight", "penalty")
    proposal = EscalationProposal.objects.get(source_case=failing.case)
    assert failing.case.status == "escalated"
    assert (proposal.wanted, proposal.from_body, proposal.to_body) == (
        "listed_oversight", bodies["330402"], bodies["330400"],
    )  # fmt: skip
    assert WorkItem.objects.get(case=proposal.case).step == "decide_escalation"
    assert Escalation.objects.get(kind="listed_oversight").to_body == bodies["330400"]
    assert failing.case.number in proposal.grounds[-1]["text"]


def test_the_upper_tier_is_asked_only_where_the_law_opens_the_way(failing, event):
    with pytest.raises(RuleError) as refused:
        escalate(failing, "upper_tier")
    assert (refused.value.code, refused.value.clause) == ("way_not_open", "国市监质监发〔2023〕38号 二（一）")
    failing.case.refresh_from_db()
    assert failing.case.status == "escalating"
    for ago in (40, 10):
        event(failing.clock.today - timedelta(days=ago))
    escalate(failing, "upper_tier")
    assert EscalationProposal.objects.get().wanted == "upper_tier"


def test_only_one_of_the_two_is_asked(failing):
    with pytest.raises(RuleError) as refused:
        escalate(failing, "upper_tier", "listed_oversight")
    assert refused.value.code == "one_way_up"


def test_a_unit_that_is_up_already_is_not_sent_up_twice(failing, event, people):
    for ago in (40, 10):
        event(failing.clock.today - timedelta(days=ago))
    Watch(failing.enterprise, people, now=failing.clock.now).propose()
    escalate(failing, "listed_oversight")
    assert EscalationProposal.objects.count() == 1
    assert failing.case.status == "escalated"


def test_other_ways_open_no_escalation(failing):
    escalate(failing, "special_list", "recall")
    assert not EscalationProposal.objects.exists()
    assert not Escalation.objects.exclude(to_body=None).exists()
