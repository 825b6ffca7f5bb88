"""Every stop of every tour leads somebody of that role to a page in the seeded demo."""

import json

import pytest

from tests.engine.houses import House
from workflow.demo.accounts import SHOWN
from workflow.demo.tours import TOURS, roles_with_a_tour

pytestmark = pytest.mark.slow


def test_every_stop_of_every_role_leads_to_a_page(demo: House) -> None:
    told = demo.answer("-m", "tests.demo.walk_tours", DEMO="1")
    walked = json.loads(told.splitlines()[-1])
    assert [(who, url, status) for _role, _code, who, url, status in walked if status != 200] == []
    found = {(role, code) for role, code, *_rest in walked}
    assert [
        (role, stop.code) for role, stops in TOURS.items() for stop in stops if (role, stop.code) not in found
    ] == []


def test_everybody_the_sign_in_page_offers_has_a_tour() -> None:
    assert [account.username for account in SHOWN if not roles_with_a_tour(account.roles)] == []


def test_a_tour_takes_about_ten_minutes_and_names_each_stop_once() -> None:
    for role, stops in TOURS.items():
        assert 8 <= sum(stop.minutes for stop in stops) <= 12, role
        assert len({stop.code for stop in stops}) == len(stops), role
