"""Every human step explains itself, in both languages, with a period that says where it comes from."""

import pytest
from django.utils.translation import override

from workflow.steps import STEPS
from workflow.steps.about import ABOUT, told_of


def test_no_step_is_without_words_and_no_words_are_without_a_step() -> None:
    assert set(ABOUT) == set(STEPS)


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_step_says_what_it_decides_what_follows_what_stays_and_when(step) -> None:
    told = told_of(step)
    parts = [told.about.what, told.about.after, told.about.final]
    if told.rule is None:
        parts.append(told.about.period)
    else:
        assert told.about.period == ""
        assert told.rule.basis
    with override("en"):
        english = [str(part) for part in parts]
    with override("zh-hans"):
        chinese = [str(part) for part in parts]
    assert all(text.endswith(".") and len(text) > 20 for text in english)
    assert all(text.endswith("。") and text.isascii() is False for text in chinese)
    assert 2 <= sum(text.count(". ") + 1 for text in english[:3]) <= 9
