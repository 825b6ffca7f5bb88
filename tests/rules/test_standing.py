"""Where the events leave a unit, whatever order they come in (domain 3.7)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.packs.loader import load_pack
from cases.rules.adjust import held_class
from cases.rules.errors import RuleError
from cases.rules.standing import REPEATED, DemotingEvent, Standing, standing_of

RULE = load_pack("national-2012").adjustment
ORDER = RULE.order
FIRST_DAY = date(2020, 1, 1)


def event(pk: int, trigger: str, day: date, *, found: int = 0, title: str = "") -> DemotingEvent:
    return DemotingEvent(pk, trigger, day, day + timedelta(days=found), title or f"事件{pk}")


def fold(base: str, events: list[DemotingEvent], failures: list[date] | None = None, rule=RULE) -> Standing:
    return standing_of(rule=rule, base=base, events=events, province_failures=failures or [])


def rank(standing: Standing) -> tuple[int, bool]:
    return ORDER.index(standing.quality_class), standing.intensified


classes = st.sampled_from(ORDER)
events = st.lists(
    st.builds(
        event,
        st.integers(1, 10_000),
        st.sampled_from(sorted(RULE.triggers)),
        st.integers(0, 2000).map(lambda days: FIRST_DAY + timedelta(days=days)),
        found=st.integers(0, 2000),
    ),
    max_size=6,
    unique_by=lambda each: each.pk,
)


@st.composite
def units(draw) -> tuple[str, list[DemotingEvent], list[date]]:
    """A base class, its events, and the days of those that are failed samplings by a province."""
    drawn = draw(events)
    failed = [each.occurred_on for each in drawn if each.trigger == REPEATED and draw(st.booleans())]
    older = draw(st.lists(st.integers(-1500, 0).map(lambda days: FIRST_DAY + timedelta(days=days)), max_size=2))
    return draw(classes), drawn, sorted([*failed, *older])


@given(units(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(unit, random) -> None:
    base, drawn, failures = unit
    shuffled, days = list(drawn), list(failures)
    random.shuffle(shuffled)
    random.shuffle(days)
    assert fold(base, shuffled, days) == fold(base, drawn, failures)


@given(units(), st.sampled_from(sorted(RULE.triggers)), st.integers(0, 2000))
def test_one_event_more_never_betters(unit, trigger, days) -> None:
    base, drawn, failures = unit
    more = event(10_001, trigger, FIRST_DAY + timedelta(days=days))
    assert rank(fold(base, [*drawn, more], failures)) >= rank(fold(base, drawn, failures))


@given(units())
def test_refuting_an_event_is_the_fold_without_it(unit) -> None:
    base, drawn, failures = unit
    for each in drawn:
        rest = [other for other in drawn if other.pk != each.pk]
        stays = [*failures]
        if each.trigger == REPEATED and each.occurred_on in stays:
            stays.remove(each.occurred_on)
        assert rank(fold(base, rest, stays)) <= rank(fold(base, drawn, failures))


@given(units())
def test_no_standing_is_better_than_its_base_and_every_event_is_named(unit) -> None:
    base, drawn, failures = unit
    standing = fold(base, drawn, failures)
    assert ORDER.index(standing.quality_class) >= min(ORDER.index(base) + len(drawn), 3)
    assert {each.pk for each in standing.events} == {each.pk for each in drawn}
    text = "".join(ground.text for ground in standing.grounds)
    assert all(each.title in text for each in drawn)
    assert all(ground.clause for ground in standing.grounds)


DAY = date(2026, 6, 1)
THREE_YEARS_AND_A_DAY = [date(2023, 5, 31), DAY]
TWO_IN_THREE_YEARS = [date(2024, 5, 31), DAY]


@pytest.mark.parametrize(
    ("base", "trigger", "failures", "expected"),
    [
        pytest.param("AA", "sampling_failed", [], ("A", False), id="R7"),
        pytest.param("AA", "sampling_failed", TWO_IN_THREE_YEARS, ("C", False), id="R8"),
        pytest.param("A", "penalty", [], ("C", False), id="R9"),
        pytest.param("B", "hidden_danger", [], ("C", False), id="R10"),
        pytest.param("C", "sampling_failed", [], ("C", True), id="R11"),
        pytest.param("B", "sampling_failed", THREE_YEARS_AND_A_DAY, ("C", False), id="R14"),
        pytest.param("A", "sampling_failed", THREE_YEARS_AND_A_DAY, ("B", False), id="R15"),
        pytest.param("AA", "sampling_refused", [], ("C", False), id="refusal is a case of art. 11"),
    ],
)
def test_one_event_is_the_vector(base, trigger, failures, expected) -> None:
    standing = fold(base, [event(1, trigger, DAY)], failures)
    assert (standing.quality_class, standing.intensified) == expected


def test_r12_a_province_may_keep_a_penalty_at_one_step() -> None:
    one_step = replace(RULE, demotion_policy="one_step")
    assert fold("AA", [event(1, "penalty", DAY)], rule=one_step).quality_class == "A"


def test_events_add_up_in_the_order_in_which_they_happened() -> None:
    standing = fold("AA", [event(2, "hidden_danger", DAY), event(1, "other", DAY - timedelta(days=5))])
    assert standing.quality_class == "B"
    assert [each.pk for each in standing.events] == [1, 2]


def test_a_penalty_that_came_to_light_after_the_window_demotes_one_step_only() -> None:
    late = event(1, "penalty", date(2020, 1, 1), found=365 * 3 + 2)
    assert fold("AA", [late]).quality_class == "A"
    assert fold("AA", [late], rule=replace(RULE, other_window_years=None)).quality_class == "C"
    assert fold("AA", [event(1, "penalty", date(2020, 1, 1), found=365 * 3)]).quality_class == "C"


@pytest.mark.parametrize(
    ("base", "trigger", "wanted"),
    [("AA", "hidden_danger", True), ("AA", "other", True), ("AA", "sampling_failed", False), ("B", "other", False)],
)
def test_an_inspection_says_how_far_down_except_at_the_floor(base, trigger, wanted) -> None:
    assert fold(base, [event(1, trigger, DAY)]).inspect is wanted


def test_without_events_the_base_stands() -> None:
    standing = fold("B", [])
    assert (standing.quality_class, standing.intensified, standing.inspect, standing.events) == ("B", False, False, ())


@pytest.mark.parametrize("because", ["between_reviews", "pending_demotion", "event"])
@given(previous=classes, result=classes)
def test_outside_the_review_a_check_only_lowers(because, previous, result) -> None:
    outcome = held_class(rule=RULE, previous=previous, result=result, because=because)
    assert outcome.quality_class == max(previous, result, key=ORDER.index)
    assert outcome.grounds


def test_an_unknown_class_is_refused() -> None:
    with pytest.raises(RuleError):
        held_class(rule=RULE, previous="D", result="A", because="event")
    with pytest.raises(RuleError):
        fold("D", [event(1, "penalty", DAY)])
    with pytest.raises(RuleError):
        fold("A", [event(1, "rumour", DAY)])
