"""The guided tour: only in the demo, from the list to the end, and out of the way otherwise."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from cases.acting import Acting
from cases.models import Body, User
from tests.factories import make_user
from workflow.demo.tour_places import Sight
from workflow.demo.tours import TOURS
from workflow.views.tour_strip import RUNNING

OFFER = "New here?"


@pytest.fixture
def at_work(client: Client, inspector: User, settings: Settings) -> Client:
    settings.DEMO = True
    client.force_login(inspector)
    client.cookies["django_language"] = "en"
    inspector.language = "en"
    inspector.save()
    return client


def page_of(client: Client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_outside_the_demo_there_is_no_tour(at_work: Client, settings: Settings) -> None:
    settings.DEMO = False
    assert at_work.get("/tour/").status_code == 404
    assert at_work.post("/tour/start/", {"role": "inspector"}).status_code == 404
    assert at_work.post("/tour/go/", {"place": "0"}).status_code == 404
    assert at_work.post("/tour/end/").status_code == 404
    assert OFFER not in page_of(at_work, "/tasks/")


def test_a_running_tour_stays_away_from_a_system_in_earnest(at_work: Client, settings: Settings) -> None:
    at_work.post("/tour/start/", {"role": "inspector"})
    settings.DEMO = False
    assert "Next stop" not in page_of(at_work, "/tasks/")


def test_the_first_page_offers_it_until_it_is_declined(at_work: Client) -> None:
    assert OFFER in page_of(at_work, "/tasks/")
    assert OFFER not in page_of(at_work, "/settings/")
    assert at_work.post("/tour/end/", follow=True).status_code == 200
    assert OFFER not in page_of(at_work, "/tasks/")


def test_stops_without_an_object_are_left_out(at_work: Client) -> None:
    page = page_of(at_work, "/tour/")
    assert "Units you answer for" in page
    assert "Write a letter" not in page


def test_it_leads_from_stop_to_stop_and_ends(at_work: Client) -> None:
    answer = at_work.post("/tour/start/", {"role": "inspector"}, follow=True)
    first = answer.content.decode()
    assert answer.request["PATH_INFO"] == "/tasks/"
    total = len(at_work.session[RUNNING]["stops"])
    assert f"Tour 1/{total}" in first
    assert "Previous stop" not in first
    assert OFFER not in first

    last = at_work.post("/tour/go/", {"place": str(total - 1)}, follow=True).content.decode()
    assert f"Tour {total}/{total}" in last
    assert "Next stop" not in last
    assert "To this stop" in page_of(at_work, "/settings/")

    assert page_of(at_work, "/tour/").count("Visited") == 2
    ended = at_work.post("/tour/end/", follow=True).content.decode()
    assert "The tour is over" in ended
    assert "Next stop" not in page_of(at_work, "/tasks/")
    assert RUNNING not in at_work.session


@pytest.mark.parametrize("place", ["", "-1", "99", "x", "²"])
def test_a_stop_that_is_none_leads_to_the_list(at_work: Client, place: str) -> None:
    at_work.post("/tour/start/", {"role": "inspector"})
    assert at_work.post("/tour/go/", {"place": place})["Location"] == "/tour/"


def test_going_on_without_a_tour_leads_to_the_list(at_work: Client) -> None:
    assert at_work.post("/tour/go/", {"place": "0"})["Location"] == "/tour/"


def test_nobody_takes_the_tour_of_a_post_they_do_not_hold(at_work: Client) -> None:
    assert at_work.post("/tour/start/", {"role": "unit_head"}).status_code == 404


def test_somebody_with_several_posts_has_a_tour_for_each(
    at_work: Client, inspector: User, bodies: dict[str, Body]
) -> None:
    both = make_user("both", "overseer", bodies["330402"])
    at_work.force_login(both)
    page = page_of(at_work, "/tour/")
    assert page.count('name="role"') == 1
    assert 'value="overseer"' in page


def test_the_strip_costs_no_query(at_work: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    at_work.post("/tour/end/")
    page_of(at_work, "/settings/")
    with django_assert_max_num_queries(60) as before:
        page_of(at_work, "/settings/")
    number = len(before)
    at_work.post("/tour/start/", {"role": "inspector"})
    page_of(at_work, "/settings/")
    with django_assert_max_num_queries(number):
        page_of(at_work, "/settings/")


def test_all_stops_of_a_person_are_found_with_few_queries(
    inspector: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sight = Sight(Acting(inspector, timezone.now()))
    with django_assert_max_num_queries(40):
        for stops in TOURS.values():
            for stop in stops:
                stop.place(sight)
