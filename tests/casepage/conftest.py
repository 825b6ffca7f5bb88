"""Cases at every step of the process, told by stories, and the people who look at them."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client

from cases.acting import LEGAL_ZONE
from cases.models import Body, Case, EnforcementCertificate, Enterprise, Product, User
from tests.factories import make_body_tree, make_enterprise, make_user
from workflow.demo.clock import StoryClock
from workflow.demo.story import Cast, Story

Tell = Callable[..., Case]
C_CLASS = {"inspect": ["3,12"]}
THREE_ROUNDS = {
    "inspect": ["4", "4,5", "12"],
    "countersign": ["reject"],
    "decide_grassroots": ["return_to_inspection", "return_to_inspection"],
}


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = "tests.casepage.urls"


@pytest.fixture
def bodies(db) -> dict[str, Body]:
    return make_body_tree()


def _inspector(name: str, number: str, body: Body) -> User:
    user = make_user(name, "inspector", body)
    EnforcementCertificate.objects.create(
        user=user, number=number, valid_from=date(2024, 1, 1), valid_to=date(2029, 12, 31), issuer="浙江省人民政府"
    )
    return user


@pytest.fixture
def cast(bodies) -> Cast:
    county = bodies["330402"]
    return Cast(
        lead=_inspector("王建国", "浙嘉330402001", county),
        second=_inspector("陈晓", "浙嘉330402002", county),
        unit_head=make_user("李敏", "unit_head", county),
        grassroots_lead=make_user("周国强", "grassroots_lead", county),
        city_officer=make_user("吴芳", "city_officer", bodies["330400"]),
        province_officer=make_user("郑海", "province_officer", bodies["330000"]),
        list_admin=make_user("孙悦", "list_admin", county),
    )


@pytest.fixture
def unit(bodies) -> Callable[..., Enterprise]:
    def make(**fields) -> Enterprise:
        enterprise = make_enterprise(
            territorial_body=bodies["330402100"], legal_representative="沈国良", phone="13712345620", **fields
        )
        Product.objects.create(enterprise=enterprise, name="婴儿学步车", risk_level="II")
        return enterprise

    return make


@pytest.fixture
def tell(cast, unit) -> Tell:
    """A case of a new enterprise, brought up to the step `until` (to its end where none is named).

    `visits`: stop when the case comes to that step for this time.
    """

    def told(until: str = "", *, enterprise: Enterprise | None = None, visits: int = 1, **changes) -> Case:
        clock = StoryClock(date(2026, 3, 2), datetime(2026, 12, 31, 18, tzinfo=LEGAL_ZONE))
        story = Story(enterprise=enterprise or unit(), cast=cast, clock=clock, **changes)
        for step in story.tell(until=until if visits == 1 else ""):
            done = step.case.opinions.filter(step=until).count()
            if done == visits - 1 and step.case.work_items.filter(step=until).exists():
                break
        assert story.case is not None
        story.case.refresh_from_db()
        return story.case

    return told


@pytest.fixture
def stranger(bodies) -> User:
    """An inspector of the neighbouring county."""
    return make_user("外人", "inspector", bodies["330411"])


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def client_of(user: User, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        user.language = language
        user.save(update_fields=["language"])
        client.force_login(user)
        return client

    return client_of
