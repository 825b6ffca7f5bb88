"""Whatever order reports and verifications come in, the same happenings leave the same state."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cases.acting import Acting
from cases.models import RiskEvent
from cases.rules.event_facts import EventFacts
from cases.selectors.event_rules import facts_of
from cases.services.event_effects import effects_in_force
from cases.services.record_event import record_event
from cases.services.verify_event import VerifyEvent, refute_event, verify_event
from tests.events.conftest import telling
from tests.factories import NOON, make_body_tree, make_enterprise, make_user

TOLD: list[tuple[str, str, EventFacts]] = [
    ("enforcement", "E1", telling("penalty", reference="浙市监罚〔2026〕1号")),
    ("media", "M1", telling("penalty", reference="浙市监罚(2026)01", circumstances=("business_stopped",))),
    ("enforcement", "E1", telling("penalty", reference="浙市监罚〔2026〕1号")),
    ("inspection", "I1", telling("hazard", product_level="I", occurred_on=date(2026, 10, 1))),
    ("inspection", "I2", telling("hazard", product_level="I", occurred_on=date(2026, 10, 20))),
    ("complaint", "C1", telling("complaint", serious_injuries=1)),
]
REFUTED = {"I2"}


class AnyOrderTest(TestCase):
    def setUp(self) -> None:
        bodies = make_body_tree()
        county = bodies["330402"]
        self.unit = make_enterprise(territorial_body=county, quality_class="A", mode="responsibility")
        self.verifier = make_user("verifier", "inspector", county)
        self.head = make_user("head", "unit_head", county)

    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.permutations(range(len(TOLD))), st.permutations(range(4)))
    def test_the_same_happenings_leave_the_same_state(self, arrival: list[int], decided: list[int]) -> None:
        self._replay(arrival, decided)
        reached = self._state()
        if not hasattr(AnyOrderTest, "expected"):
            AnyOrderTest.expected = reached  # type: ignore[attr-defined]
        assert reached == AnyOrderTest.expected  # type: ignore[attr-defined]

    def _replay(self, arrival: list[int], decided: list[int]) -> None:
        for index in arrival:
            source, reference, told = TOLD[index]
            record_event(
                enterprise_id=self.unit.pk,
                told=told,
                source=source,
                source_reference=reference,
                acting=Acting(None, NOON),
            )
        events = sorted(RiskEvent.objects.all(), key=lambda event: (event.kind, event.occurred_on))
        assert len(events) == 4
        for index in decided:
            self._decide(events[index])

    def _decide(self, event: RiskEvent) -> None:
        found = VerifyEvent(
            event_id=event.pk, version=event.version, found=facts_of(event), reason="经现场核查，情况属实。"
        )
        verified = verify_event(facts=found, acting=Acting(self.verifier, NOON))
        if event.reports.filter(reference__in=REFUTED).exists():
            refute_event(
                event_id=event.pk,
                version=verified.version,
                reason="经复核，情况不属实。",
                acting=Acting(self.head, NOON),
            )

    def _state(self) -> list[Any]:
        return sorted(
            (
                event.kind,
                event.occurred_on,
                event.state,
                event.level,
                event.confirmed_on,
                sorted(
                    (effect.kind, effect.trigger, tuple(effect.items)) for effect in effects_in_force(event).values()
                ),
                event.reports.count(),
            )
            for event in RiskEvent.objects.all()
        )
