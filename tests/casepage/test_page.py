"""The case page: whole without script, in both languages, the same number of queries for one round and for three."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from tests.casepage.conftest import C_CLASS, THREE_ROUNDS
from workflow.views.case_parts import TABS

pytestmark = pytest.mark.django_db


def page_of(client, case, tab=""):
    response = client.get(reverse("case_detail", args=[case.pk]), {"tab": tab} if tab else {})
    assert response.status_code == 200
    return response


def queries_of(client, case, tab):
    page_of(client, case, tab)
    with CaptureQueriesContext(connection) as captured:
        page_of(client, case, tab)
    return len(captured)


def test_three_rounds_cost_no_more_queries_than_one(tell, cast, signed_in):
    once = tell("decide_grassroots")
    thrice = tell("decide_grassroots", visits=3, outcomes=THREE_ROUNDS)
    thrice.refresh_from_db()
    assert thrice.round == 3
    client = signed_in(cast.grassroots_lead)
    for tab in TABS:
        assert queries_of(client, thrice, tab) == queries_of(client, once, tab), tab


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_tab_is_there_without_script(tell, cast, signed_in, language):
    case = tell("return_visit", outcomes={**C_CLASS, "hold_interview": ["no_show"]})
    client = signed_in(cast.lead, language)
    for tab in TABS:
        html = page_of(client, case, tab).content.decode()
        assert case.number in html
        assert all(f"?tab={other}#tabs" in html for other in TABS)
        assert " style=" not in html
        assert "<script>" not in html


def test_an_unknown_tab_shows_the_documents(tell, cast, signed_in):
    response = page_of(signed_in(cast.lead), tell("inspect"), "nonsense")
    assert response.context["tab"] == "documents"


def test_the_failed_items_come_first_with_their_evidence(tell, cast, signed_in):
    case = tell("propose_class", outcomes=C_CLASS)
    page = page_of(signed_in(cast.lead), case, "inspection").context["page"]
    answers = page.rounds[0].answers
    assert [row.item.number for row in answers[:2]] == ["3", "12"]
    assert page.rounds[0].failed == 2
    assert all(row.answer.value == "pass" for row in answers[2:])


@pytest.mark.parametrize(("language", "words"), [("en", "Class AA has the mode"), ("zh-hans", "AA类企业实施")])
def test_grounds_are_told_in_the_readers_language(tell, cast, signed_in, language, words):
    case = tell("countersign")
    html = page_of(signed_in(cast.lead, language), case, "grounds").content.decode()
    assert words in html
    assert "工业企业产品质量分类监管试行办法" in html


def test_every_earlier_opinion_stays_by_round(tell, cast, signed_in):
    case = tell("decide_grassroots", visits=3, outcomes=THREE_ROUNDS)
    rounds = page_of(signed_in(cast.lead), case, "grounds").context["opinion_rounds"]
    assert [entry["round"] for entry in rounds] == [3, 2, 1]
    assert any(row["outcome"] == "Not signed" for row in rounds[-1]["opinions"])
    assert sum(len(entry["opinions"]) for entry in rounds) == case.opinions.count()


def test_the_class_before_and_after_stands_in_the_head(tell, cast, signed_in, unit):
    enterprise = unit()
    tell(enterprise=enterprise)
    second = tell("decide_grassroots", enterprise=enterprise, outcomes={"inspect": ["4,5,6"]}, form="special")
    change = page_of(signed_in(cast.lead), second).context["page"].change
    assert (change.before, change.in_force) == ("AA", False)
    assert change.after == second.proposals.order_by("-attempt").first().proposed_class


def test_the_telephone_is_masked(tell, cast, signed_in):
    html = page_of(signed_in(cast.lead), tell("inspect")).content.decode()
    assert "137****5620" in html
    assert "13712345620" not in html


def test_html_in_a_name_is_text(tell, cast, signed_in, unit):
    enterprise = unit(name="<img src=x onerror=alert(1)>公司")
    case = tell("propose_class", enterprise=enterprise, origin="complaint", origin_note="<b>举报</b>")
    for path in (reverse("case_detail", args=[case.pk]), reverse("case_list"), reverse("search") + "?q=公司"):
        html = signed_in(cast.lead).get(path).content.decode()
        assert "<img src=x" not in html
        assert "<b>举报" not in html
        assert "&lt;img src=x onerror=alert(1)&gt;公司" in html


def test_interviews_orders_and_visits_are_kept_on_the_page(tell, cast, signed_in):
    outcomes = {**C_CLASS, "hold_interview": ["no_show"], "return_visit": ["partly", "partly"]}
    case = tell(outcomes=outcomes)
    page = page_of(signed_in(cast.unit_head), case, "measures").context["page"]
    assert [interview.outcome for interview in page.interviews] == ["held", "no_show"]
    assert [order.visit.result for order in page.orders] == ["fail", "partly"]
    assert page.escalations[0].kind == "listed_oversight"
    assert not page.turns


def test_the_next_steps_words_are_translated_when_shown(tell, cast, signed_in):
    with translation.override("zh-hans"):
        case = tell("decide_grassroots")
    assert "Grassroots opinion" in page_of(signed_in(cast.lead), case).content.decode()
