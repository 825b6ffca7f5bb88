"""Who may serve what: letters to enterprises, letters between bodies, role by role."""

import pytest

from notices.guards.documents import may_serve
from notices.models import Document
from tests.factories import acting, make_user
from tests.permissions.test_matrix import ROLES

pytestmark = pytest.mark.django_db

TO_ENTERPRISES = {"inspector", "unit_head", "responsible_officer", "list_admin"}
BETWEEN_BODIES = {"inspector", "unit_head", "overseer"}
OF_THE_PROVINCE = {"province_officer": "330000"}
"""Posts that no city has."""


def servers(letter, bodies, code="330400"):
    """The roles whose holders, each at the city or where its post stands, may serve the letter in person."""
    found = set()
    for role in ROLES:
        user = make_user(f"{letter.kind}_{role}", role, bodies[OF_THE_PROVINCE.get(role, code)])
        conditions = may_serve(letter, acting(user), "direct")
        if next(each for each in conditions if each.code == "permission").ok:
            found.add(role)
    return found


@pytest.mark.parametrize(
    ("kind", "issuer", "place", "allowed"),
    [
        ("interview_notice", "330402", "330402100", TO_ENTERPRISES),
        ("rectification_order", "330402", "330402100", TO_ENTERPRISES),
        ("assistance_advice", "330402", "330402", TO_ENTERPRISES),
        ("reminder_letter", "330400", "330402", BETWEEN_BODIES),
        ("body_rectification", "330400", "330402", BETWEEN_BODIES),
        ("circular", "330400", "330402", BETWEEN_BODIES),
        ("alert_bulletin", "330400", "330402", BETWEEN_BODIES),
    ],
)
def test_letters_to_enterprises_and_between_bodies_are_served_by_different_posts(bodies, kind, issuer, place, allowed):
    letter = Document(kind=kind, body=bodies[issuer], place=bodies[place], state=Document.State.ISSUED)
    assert servers(letter, bodies) == allowed


def test_nobody_serves_the_letter_of_the_body_above_to_their_own(bodies):
    letter = Document(kind="reminder_letter", body=bodies["330400"], place=bodies["330402"], state="issued")
    assert servers(letter, bodies, "330402") - set(OF_THE_PROVINCE) == set()
