"""Trees of bodies to try things on."""

from collections import Counter

import pytest

from cases.models import Body
from cases.packs.divisions import province_abbreviations, read_divisions
from cases.rules.body_tree import PlannedBody, plan_bodies
from cases.services.load_bodies import plant

SAMPLE_CITIES = ("3304", "1101", "5001", "5002", "4190", "4419", "6202")
"""嘉兴; districts of 北京 and 重庆, counties of 重庆; 济源 directly under 河南; 东莞 and 嘉峪关 without counties."""


@pytest.fixture(scope="session")
def country() -> dict[str, PlannedBody]:
    """Every body of the country as planned, by code."""
    divisions = [(division.code, division.name) for division in read_divisions()]
    return {body.code: body for body in plan_bodies(divisions, province_abbreviations())}


@pytest.fixture(scope="session")
def sample_plan() -> list[PlannedBody]:
    """The regions of SAMPLE_CITIES with two subdistricts and two towns for each county."""
    towns: Counter[str] = Counter()
    divisions = []
    for division in read_divisions():
        towns[division.code[:7]] += len(division.code) == 9
        wanted = division.code[:4] in SAMPLE_CITIES or division.code in {code[:2] for code in SAMPLE_CITIES}
        if wanted and (len(division.code) != 9 or towns[division.code[:7]] <= 2):
            divisions.append((division.code, division.name))
    return plan_bodies(divisions, province_abbreviations())


@pytest.fixture
def sample(db: None, sample_plan: list[PlannedBody]) -> dict[str, Body]:
    """Stored bodies of every peculiar kind of region, by code."""
    plant(sample_plan)
    return {body.code: body for body in Body.objects.select_related("parent")}
