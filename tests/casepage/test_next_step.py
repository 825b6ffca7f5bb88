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


def test_beside_the_next_step_a_phone_has_what_takes_the_case_further(tell, cast, signed_in):
    case = tell("report_rectification", outcomes=C_CLASS)
    context, html = seen(signed_in, cast.lead, case)
    assert context["primary"]["title"]
    assert context["second"]["url"] in html.partition('class="action-bar"')[2]


def test_ending_the_case_early_is_never_put_at_the_foot_of_a_phone(tell, cast, signed_in):
    context, _html = seen(signed_in, cast.unit_head, tell("approve_inspection"))
    assert [way.helps for way in context["ways"]] == [False]
    assert context["primary"]
    assert context["second"] is None


def test_the_phone_of_an_inspector_has_a_tab_to_the_nearest_inspection(tell, cast, signed_in):
    case = tell("inspect")
    task = reverse("task", args=[case.work_items.get().pk])
    raised = f'<a href="{task}" class="tab-raised">'
    page = signed_in(cast.lead).get(reverse("case_list")).content.decode()
    assert raised in page
    assert page.partition('class="tabbar"')[2].partition("</nav>")[0].count("<a ") == 5
    assert "tab-raised" not in signed_in(cast.unit_head).get(reverse("case_list")).content.decode()


def test_the_form_of_an_inspection_is_led_through_part_by_part(tell, cast, signed_in):
    case = tell("inspect")
    html = signed_in(cast.lead).get(reverse("task", args=[case.work_items.get().pk])).content.decode()
    linked = html.partition('class="part-list"')[2].partition("</ol>")[0]
    for part in ("visit", "1", "2", "3", "4", "result", "signatures"):
        assert f'href="#part-{part}"' in linked
        assert f'id="part-{part}"' in html
    assert html.count("data-part ") == 7
