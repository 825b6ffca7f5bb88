"""Two certified officers of 南湖区, the head who makes lists, and a producer that also sells."""

from datetime import date
from types import SimpleNamespace

import pytest

from cases.models import EnforcementCertificate
from tests.factories import make_body_tree, make_enterprise, make_user


def certify(user, number):
    EnforcementCertificate.objects.create(
        user=user, number=number, valid_from=date(2026, 1, 1), valid_to=date(2027, 12, 31), issuer="浙江省"
    )


@pytest.fixture
def place(db):
    bodies = make_body_tree()
    county = bodies["330402"]
    place = SimpleNamespace(
        bodies=bodies,
        officer=make_user("王建国", "inspector", county),
        second=make_user("陈晓", "inspector", county),
        head=make_user("李敏", "unit_head", county),
        stranger=make_user("汤伟", "inspector", bodies["330411"]),
        unit=make_enterprise(name="嘉兴童车有限公司", makes=True, sells_retail=True, territorial_body=county),
    )
    certify(place.officer, "浙001")
    certify(place.second, "浙002")
    certify(place.stranger, "浙003")
    return place
