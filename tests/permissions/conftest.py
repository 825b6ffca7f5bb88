"""The tree of bodies."""

import pytest

from tests.factories import make_body_tree


@pytest.fixture
def bodies(db):
    return make_body_tree()
