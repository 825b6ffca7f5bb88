"""The clock takes away what an ended post gave, without anybody pressing anything."""

from datetime import date

import pytest
from django.core.management import call_command

from cases.models import User
from cases.selectors.scope import holds
from tests.factories import make_body_tree, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_engine_closes_what_an_ended_post_opened():
    bodies = make_body_tree()
    user = make_user("期满", "inspector", bodies["330402"])
    assert holds(user, "view_case")
    user.posts.update(ends_on=date(2026, 2, 1), granted=True)
    call_command("engine", once=True)
    assert not holds(User.objects.get(pk=user.pk), "view_case")
