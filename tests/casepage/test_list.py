"""The list of cases: every filter, the order, the pages, and the same number of queries for five cases as for forty."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case
from tests.casepage.conftest import C_CLASS
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def more_cases(unit, cast, bodies, number, **fields):
    """Cases without a process, which a list shows like any other."""
    made = []
    for _number in range(number):
        values = {
            "number": f"嘉南湖市监检〔2025〕{Case.objects.count() + 1}号", "enterprise": unit(),
            "body": bodies["330402"], "territorial_body": bodies["330402100"], "planned_on": NOON.date(),
            "status": "planned", "pack": "national-2012@1", "opened_at": NOON, "opened_by": cast.unit_head,
        }  # fmt: skip
        made.append(Case.objects.create(**{**values, **fields}))
    return made


def numbers(client, **query):
    response = client.get(reverse("case_list"), query)
    assert response.status_code == 200
    return [row["case"].number for row in response.context["rows"]]


def test_forty_cases_cost_no_more_queries_than_five(tell, unit, cast, bodies, signed_in):
    for _time in range(2):
        tell("propose_class")
    more_cases(unit, cast, bodies, 3)
    client = signed_in(cast.lead)

    def queries():
        client.get(reverse("case_list"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("case_list"))
        return len(captured)

    few = queries()
    more_cases(unit, cast, bodies, 35)
    assert Case.objects.count() == 40
    assert queries() == few


def test_each_filter_narrows_the_list(tell, cast, bodies, unit, signed_in):
    proposing = tell("propose_class")
    closed = tell()
    listed = tell("draft_order", outcomes=C_CLASS)
    elsewhere = more_cases(unit, cast, bodies, 1, territorial_body=bodies["330402101"], form="special")[0]
    everything = {case.number for case in (proposing, closed, listed, elsewhere)}
    client = signed_in(cast.lead)
    assert set(numbers(client)) == everything
    assert numbers(client, q=listed.enterprise.name) == [listed.number]
    assert numbers(client, q=listed.enterprise.uscc) == [listed.number]
    assert numbers(client, q=listed.number.replace("〔", "[").replace("〕", "]")) == [listed.number]
    assert numbers(client, area="330402101") == [elsewhere.number]
    assert numbers(client, status="over") == [closed.number]
    assert closed.number not in numbers(client, status="open")
    assert numbers(client, status="effective") == []
    assert numbers(client, step="draft_order") == [listed.number]
    assert numbers(client, **{"class": "AA"}) == [closed.number]
    assert set(numbers(client, **{"class": "none"})) == {proposing.number, elsewhere.number}
    assert numbers(client, form="special") == [elsewhere.number]
    day = elsewhere.opened_at.date()
    assert numbers(client, opened_from=day.isoformat()) == [elsewhere.number]
    assert elsewhere.number not in numbers(client, opened_to=(day - timedelta(days=1)).isoformat())
    assert set(numbers(client, mine="on")) == everything - {elsewhere.number}
    assert set(numbers(client, status="overdue")) == {proposing.number, listed.number}


def test_what_the_address_says_wrongly_narrows_nothing(tell, cast, signed_in):
    case = tell("propose_class")
    client = signed_in(cast.lead)
    wrong = {
        "area": "999",
        "status": "x",
        "step": "x",
        "class": "E",
        "opened_from": "gestern",
        "sort": "x",
        "page": "x",
    }
    assert numbers(client, **wrong) == [case.number]


def test_an_area_of_others_is_not_offered(cast, signed_in):
    response = signed_in(cast.lead).get(reverse("case_list"), {"area": "330411"})
    offered = [body.code for body in response.context["form"].fields["area"].queryset]
    assert "330411" not in offered
    assert "330402100" in offered


def test_the_order_follows_the_address(unit, cast, bodies, signed_in):
    first, second = more_cases(unit, cast, bodies, 2)
    Case.objects.filter(pk=second.pk).update(opened_at=NOON + timedelta(days=1))
    client = signed_in(cast.lead)
    assert numbers(client) == [second.number, first.number]
    assert numbers(client, sort="opened") == [first.number, second.number]
    by_name = sorted((first, second), key=lambda case: case.enterprise.name)
    assert numbers(client, sort="name") == [case.number for case in by_name]
    assert numbers(client, sort="-name") == [case.number for case in reversed(by_name)]


def test_the_nearest_deadline_comes_first_and_none_last(tell, unit, cast, bodies, signed_in):
    proposing = tell("propose_class")
    idle = more_cases(unit, cast, bodies, 1)[0]
    assert numbers(signed_in(cast.lead), sort="due") == [proposing.number, idle.number]


def test_chips_take_one_filter_away_each_and_pages_keep_the_rest(unit, cast, bodies, signed_in):
    more_cases(unit, cast, bodies, 30)
    client = signed_in(cast.lead)
    response = client.get(reverse("case_list"), {"status": "open", "area": "330402100", "sort": "name"})
    chips = {chip["label"]: chip for chip in response.context["chips"]}
    assert chips["Region"]["value"] == "凤桥镇"
    assert chips["Region"]["remove_url"] == "?status=open&sort=name"
    html = response.content.decode()
    assert "?status=open&amp;area=330402100&amp;sort=name&amp;page=2" in html
    assert len(numbers(client, page="2")) == 5


def test_an_empty_list_says_why(cast, signed_in):
    client = signed_in(cast.lead)
    assert "No cases yet" in client.get(reverse("case_list")).content.decode()
    assert "No case matches" in client.get(reverse("case_list"), {"q": "x"}).content.decode()


def test_search_finds_names_and_the_beginning_of_a_code(tell, cast, signed_in):
    case = tell("propose_class")
    client = signed_in(cast.lead)
    for text in (case.enterprise.name[2:6], case.enterprise.uscc[:14], case.number[:6]):
        assert case.number in client.get(reverse("search"), {"q": text}).content.decode(), text
    assert "Nothing found" in client.get(reverse("search"), {"q": "没有"}).content.decode()
    assert client.get(reverse("search"), {"q": case.number})["Location"] == reverse("case_detail", args=[case.pk])
