"""Whose turn it is, and what the page says of a step that cannot be done yet."""

import pytest
from django.urls import reverse

from cases.models import Substitution
from tests.casepage.conftest import C_CLASS

pytestmark = pytest.mark.django_db


def seen(signed_in, user, case):
    response = signed_in(user).get(reverse("case_detail", args=[case.pk]))
    return response.context, response.content.decode()


def test_ones_own_step_has_a_button_to_its_page(tell, cast, signed_in):
    case = tell("propose_class")
    context, html = seen(signed_in, cast.lead, case)
    part = context["turns"][0]
    assert part["turn"].taken
    assert part["ready"]
    assert reverse("task", args=[part["pk"]]) in html
    assert "has-action-bar" in html


def test_another_persons_step_says_whose_it_is_and_has_no_button(tell, cast, signed_in):
    case = tell("propose_class")
    context, html = seen(signed_in, cast.second, case)
    part = context["turns"][0]
    assert not part["turn"].yours
    assert "In the hands of 王建国" in html
    assert reverse("task", args=[part["pk"]]) not in html
    assert "has-action-bar" not in html


def test_a_waiting_step_names_body_and_roles(tell, cast, signed_in):
    case = tell("decide_grassroots")
    context, html = seen(signed_in, cast.lead, case)
    assert not context["turns"][0]["turn"].yours
    assert "Waiting at 南湖区市场监督管理局" in html
    assert "Head of the grassroots body" in html


def test_who_holds_the_post_may_take_a_waiting_step(tell, cast, signed_in):
    context, _html = seen(signed_in, cast.grassroots_lead, tell("decide_grassroots"))
    assert context["turns"][0]["ready"]
    assert not context["turns"][0]["turn"].taken


def test_a_blocked_step_lists_what_fails_and_where_to_mend_it(tell, cast, signed_in):
    case = tell("propose_class")
    cast.lead.certificates.update(valid_to="2025-01-01")
    context, html = seen(signed_in, cast.lead, case)
    part = context["turns"][0]
    assert not part["ready"]
    assert [condition.code for condition in part["conditions"] if not condition.ok] == ["certificate"]
    assert f'aria-describedby="conditions-{part["pk"]}"' in html
    assert f'id="conditions-{part["pk"]}"' in html
    assert f'href="{reverse("people")}"' in html
    assert f'href="{reverse("task", args=[part["pk"]])}"' not in html


def test_a_substitute_is_shown_the_absent_colleagues_step(tell, cast, signed_in, monkeypatch):
    case = tell("propose_class")
    Substitution.objects.create(
        absent=cast.lead, substitute=cast.second, starts_on="2020-01-01", ends_on="2099-01-01", reason="出差",
        arranged_by=cast.unit_head,
    )  # fmt: skip
    context, _html = seen(signed_in, cast.second, case)
    assert context["turns"][0]["turn"].taken


def test_parallel_steps_stand_beside_each_other_ones_own_first(tell, cast, signed_in):
    case = tell("propose_class", outcomes={"inspect": ["4+violation"]})
    if not case.work_items.filter(step="refer_penalty").exists():
        case = tell("refer_penalty", outcomes={"inspect": ["4+violation"]})
    context, _html = seen(signed_in, cast.lead, case)
    assert {part["turn"].item.step for part in context["turns"]} == {"propose_class", "refer_penalty"}


def test_a_closed_case_waits_for_nobody(tell, cast, signed_in):
    case = tell(outcomes=C_CLASS)
    context, html = seen(signed_in, cast.lead, case)
    assert context["turns"] == []
    assert context["clock"] is None
    assert "Closed and archived" in html
