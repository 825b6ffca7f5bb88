"""A county with people, a unit, and tellings of what happened to it."""

from datetime import date
from typing import Any

import pytest

from cases.models import Body, Enterprise, User
from cases.rules.event_facts import EventFacts
from tests.factories import make_body_tree, make_enterprise, make_user


def telling(kind: str = "complaint", **facts: Any) -> EventFacts:
    """A telling with everything that is required, and what is given."""
    usual: dict[str, Any] = {
        "kind": kind,
        "title": "电热水壶漏电",
        "facts": "消费者称使用中外壳带电。",
        "occurred_on": date(2026, 11, 2),
        "authority_level": "county" if kind == "sampling_failed" else "",
    }
    return EventFacts(**{**usual, **facts})


@pytest.fixture
def bodies(db: None) -> dict[str, Body]:
    return make_body_tree()


@pytest.fixture
def county(bodies: dict[str, Body]) -> Body:
    return bodies["330402"]


@pytest.fixture
def unit(county: Body) -> Enterprise:
    return make_enterprise(
        name="嘉兴示例电热水壶有限公司", territorial_body=county, quality_class="A", mode="responsibility"
    )


@pytest.fixture
def reporter(county: Body) -> User:
    """Who enters what is told."""
    return make_user("reporter", "inspector", county)


@pytest.fixture
def verifier(county: Body) -> User:
    """Who looks into it."""
    return make_user("verifier", "inspector", county)


@pytest.fixture
def head(county: Body) -> User:
    """Somebody else who may decide."""
    return make_user("head", "unit_head", county)
