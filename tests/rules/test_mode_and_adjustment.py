"""Modes of supervision and how classes move (domain 3.6, 3.7)."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.packs.loader import load_pack
from cases.rules.adjust import demoted_class, failures_within, reviewed_class
from cases.rules.errors import RuleError
from cases.rules.mode import mode_of

NATIONAL = load_pack("national-2012")
RULE = NATIONAL.adjustment
ORDER = ("AA", "A", "B", "C")
LADDER = ("credit", "responsibility", "routine", "tightened")

MODES = {
    "national-2012": {
        "AA": {"III": "credit", "II": "credit", "I": "responsibility"},
        "A": {"III": "responsibility", "II": "responsibility", "I": "routine"},
        "B": {"III": "routine", "II": "routine", "I": "tightened"},
        "C": {"III": "tightened", "II": "tightened", "I": "tightened"},
    },
    "jiaxing-2020": {
        "AA": {"III": "credit", "II": "credit", "I": "tightened"},
        "A": {"III": "responsibility", "II": "responsibility", "I": "tightened"},
        "B": {"III": "routine", "II": "routine", "I": "tightened"},
        "C": {"III": "tightened", "II": "tightened", "I": "tightened"},
    },
    "zhejiang-2022": {
        "high": {"1": "tightened", "2": "tightened", "3": "daily"},
        "low": {"1": "daily", "2": "daily", "3": "credit"},
    },
}
CELLS = [
    (pack, name, level, mode)
    for pack, rows in MODES.items()
    for name, row in rows.items()
    for level, mode in row.items()
]
classes = st.sampled_from(ORDER)


@pytest.mark.parametrize(("pack", "name", "level", "mode"), CELLS)
def test_every_cell_of_the_mode_tables(pack: str, name: str, level: str, mode: str) -> None:
    outcome = mode_of(table=load_pack(pack).modes, quality_class=name, product_levels=[level])
    assert outcome.mode == mode
    assert outcome.intensified is ((pack, name, level) == ("national-2012", "C", "I"))
    assert outcome.grounds


@pytest.mark.parametrize(("levels", "counted"), [(["I", "III"], "I"), (["III", "II", "III"], "II"), (["III"], "III")])
def test_the_highest_risk_among_the_products_counts(levels: list[str], counted: str) -> None:
    outcome = mode_of(table=NATIONAL.modes, quality_class="AA", product_levels=levels)
    assert outcome.product_level == counted
    assert outcome.discretionary is (counted != "I")


@given(classes, st.lists(st.sampled_from(["I", "II", "III"]), min_size=1), st.sampled_from(["I", "II", "III"]))
def test_a_worse_class_or_riskier_product_never_softens_the_mode(name: str, levels: list[str], more: str) -> None:
    def rank(quality_class: str, products: list[str]) -> int:
        found = mode_of(table=NATIONAL.modes, quality_class=quality_class, product_levels=products)
        return LADDER.index(found.mode)

    worse = ORDER[min(ORDER.index(name) + 1, 3)]
    assert rank(name, [*levels, more]) >= rank(name, levels)
    assert rank(worse, levels) >= rank(name, levels)


@pytest.mark.parametrize(
    ("name", "levels", "code"),
    [("D", ["I"], "quality_class"), ("AA", [], "product_level"), ("AA", ["IV"], "product_level")],
)
def test_unknown_classes_and_levels_are_refused(name: str, levels: list[str], code: str) -> None:
    with pytest.raises(RuleError) as refused:
        mode_of(table=NATIONAL.modes, quality_class=name, product_levels=levels)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("previous", "result", "new"),
    [
        pytest.param("C", "AA", "B", id="R1"),
        pytest.param("C", "A", "B", id="R2"),
        pytest.param("B", "AA", "A", id="R3"),
        pytest.param("A", "AA", "AA", id="R4"),
        pytest.param("AA", "B", "B", id="R5"),
        pytest.param("AA", "C", "C", id="R6"),
        pytest.param(None, "AA", "AA", id="R13"),
        pytest.param("B", "B", "B", id="unchanged"),
    ],
)
def test_the_yearly_review_moves_up_one_step_and_down_all_the_way(previous: str | None, result: str, new: str) -> None:
    outcome = reviewed_class(rule=RULE, previous=previous, result=result)
    assert (outcome.quality_class, outcome.intensified) == (new, False)
    assert outcome.grounds


R14_FAILURES = [date(2023, 5, 31), date(2026, 6, 1)]


@pytest.mark.parametrize(
    ("previous", "trigger", "failures", "new", "intensified"),
    [
        pytest.param("AA", "sampling_failed", 0, "A", False, id="R7"),
        pytest.param("AA", "sampling_failed", 2, "C", False, id="R8"),
        pytest.param("A", "penalty", 0, "C", False, id="R9"),
        pytest.param("B", "hidden_danger", 0, "C", False, id="R10"),
        pytest.param("C", "sampling_failed", 1, "C", True, id="R11"),
        pytest.param(
            "B", "sampling_failed", failures_within(R14_FAILURES, on=R14_FAILURES[-1], years=3), "C", False, id="R14"
        ),
        pytest.param(
            "A", "sampling_failed", failures_within(R14_FAILURES, on=R14_FAILURES[-1], years=3), "B", False, id="R15"
        ),
        pytest.param("AA", "exposure", 0, "C", False, id="exposure"),
        pytest.param("AA", "other", 0, "A", False, id="other"),
    ],
)
def test_events_demote(previous: str, trigger: str, failures: int, new: str, intensified: bool) -> None:
    outcome = demoted_class(rule=RULE, previous=previous, trigger=trigger, province_failures=failures)
    assert (outcome.quality_class, outcome.intensified) == (new, intensified)


def test_r12_a_province_may_keep_penalties_at_one_step() -> None:
    rule = replace(RULE, demotion_policy="one_step")
    assert demoted_class(rule=rule, previous="AA", trigger="penalty").quality_class == "A"


@pytest.mark.parametrize(("inspected", "new"), [("C", "C"), ("AA", "A"), ("A", "A")])
def test_an_inspection_after_an_event_can_only_lower_further(inspected: str, new: str) -> None:
    outcome = demoted_class(rule=RULE, previous="AA", trigger="hidden_danger", inspected=inspected)
    assert outcome.quality_class == new


@given(st.one_of(st.none(), classes), classes)
def test_no_review_skips_upwards_or_passes_the_result(previous: str | None, result: str) -> None:
    new = reviewed_class(rule=RULE, previous=previous, result=result).quality_class
    assert ORDER.index(new) >= ORDER.index(result)
    if previous is not None:
        assert ORDER.index(new) >= ORDER.index(previous) - 1


@given(classes, st.sampled_from(sorted(RULE.triggers)), st.integers(0, 5))
def test_every_event_lowers_the_class_or_finds_it_at_the_floor(previous: str, trigger: str, failures: int) -> None:
    outcome = demoted_class(rule=RULE, previous=previous, trigger=trigger, province_failures=failures)
    lowered = ORDER.index(outcome.quality_class) > ORDER.index(previous)
    assert lowered is not outcome.intensified
    assert outcome.intensified is (previous == "C")


@pytest.mark.parametrize(
    ("previous", "trigger", "failures", "code"),
    [
        (None, "penalty", 0, "no_previous_class"),
        ("D", "penalty", 0, "quality_class"),
        ("A", "rumour", 0, "trigger"),
        ("A", "sampling_failed", -1, "province_failures"),
        ("A", "sampling_failed", True, "province_failures"),
    ],
)
def test_events_that_cannot_be_judged_are_refused(previous: str | None, trigger: str, failures: int, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        demoted_class(rule=RULE, previous=previous, trigger=trigger, province_failures=failures)
    assert refused.value.code == code


def test_a_review_with_an_unknown_result_is_refused() -> None:
    with pytest.raises(RuleError):
        reviewed_class(rule=RULE, previous="A", result="D")


@pytest.mark.parametrize(
    ("day", "years", "counted"),
    [
        (date(2023, 6, 1), 3, 1),
        (date(2023, 5, 31), 3, 0),
        (date(2026, 6, 2), 3, 0),
        (date(2001, 1, 1), None, 1),
    ],
)
def test_failures_count_within_the_window_including_both_ends(day: date, years: int | None, counted: int) -> None:
    assert failures_within([day], on=date(2026, 6, 1), years=years) == counted
