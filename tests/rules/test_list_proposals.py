"""What a scan proposes and what may be decided upon it (P4), and the days on which time alone changes the answer."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.packs.loader import load_pack
from cases.rules.errors import RuleError
from cases.rules.list_proposals import (
    LEVELS,
    Judged,
    Standing,
    delisting_outcomes,
    heavier,
    lightens,
    listing_outcomes,
    proposal,
    settled,
)
from cases.rules.listing import ListingRule, leaves_window_on, listing_of, next_change_on
from cases.rules.working_days import add_months

RULE = load_pack("samr-2023-38").listing
GATHERING = load_pack("anhui-2023").listing
"""Three risks of any level within two years mean special supervision there."""
ON = date(2026, 11, 21)
levels = st.sampled_from(LEVELS)
days = st.dates(date(2022, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("ruled", "standing", "proposed"),
    [
        pytest.param("none", Standing(), None, id="off the list, and rightly"),
        pytest.param("key", Standing(), "key", id="entry"),
        pytest.param("key", Standing("key", 2026), None, id="on this year's list, and rightly"),
        pytest.param("special", Standing("key", 2026), "special", id="heavier"),
        pytest.param("key", Standing("special", 2026), "key", id="lighter"),
        pytest.param("none", Standing("key", 2026), "none", id="removal"),
        pytest.param("key", Standing("key", 2025), "key", id="last year's, proposed anew"),
        pytest.param("none", Standing("key", 2025), "none", id="last year's, for removal"),
    ],
)
def test_whoever_stands_otherwise_than_the_rule_says_is_proposed(
    ruled: str, standing: Standing, proposed: str | None
) -> None:
    assert proposal(ruled=ruled, standing=standing, year=2026) == proposed


@given(levels, levels, st.sampled_from([2025, 2026]))
def test_following_a_proposal_leaves_nothing_to_propose(ruled: str, level: str, year: int) -> None:
    proposed = proposal(ruled=ruled, standing=Standing(level, year if level != "none" else 0), year=2026)
    after = ruled if proposed is None else proposed
    assert proposal(ruled=ruled, standing=Standing(after, 2026 if after != "none" else 0), year=2026) is None


@given(levels, levels, st.sampled_from([2025, 2026]))
def test_no_listing_is_heavier_than_told_and_none_takes_a_unit_off_this_years_list(
    told: str, level: str, year: int
) -> None:
    standing = Standing(level, year if level != "none" else 0)
    if lightens(told, standing) and year == 2026:
        return  # a removal, not a listing
    outcomes = listing_outcomes(proposed=told, standing=standing, year=2026)
    assert told in outcomes
    assert not any(heavier(outcome, told) for outcome in outcomes)
    if standing.year == 2026:
        assert not any(heavier(standing.level, outcome) for outcome in outcomes)


def test_only_special_supervision_can_go_down_to_key() -> None:
    assert delisting_outcomes(Standing("special", 2026)) == ("out", "down", "stay")
    assert delisting_outcomes(Standing("key", 2026)) == ("out", "stay")


BEFORE = Judged("key", frozenset({1, 2}), "low")


@pytest.mark.parametrize(
    ("now", "same"),
    [
        pytest.param(BEFORE, True, id="the same facts"),
        pytest.param(Judged("key", frozenset({2}), "low"), True, id="one risk has left its window"),
        pytest.param(Judged("key", frozenset({1, 2, 3}), "low"), False, id="a new risk"),
        pytest.param(Judged("special", frozenset({1, 2}), "low"), False, id="another level"),
        pytest.param(Judged("key", frozenset({1, 2}), "elevated"), False, id="another credit risk"),
    ],
)
def test_a_decision_stands_until_something_new_is_held_against_the_unit(now: Judged, same: bool) -> None:
    assert settled(now=now, before=[Judged("none", frozenset(), "low"), BEFORE]) == same


# --- time alone -------------------------------------------------------------------------------------------------------


@given(days, st.integers(1, 30))
def test_a_risk_leaves_its_window_on_the_first_day_that_no_longer_reaches_it(day: date, months: int) -> None:
    leaving = leaves_window_on(day, months)
    assert add_months(leaving, -months) > day
    assert add_months(leaving - timedelta(days=1), -months) <= day


@pytest.mark.parametrize(
    ("day", "months", "leaving"),
    [
        (date(2024, 11, 21), 24, date(2026, 11, 22)),  # L9: exactly 24 months ago still counts
        (date(2026, 2, 28), 1, date(2026, 4, 1)),  # 31 March looks back to 28 February
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
    ],
)
def test_windows_hold_their_first_day(day: date, months: int, leaving: date) -> None:
    assert leaves_window_on(day, months) == leaving


@given(st.sampled_from([RULE, GATHERING]), st.lists(days, max_size=4), st.lists(days, max_size=4), days)
def test_nothing_changes_before_the_day_that_is_foretold(
    rule: ListingRule, major: list[date], larger: list[date], on: date
) -> None:
    def counted(day: date) -> tuple[str, int, int]:
        outcome = listing_of(rule=rule, on=day, major_risks=major, larger_risks=larger, credit_risk="low")
        return outcome.level, outcome.major_count, outcome.larger_count

    following = next_change_on(rule=rule, on=on, major_risks=major, larger_risks=larger)
    last = on + timedelta(days=900) if following is None else following - timedelta(days=1)
    assert on <= last
    assert counted(on) == counted(last) == counted(on + (last - on) // 2)
    if following is not None and rule is RULE:
        assert counted(following)[1:] != counted(on)[1:]


# --- open risks -------------------------------------------------------------------------------------------------------


def test_a_risk_not_put_right_keeps_a_unit_under_key_supervision_however_old() -> None:
    outcome = listing_of(rule=RULE, on=ON, major_risks=[date(2020, 1, 1)], larger_risks=[], credit_risk="low")
    assert outcome.level == "none"
    outcome = listing_of(
        rule=RULE, on=ON, major_risks=[date(2020, 1, 1)], larger_risks=[], credit_risk="low", open_risks=1
    )
    assert outcome.level == "key"
    assert "尚未消除" in outcome.grounds[0].text
    assert "尚未消除" in outcome.grounds[1].text


def test_open_risks_never_add_up_to_special() -> None:
    outcome = listing_of(rule=RULE, on=ON, major_risks=[], larger_risks=[], credit_risk="elevated", open_risks=9)
    assert outcome.level == "key"


def test_a_negative_number_of_open_risks_is_refused() -> None:
    with pytest.raises(RuleError) as refused:
        listing_of(rule=RULE, on=ON, major_risks=[], larger_risks=[], credit_risk="low", open_risks=-1)
    assert refused.value.code == "open_risks"
