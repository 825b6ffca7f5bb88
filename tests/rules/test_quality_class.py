"""Classes from the answered form (domain 3.2–3.5)."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.packs.loader import load_pack
from cases.rules.errors import RuleError
from cases.rules.quality_class import ClassOutcome, ClassRule, Item, class_of

RULE = load_pack("national-2012").classes
STARRED = ["1", "2", "12", "14", "15", "16", "17"]
NUMBERS = [str(number) for number in range(1, 20)]

VECTORS = {
    "K01": ([], "AA"),
    "K02": ([18], "A"),
    "K03": ([19], "A"),
    "K04": ([3], "A"),
    "K05": ([3, 4], "B"),
    "K06": ([18, 19], "B"),
    "K07": ([13, 18, 19], "B"),
    "K08": ([3, 4, 5, 6], "B"),
    "K09": ([3, 4, 5, 6, 7], "B"),
    "K10": ([3, 4, 5, 6, 7, 8], "B"),
    "K11": ([3, 4, 5, 6, 7, 8, 9], "B"),
    "K12": ([3, 4, 5, 6, 7, 8, 9, 10], "C"),
    "K13": ([3, 4, 5, 6, 7, 8, 9, 10, 11], "C"),
    "K14": ([3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 18, 19], "C"),
    "K15": ([1], "C"),
    "K16": ([2], "C"),
    "K17": ([12], "C"),
    "K18": ([14], "C"),
    "K19": ([15], "C"),
    "K20": ([16], "C"),
    "K21": ([17], "C"),
    "K22": ([14, 16], "C"),
    "K23": ([1, 3, 4], "C"),
    "K24": ([17, 3, 4, 5, 6, 7, 8, 9], "C"),
    "K25": (list(range(1, 20)), "C"),
}
OTHER_TOTALS = """
K26 20 0 AA
K27 20 1 A
K28 20 2 A
K29 20 3 B
K30 20 8 B
K31 20 9 C
K32 30 3 A
K33 30 4 B
K34 30 12 B
K35 30 13 C
K36 10 1 A
K37 10 2 B
K38 10 4 B
K39 10 5 C
K40 15 6 B
K41 15 7 C
K42 18 1 A
K43 18 2 B
""".strip().splitlines()


def form(total: int, **changes: Any) -> ClassRule:
    items = tuple(
        Item(str(number), f"第{number}项", False, "finding", "", "", "", "试用表") for number in range(1, total + 1)
    )
    return replace(RULE, items=items, **changes)


def judged(rule: ClassRule, failed: list[int] | set[str]) -> ClassOutcome:
    wrong = {str(number) for number in failed}
    return class_of(rule=rule, answers={item.number: "fail" if item.number in wrong else "pass" for item in rule.items})


@pytest.mark.parametrize("name", VECTORS)
def test_every_vector_of_the_national_form(name: str) -> None:
    failed, expected = VECTORS[name]
    outcome = judged(RULE, failed)
    assert outcome.quality_class == expected
    assert (outcome.passes, outcome.total) == (19 - len(failed), 19)
    assert outcome.failed == tuple(str(number) for number in sorted(failed))
    assert outcome.directional_failed == tuple(number for number in STARRED if int(number) in failed)
    assert outcome.grounds


@pytest.mark.parametrize("vector", OTHER_TOTALS, ids=lambda vector: vector.split()[0])
def test_every_vector_with_another_number_of_items(vector: str) -> None:
    _, total, failed, expected = vector.split()
    assert judged(form(int(total)), list(range(1, int(failed) + 1))).quality_class == expected


@pytest.mark.parametrize(("total", "failed", "expected"), [(20, 2, "B"), (20, 8, "C"), (20, 1, "A"), (19, 1, "A")])
def test_ties_can_go_to_the_worse_class(total: int, failed: int, expected: str) -> None:
    assert judged(form(total, tie_rule="worse"), list(range(1, failed + 1))).quality_class == expected


@pytest.mark.parametrize(("item", "expected"), [("2", "AA"), ("11", "AA"), ("17", "AA"), ("13", "A")])
def test_an_item_that_is_not_applicable_counts_as_the_form_says(item: str, expected: str) -> None:
    outcome = class_of(rule=RULE, answers={number: "na" if number == item else "pass" for number in NUMBERS})
    assert outcome.quality_class == expected
    assert outcome.total == 19
    assert f"第{item}项不适用" in outcome.grounds[0].text


def test_not_applicable_items_can_be_left_out_of_the_total() -> None:
    rule = replace(RULE, na_policy="exclude")
    answers = {number: "na" if number in ("2", "11", "13", "17") else "pass" for number in NUMBERS}
    outcome = class_of(rule=rule, answers=answers)
    assert (outcome.quality_class, outcome.total, outcome.failed) == ("AA", 15, ())


def test_a_form_with_nothing_applicable_cannot_be_judged() -> None:
    items = (Item("1", "第1项", False, "finding", "pass", "无", "", "试用表"),)
    with pytest.raises(RuleError) as refused:
        class_of(rule=replace(RULE, items=items, na_policy="exclude"), answers={"1": "na"})
    assert refused.value.code == "nothing_to_judge"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"7": None}, "unanswered"),
        ({"20": "pass"}, "unknown_item"),
        ({"7": "both"}, "answer"),
        ({"7": ["pass", "fail"]}, "answer"),
        ({"7": True}, "answer"),
        ({"7": "na"}, "not_applicable"),
    ],
)
def test_a_form_not_answered_once_per_item_has_no_class(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleError) as refused:
        class_of(rule=RULE, answers={**dict.fromkeys(NUMBERS, "pass"), **changes})
    assert refused.value.code == code
    assert refused.value.details["items"] == list(changes)


def test_an_item_left_out_is_named() -> None:
    with pytest.raises(RuleError, match="Not answered: item 5, 19"):
        class_of(rule=RULE, answers={number: "pass" for number in NUMBERS if number not in ("5", "19")})


@given(st.sets(st.sampled_from(NUMBERS)), st.sampled_from(NUMBERS))
def test_one_more_failure_never_betters_the_class(failed: set[str], more: str) -> None:
    order = ("AA", "A", "B", "C")
    before, after = judged(RULE, failed), judged(RULE, failed | {more})
    assert order.index(after.quality_class) >= order.index(before.quality_class)


@given(st.sets(st.sampled_from(NUMBERS)))
def test_every_complete_form_has_a_class_and_starred_failures_make_it_c(failed: set[str]) -> None:
    outcome = judged(RULE, failed)
    unstarred = len(failed)
    expected = (
        "C" if unstarred >= 8 or failed & set(STARRED) else "AA" if not failed else "A" if unstarred == 1 else "B"
    )
    assert outcome.quality_class == expected
