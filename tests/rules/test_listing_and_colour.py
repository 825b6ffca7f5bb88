"""Key and special lists (domain 4.2) and region colours (domain 5.3)."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.packs.loader import load_pack
from cases.rules.colour import colour_of, share_text
from cases.rules.errors import RuleError
from cases.rules.listing import listing_of

RULE = load_pack("samr-2023-38").listing
ON = date(2026, 11, 21)
RECENT = date(2026, 3, 1)
LEVELS = ("none", "key", "special")


@pytest.mark.parametrize(
    ("major", "larger", "credit", "level"),
    [
        pytest.param([], [], "low", "none", id="L1-low"),
        pytest.param([], [], "general", "none", id="L1-general"),
        pytest.param([], [RECENT], "general", "key", id="L2"),
        pytest.param([], [], "elevated", "key", id="L3"),
        pytest.param([], [], "high", "special", id="L4"),
        pytest.param([RECENT], [], "low", "key", id="L5"),
        pytest.param([RECENT] * 2, [], "low", "key", id="L6"),
        pytest.param([RECENT] * 3, [], "low", "special", id="L7"),
        pytest.param([RECENT] * 2 + [date(2024, 11, 20)], [], "low", "key", id="L8"),
        pytest.param([RECENT] * 2 + [date(2024, 11, 21)], [], "low", "special", id="L9"),
        pytest.param([], [RECENT] * 5, "low", "key", id="L10"),
        pytest.param([RECENT] * 2, [RECENT] * 3, "elevated", "key", id="L11"),
        pytest.param([RECENT] * 3, [RECENT] * 2, "high", "special", id="L12"),
        pytest.param([date(2026, 11, 22)] * 3, [], "low", "none", id="not yet confirmed"),
        pytest.param([], [date(2025, 11, 20)], "low", "none", id="larger risk too old"),
    ],
)
def test_risks_and_credit_decide_the_list(major: list[date], larger: list[date], credit: str, level: str) -> None:
    outcome = listing_of(rule=RULE, on=ON, major_risks=major, larger_risks=larger, credit_risk=credit)
    assert outcome.level == level
    assert len(outcome.grounds) == 2


ANHUI = load_pack("anhui-2023").listing
OLDEST = date(2024, 11, 21)


@pytest.mark.parametrize(
    ("major", "larger", "level"),
    [
        pytest.param([], [RECENT] * 3, "special", id="three larger ones"),
        pytest.param([RECENT], [RECENT, OLDEST], "special", id="mixed, the oldest exactly 24 months ago"),
        pytest.param([], [RECENT] * 2 + [date(2024, 11, 20)], "key", id="the oldest is too old"),
        pytest.param([], [RECENT] * 2, "key", id="two"),
        pytest.param([], [OLDEST] * 2, "none", id="two, both older than a year"),
        pytest.param([], [date(2026, 11, 22)] * 3, "none", id="not yet confirmed"),
    ],
)
def test_anhui_adds_up_risks_of_any_level(major: list[date], larger: list[date], level: str) -> None:
    outcome = listing_of(rule=ANHUI, on=ON, major_risks=major, larger_risks=larger, credit_risk="low")
    assert outcome.level == level
    assert (RULE.accumulation, ANHUI.accumulation.count, ANHUI.accumulation.months) == (None, 3, 24)


def test_anhui_takes_over_the_rest_of_the_national_rule() -> None:
    assert replace(ANHUI, accumulation=None) == RULE


def test_an_unknown_credit_risk_is_refused() -> None:
    with pytest.raises(RuleError) as refused:
        listing_of(rule=RULE, on=ON, major_risks=[], larger_risks=[], credit_risk="D")
    assert refused.value.code == "credit_risk"


days = st.lists(st.dates(date(2024, 1, 1), date(2027, 1, 1)), max_size=5)


@given(days, days, st.sampled_from(RULE.credit_risks), st.dates(date(2024, 1, 1), date(2027, 1, 1)))
def test_one_more_risk_never_lowers_the_level(major: list[date], larger: list[date], credit: str, more: date) -> None:
    def level(majors: list[date], largers: list[date]) -> int:
        found = listing_of(rule=RULE, on=ON, major_risks=majors, larger_risks=largers, credit_risk=credit)
        return LEVELS.index(found.level)

    assert level([*major, more], larger) >= level(major, larger)
    assert level(major, [*larger, more]) >= level(major, larger)


PALETTES = {"RYBG": load_pack("jiaxing-2020").palettes["RYBG"], "ROYG": load_pack("zhejiang-2022").palettes["ROYG"]}


@pytest.mark.parametrize(
    ("palette", "high", "total", "colour"),
    [
        ("ROYG", 3, 10, "red"),
        ("ROYG", 2, 10, "orange"),
        ("ROYG", 29, 100, "orange"),
        ("ROYG", 1, 10, "yellow"),
        ("ROYG", 9, 100, "green"),
        ("ROYG", 0, 10, "green"),
        ("ROYG", 10, 10, "red"),
        ("RYBG", 3, 10, "red"),
        ("RYBG", 2, 10, "yellow"),
        ("RYBG", 19, 100, "blue"),
        ("RYBG", 1, 10, "blue"),
        ("RYBG", 99, 1000, "green"),
    ],
)
def test_the_share_of_high_risk_units_colours_a_region(palette: str, high: int, total: int, colour: str) -> None:
    outcome = colour_of(palette=PALETTES[palette], high_risk=high, total=total)
    assert (outcome.colour, outcome.share, outcome.show_counts) == (colour, Fraction(high, total), False)


def test_a_region_without_units_is_grey_and_never_green() -> None:
    outcome = colour_of(palette=PALETTES["ROYG"], high_risk=0, total=0)
    assert (outcome.colour, outcome.share) == ("grey", None)


def test_a_small_area_shows_counts() -> None:
    assert colour_of(palette=PALETTES["ROYG"], high_risk=1, total=4).show_counts


@pytest.mark.parametrize(("high", "total"), [(-1, 3), (4, 3), (True, 3), (1, "3")])
def test_counts_that_cannot_be_are_refused(high: int, total: int) -> None:
    with pytest.raises(RuleError) as refused:
        colour_of(palette=PALETTES["ROYG"], high_risk=high, total=total)
    assert refused.value.code == "counts"


@given(st.integers(1, 500), st.data())
def test_one_more_high_risk_unit_never_betters_the_colour(total: int, data: st.DataObject) -> None:
    high = data.draw(st.integers(0, total - 1))
    order = ["red", "orange", "yellow", "green"]
    before, after = (colour_of(palette=PALETTES["ROYG"], high_risk=count, total=total) for count in (high, high + 1))
    assert order.index(after.colour) <= order.index(before.colour)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(3, 10), "0.3"),
        (Fraction(1, 3), "0.3333"),
        (Fraction(0), "0"),
        (Fraction(1), "1"),
        (Fraction(1, 8), "0.125"),
    ],
)
def test_shares_are_written_as_decimals(share: Fraction, text: str) -> None:
    assert share_text(share) == text
