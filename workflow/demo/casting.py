"""Who plays in a county's stories."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from cases.models import Body, User
from workflow.demo.accounts import ACCOUNTS
from workflow.demo.people import Places
from workflow.demo.story import Cast

MOSTLY: Final = 0.65


def cast_of(places: Places, county: Body, people: Mapping[str, User], random: Random | None = None) -> Cast:
    """The people of one county and above it; `random` chooses which two inspectors go, without it the first two."""
    place = f"county{list(places.counties).index(county) + 1}"
    inspectors = holders(people, "inspector", place)
    pair = _two_of(inspectors, random) if random else inspectors[:2]
    officer = holders(people, "province_officer", "province")[0]
    return Cast(
        lead=pair[0],
        second=pair[1],
        unit_head=holders(people, "unit_head", place)[0],
        grassroots_lead=holders(people, "grassroots_lead", place)[0],
        city_officer=(holders(people, "city_officer", "city") or [officer])[0],
        province_officer=officer,
        list_admin=holders(people, "list_admin", place)[0],
    )


def holders(people: Mapping[str, User], role: str, place: str) -> Sequence[User]:
    """Who holds a role at a place, in the order of the accounts."""
    return [people[each.username] for each in ACCOUNTS if (role, place) in each.posts and each.username in people]


def _two_of(inspectors: Sequence[User], random: Random) -> Sequence[User]:
    """Lead and second; the first of the county leads most often, so that one inbox is full."""
    lead = inspectors[0] if random.random() < MOSTLY else random.choice(inspectors[1:])
    return lead, random.choice([each for each in inspectors if each is not lead])
