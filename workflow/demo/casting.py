"""Who plays in a county's stories."""

from collections.abc import Mapping, Sequence
from random import Random

from cases.models import Body, User
from workflow.demo.accounts import ACCOUNTS
from workflow.demo.people import Places
from workflow.demo.story import Cast


def cast_of(places: Places, county: Body, people: Mapping[str, User], random: Random | None = None) -> Cast:
    """The people of one county and those above it; `random` chooses which two inspectors go, without it the first."""
    place = f"county{list(places.counties).index(county) + 1}"
    inspectors = holders(people, "inspector", place)
    pair = random.sample(inspectors, 2) if random else inspectors[:2]
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
