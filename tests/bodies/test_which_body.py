"""Which body answers for a tier, a region, an escalation (domain 2.5, 2.6)."""

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.models import Body, BodySetting
from cases.rules.errors import RuleError
from cases.selectors.bodies import ancestors, body_for_region, tier_body, upper_body
from cases.selectors.settings import setting_for
from tests.factories import NOON, make_user


@pytest.mark.parametrize(
    ("territorial", "level", "expected"),
    [
        # A province: A province, B city, C county, D township office.
        ("330402100", "province", "330000"),
        ("330402100", "city", "330400"),
        ("330402100", "county", "330402"),
        ("330402100", "township", "330402100"),
        # A unit recorded at the county: nothing lower is known, so the county answers for D too.
        ("330402", "province", "330000"),
        ("330402", "township", "330402"),
        # Municipality: A municipality, B district, C and D township office.
        ("110101001", "province", "110000"),
        ("110101001", "county", "110101"),
        ("110101001", "township", "110101001"),
        ("500229100", "county", "500229"),
        # 市级 of a municipality is its province-level body; a district answers for what is a city's elsewhere.
        ("110101001", "city", "110101"),
        # A county directly under its province answers for B.
        ("419001100", "province", "410000"),
        ("419001100", "city", "419001"),
        ("419001100", "county", "419001"),
        ("419001100", "township", "419001100"),
        # A city without counties: its sub-bureau answers for C.
        ("441900003", "province", "440000"),
        ("441900003", "city", "441900"),
        ("441900003", "county", "441900003"),
        ("620201001", "county", "620201001"),
    ],
)
def test_tier_body(sample: dict[str, Body], territorial: str, level: str, expected: str) -> None:
    territorial = territorial if territorial in sample else _first_town(sample, territorial[:6])
    expected = expected if expected in sample else _first_town(sample, expected[:6])
    assert tier_body(sample[territorial], level).code == expected


def _first_town(sample: dict[str, Body], county: str) -> str:
    return min(code for code in sample if code.startswith(county) and len(code) == 9)


def test_tier_body_refuses_an_unknown_level(sample: dict[str, Body]) -> None:
    with pytest.raises(RuleError) as refusal:
        tier_body(sample["330402"], "village")
    assert refusal.value.code == "unknown_level"


def test_tier_body_takes_one_query(sample: dict[str, Body], django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        tier_body(sample["330402100"], "province")


@pytest.mark.parametrize(
    ("body", "upper"),
    [
        ("330402100", "330402"),
        ("330402", "330400"),
        ("330400", "330000"),
        ("330000", "000000"),
        ("110101", "110000"),
        ("110000", "000000"),
        ("419001", "410000"),
    ],
)
def test_upper_body(sample: dict[str, Body], body: str, upper: str) -> None:
    above = upper_body(sample[body])
    assert above is not None
    assert above.code == upper


def test_nobody_stands_above_the_national_body(sample: dict[str, Body]) -> None:
    assert upper_body(sample["000000"]) is None


def test_ancestors_come_from_the_top(sample: dict[str, Body]) -> None:
    assert [body.code for body in ancestors(sample["330402100"])] == ["000000", "330000", "330400", "330402"]
    assert ancestors(sample["000000"]) == []


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("330402", "330402"),
        ("330402100", "330402100"),
        ("330402100201", "330402100"),
        ("330499", "330400"),
        ("339999", "330000"),
        ("620201", "620200"),
        ("110199", "110000"),
    ],
)
def test_body_for_region_is_the_smallest_region_round_it(sample: dict[str, Body], region: str, expected: str) -> None:
    found = body_for_region(region)
    assert found is not None
    assert found.code == expected


def test_body_for_an_unknown_province_is_none(sample: dict[str, Body]) -> None:
    assert body_for_region("990101") is None


def test_a_dissolved_region_is_answered_by_its_successor(sample: dict[str, Body]) -> None:
    Body.objects.filter(code="330411").update(valid_to=NOON.date(), successor=sample["330402"])
    found = body_for_region("330411")
    assert found is not None
    assert found.code == "330402"


def test_nearest_setting_wins_and_the_default_stands_elsewhere(
    sample: dict[str, Body], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    admin = make_user("admin")
    for code, value in (("330000", 10), ("330402", 7), ("110000", 3)):
        BodySetting.objects.create(
            body=sample[code], key="return_visit.days", value=value, reason="省局规定", set_by=admin, set_at=NOON
        )
    values = {
        code: setting_for(sample[code], "return_visit.days", 15)
        for code in ("000000", "330000", "330400", "330411", "330402", "330402100", "110101")
    }
    assert values == {
        "000000": 15,
        "330000": 10,
        "330400": 10,
        "330411": 10,
        "330402": 7,
        "330402100": 7,
        "110101": 3,
    }
    with django_assert_num_queries(1):
        assert setting_for(sample["330402100"], "another", None) is None
