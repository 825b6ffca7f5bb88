"""Tiers A–D and the bodies that answer for them (domain 2.2–2.6)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.packs.loader import load_pack
from cases.rules.errors import RuleError
from cases.rules.escalation import escalation_of, is_larger_accident, upper_level_of
from cases.rules.tier import body_level_of, tier_of

PACK = load_pack("samr-2023-38")
TABLE = PACK.tiers
ESCALATION = PACK.escalation

VECTORS = """
T01 production 1500 100 A
T02 production 10 50000 A
T03 production 1000 40000 A
T04 production 999 39999 B
T05 production 1000 0 A
T06 production 0 40000 A
T07 production 999 40000 A
T08 production 300 1999 B
T09 production 299 2000 B
T10 production 300 299 B
T11 production 299 1999 C
T12 production 20 300 C
T13 production 19 300 C
T14 production 20 299 C
T15 production 19 299 D
T16 production 19 299.99 D
T17 production 0 0 D
T18 wholesale 200 999 A
T19 wholesale 199 39999 B
T20 wholesale 20 4999 B
T21 wholesale 19 5000 B
T22 wholesale 5 999 C
T23 wholesale 4 1000 C
T24 wholesale 4 999 D
T25 wholesale 4 40000 A
T26 retail 300 99 A
T27 retail 299 19999 B
T28 retail 50 499 B
T29 retail 49 500 B
T30 retail 10 99 C
T31 retail 9 100 C
T32 retail 9 99 D
T33 retail 9 20000 A
T34 retail 8 600 B
""".strip().splitlines()

kinds = st.sampled_from(["production", "wholesale", "retail"])
headcounts = st.integers(0, 3000)
revenues = st.decimals(0, 100_000, places=2)


def tier(kind: str, headcount: int | None, revenue: Decimal | None) -> str:
    return tier_of(table=TABLE, kinds=[kind], headcount=headcount, revenue_wan=revenue).tier


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.split()[0])
def test_every_vector_takes_the_tier_of_the_document(vector: str) -> None:
    _, kind, headcount, revenue, expected = vector.split()
    outcome = tier_of(table=TABLE, kinds=[kind], headcount=int(headcount), revenue_wan=Decimal(revenue))
    assert outcome.tier == expected
    assert not outcome.provisional
    assert [ground.clause for ground in outcome.grounds] == [TABLE.clause, TABLE.clause, TABLE.higher_clause]


@given(kinds, headcounts, revenues, headcounts, revenues)
def test_more_people_or_revenue_never_lowers_the_tier(
    kind: str, headcount: int, revenue: Decimal, more: int, richer: Decimal
) -> None:
    before, after = tier(kind, headcount, revenue), tier(kind, headcount + more, revenue + richer)
    assert TABLE.order.index(after) <= TABLE.order.index(before)


@given(kinds, headcounts, revenues)
def test_both_indicators_give_the_higher_of_the_two_tiers(kind: str, headcount: int, revenue: Decimal) -> None:
    alone = (tier(kind, headcount, None), tier(kind, None, revenue))
    assert tier(kind, headcount, revenue) == min(alone, key=TABLE.order.index)


@given(st.lists(kinds, min_size=1, max_size=5), headcounts, revenues)
def test_several_kinds_give_the_highest_tier_of_all(several: list[str], headcount: int, revenue: Decimal) -> None:
    outcome = tier_of(table=TABLE, kinds=several, headcount=headcount, revenue_wan=revenue)
    assert outcome.tier == min((tier(kind, headcount, revenue) for kind in several), key=TABLE.order.index)


@pytest.mark.parametrize(("headcount", "revenue"), [(1500, None), (None, Decimal(40000))])
def test_one_missing_indicator_makes_the_tier_provisional(headcount: int | None, revenue: Decimal | None) -> None:
    outcome = tier_of(table=TABLE, kinds=["production"], headcount=headcount, revenue_wan=revenue)
    assert (outcome.tier, outcome.provisional) == ("A", True)
    assert "缺失" in outcome.grounds[-1].text


def test_a_household_without_indicators_is_tier_d() -> None:
    outcome = tier_of(table=TABLE, kinds=["retail"], headcount=None, revenue_wan=None, individual_household=True)
    assert (outcome.tier, outcome.provisional) == ("D", True)


def test_a_household_above_d_is_tiered_by_its_indicators() -> None:
    outcome = tier_of(table=TABLE, kinds=["retail"], headcount=60, revenue_wan=Decimal(0), individual_household=True)
    assert outcome.tier == "B"


def test_any_other_unit_without_indicators_is_untiered_and_goes_to_the_county() -> None:
    outcome = tier_of(table=TABLE, kinds=["retail"], headcount=None, revenue_wan=None)
    assert (outcome.tier, outcome.provisional) == ("untiered", True)
    assert body_level_of(table=TABLE, tier=outcome.tier, region="330402").body_level == "county"


@pytest.mark.parametrize(
    ("code", "kinds_of", "headcount", "revenue"),
    [
        ("kinds", [], 1, Decimal(1)),
        ("kinds", ["import"], 1, Decimal(1)),
        ("headcount", ["retail"], -1, Decimal(1)),
        ("headcount", ["retail"], True, Decimal(1)),
        ("headcount", ["retail"], Decimal("1.5"), Decimal(1)),
        ("revenue_wan", ["retail"], 1, Decimal(-1)),
        ("revenue_wan", ["retail"], 1, Decimal("1.001")),
        ("revenue_wan", ["retail"], 1, Decimal("NaN")),
        ("revenue_wan", ["retail"], 1, Decimal("Infinity")),
    ],
)
def test_indicators_that_cannot_be_are_refused(
    code: str, kinds_of: list[str], headcount: int, revenue: Decimal
) -> None:
    with pytest.raises(RuleError) as refused:
        tier_of(table=TABLE, kinds=kinds_of, headcount=headcount, revenue_wan=revenue)
    assert refused.value.code == code


@pytest.mark.parametrize("revenue", ["299.990", "1E+40", "3E2"])
def test_revenue_is_judged_by_value_and_not_by_spelling(revenue: str) -> None:
    assert tier("production", 0, Decimal(revenue)) == {"299.990": "D", "1E+40": "A", "3E2": "C"}[revenue]


@pytest.mark.parametrize(
    ("region", "levels"),
    [
        ("330402", "province city county township"),
        ("110108", "province county township township"),
        ("120101", "province county township township"),
        ("310115", "province county township township"),
        ("500112", "province county township township"),
        ("500229", "province county township township"),
        ("419001", "province county county township"),
        ("429004", "province county county township"),
        ("441900", "province city city township"),
        ("661100", "province city county township"),
        ("330402001", "province city county township"),
    ],
)
def test_the_answering_body_follows_tier_and_region(region: str, levels: str) -> None:
    outcomes = [body_level_of(table=TABLE, tier=name, region=region) for name in TABLE.order]
    assert " ".join(outcome.body_level for outcome in outcomes) == levels
    assert all(outcome.grounds for outcome in outcomes)


@pytest.mark.parametrize("region", ["", "33", "990000", "33040a", "３３０４０２", "3304021", None])
def test_an_unknown_region_is_refused(region: str) -> None:
    with pytest.raises(RuleError, match="region"):
        body_level_of(table=TABLE, tier="A", region=region)


def test_an_unknown_tier_is_refused() -> None:
    with pytest.raises(RuleError) as refused:
        body_level_of(table=TABLE, tier="AA", region="330402")
    assert refused.value.code == "tier"


@pytest.mark.parametrize(
    ("region", "level", "upper"),
    [
        ("330402", "township", "county"),
        ("330402", "county", "city"),
        ("330402", "city", "province"),
        ("330402", "province", "national"),
        ("310115", "township", "county"),
        ("310115", "county", "province"),
        ("310115", "province", "national"),
        ("419001", "county", "province"),
        ("419001", "township", "county"),
        ("441900", "township", "city"),
    ],
)
def test_the_upper_body_stands_one_level_above(region: str, level: str, upper: str) -> None:
    assert upper_level_of(rule=ESCALATION, body_level=level, region=region).body_level == upper


@pytest.mark.parametrize(("region", "level"), [("330402", "national"), ("310115", "city")])
def test_nobody_stands_above_where_no_body_does(region: str, level: str) -> None:
    with pytest.raises(RuleError) as refused:
        upper_level_of(rule=ESCALATION, body_level=level, region=region)
    assert refused.value.code == "body_level"


@pytest.mark.parametrize(
    ("accident", "hazards", "may", "reasons"),
    [
        (False, [], False, 1),
        (False, [date(2026, 1, 1)], False, 1),
        (False, [date(2026, 1, 1), date(2024, 11, 21)], True, 1),
        (False, [date(2026, 1, 1), date(2024, 11, 20)], False, 1),
        (False, [date(2026, 1, 1), date(2026, 11, 22)], False, 1),
        (True, [], True, 1),
        (True, [date(2026, 1, 1), date(2026, 1, 1)], True, 2),
    ],
)
def test_accidents_and_repeated_hazards_open_the_way_up(
    accident: bool, hazards: list[date], may: bool, reasons: int
) -> None:
    outcome = escalation_of(rule=ESCALATION, on=date(2026, 11, 21), larger_accident=accident, major_hazards=hazards)
    assert outcome.may_escalate is may
    assert len(outcome.grounds) == reasons


@pytest.mark.parametrize(
    ("deaths", "injuries", "loss", "larger"),
    [(2, 9, 999, False), (3, 0, 0, True), (0, 10, 0, True), (0, 0, 1000, True)],
)
def test_an_accident_is_larger_by_any_one_measure(deaths: int, injuries: int, loss: int, larger: bool) -> None:
    assert is_larger_accident(rule=ESCALATION, deaths=deaths, serious_injuries=injuries, direct_loss_wan=loss) is larger
