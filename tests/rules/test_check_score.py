"""The score of a check of a body: full marks less what is wanting, then what the head adds or takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.body_check import Weights, adjusted, check_score


@given(st.integers(0, 17), st.integers(0, 9), st.integers(1, 100), st.integers(1, 100), st.integers(-100, 100))
def test_a_score_lies_between_none_and_full_marks_and_falls_with_what_is_wanting(done, met, first, second, added):
    weights = Weights(first, second, 100)
    points, grounds = check_score(done, met, weights)
    assert 0 <= points <= 100
    assert check_score(done + 1, met, weights)[0] <= points
    assert 0 <= adjusted(points, added) <= 100
    assert len(grounds) == 2


@pytest.mark.parametrize(("not_done", "not_met", "points"), [(0, 0, 100), (2, 0, 90), (2, 1, 80), (17, 2, 0)])
def test_points_by_the_defaults(not_done, not_met, points):
    assert check_score(not_done, not_met, Weights(5, 10, 10))[0] == points
