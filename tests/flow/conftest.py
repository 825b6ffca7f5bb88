"""A county with everybody the main process needs."""

from datetime import date, datetime

import pytest

from cases.acting import LEGAL_ZONE
from cases.models import EnforcementCertificate, Product, User
from tests.factories import make_body_tree, make_enterprise, make_user
from workflow.demo.clock import StoryClock
from workflow.demo.story import Cast, Story


def certify(user: User, number: str) -> None:
    EnforcementCertificate.objects.create(
        user=user, number=number, valid_from=date(2024, 1, 1), valid_to=date(2029, 12, 31), issuer="浙江省人民政府"
    )


@pytest.fixture
def bodies(db):
    return make_body_tree()


@pytest.fixture
def cast(bodies):
    county, city, province = bodies["330402"], bodies["330400"], bodies["330000"]
    lead = make_user("王建国", "inspector", county)
    second = make_user("陈晓", "inspector", county)
    certify(lead, "浙嘉330402001")
    certify(second, "浙嘉330402002")
    return Cast(
        lead=lead,
        second=second,
        unit_head=make_user("李敏", "unit_head", county),
        grassroots_lead=make_user("周国强", "grassroots_lead", county),
        city_officer=make_user("吴芳", "city_officer", city),
        province_officer=make_user("郑海", "province_officer", province),
        list_admin=make_user("孙悦", "list_admin", county),
    )


@pytest.fixture
def enterprise(bodies):
    enterprise = make_enterprise(
        territorial_body=bodies["330402100"],
        legal_representative="沈国良",
        address="浙江省嘉兴市南湖区凤桥镇工业园区联创路18号",
        product_category="童车",
    )
    Product.objects.create(enterprise=enterprise, name="婴儿学步车", risk_level="II")
    return enterprise


@pytest.fixture
def clock():
    return StoryClock(date(2026, 3, 2), datetime(2026, 12, 31, 18, tzinfo=LEGAL_ZONE))


@pytest.fixture
def story(enterprise, cast, clock):
    def tell(**changes):
        return Story(enterprise=enterprise, cast=cast, clock=clock, **changes)

    return tell
