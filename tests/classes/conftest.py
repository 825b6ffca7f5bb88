"""A classified unit, its risk events, and the people who decide on its class."""

from collections.abc import Callable
from datetime import date

import pytest

from cases.acting import Acting
from cases.models import Case, ClassRecord, RiskEvent
from tests.classes.making import classify, happen
from tests.flow import conftest as county
from workflow.demo.story import Story

bodies, cast, clock = county.bodies, county.cast, county.clock
enterprise, story = county.enterprise, county.story


@pytest.fixture
def classified(enterprise) -> Callable[..., ClassRecord]:
    def make(quality_class: str, on: date = date(2026, 1, 15), **fields) -> ClassRecord:
        return classify(enterprise, quality_class, on, **fields)

    return make


@pytest.fixture
def event(enterprise) -> Callable[..., RiskEvent]:
    def make(kind: str, on: date = date(2026, 2, 20), **fields) -> RiskEvent:
        return happen(enterprise, kind, on, **fields)

    return make


@pytest.fixture
def system(clock) -> Callable[[], Acting]:
    return lambda: Acting(user=None, at=clock.now)


@pytest.fixture
def go_on(enterprise, cast, clock) -> Callable[..., Case]:
    """Bring a case up to the step `until`, or to its end; outcomes as in a story."""

    def told(case: Case, until: str = "", **outcomes: list[str]) -> Case:
        plain = {"decide_measures": ["none"]}
        story = Story(enterprise=enterprise, cast=cast, clock=clock, case=case, outcomes={**plain, **outcomes})
        for _step in story.tell(until=until):
            pass
        case.refresh_from_db()
        return case

    return told
