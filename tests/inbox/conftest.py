"""A county with everybody the main process needs, and cases that stand at the step a test asks for."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from cases.acting import LEGAL_ZONE, Acting
from cases.models import Body, EnforcementCertificate, Product, Substitution, User
from tests.factories import make_body_tree, make_enterprise, make_user
from workflow.demo.clock import StoryClock
from workflow.demo.story import Cast, Story
from workflow.models import WorkItem

Make = Callable[..., WorkItem]
SignIn = Callable[[User], Client]
Arrange = Callable[..., Substitution]


class Now:
    """The moment that the pages read; a test may move it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 20, 10, tzinfo=LEGAL_ZONE)

    @property
    def today(self) -> date:
        return self.at.date()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Now:
    moment = Now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment.at)
    return moment


@pytest.fixture
def bodies(db: None) -> dict[str, Body]:
    return make_body_tree()


def certify(user: User, number: str) -> User:
    EnforcementCertificate.objects.create(
        user=user, number=number, valid_from=date(2024, 1, 1), valid_to=date(2029, 12, 31), issuer="浙江省人民政府"
    )
    return user


@pytest.fixture
def cast(bodies: dict[str, Body]) -> Cast:
    county, city, province = bodies["330402"], bodies["330400"], bodies["330000"]
    return Cast(
        lead=certify(make_user("王建国", "inspector", county), "浙嘉330402001"),
        second=certify(make_user("陈晓", "inspector", county), "浙嘉330402002"),
        unit_head=make_user("李敏", "unit_head", county),
        grassroots_lead=make_user("周国强", "grassroots_lead", county),
        city_officer=make_user("吴芳", "city_officer", city),
        province_officer=make_user("郑海", "province_officer", province),
        list_admin=make_user("孙悦", "list_admin", county),
    )


@pytest.fixture
def neighbour(bodies: dict[str, Body]) -> dict[str, User]:
    """People of the next county, by role."""
    county = bodies["330411"]
    return {role: make_user(f"秀洲{role}", role, county) for role in ("inspector", "unit_head", "grassroots_lead")}


@pytest.fixture
def at_step(bodies: dict[str, Body], cast: Cast, now: Now) -> Make:
    """A case of the county told until `step` is the next, from 2 March 2026; its open work item."""

    def make(step: str, **changes: Any) -> WorkItem:
        fields = {key: changes.pop(key) for key in ("name", "quality_class") if key in changes}
        enterprise = make_enterprise(
            territorial_body=bodies["330402100"],
            legal_representative="沈国良",
            address="浙江省嘉兴市南湖区凤桥镇工业园区联创路18号",
            product_category="童车",
            **fields,
        )
        Product.objects.create(enterprise=enterprise, name="婴儿学步车", risk_level="II")
        clock = StoryClock(changes.pop("start", date(2026, 3, 2)), datetime(2026, 12, 31, 18, tzinfo=LEGAL_ZONE))
        story = Story(enterprise=enterprise, cast=cast, clock=clock, **changes)
        for _told in story.tell(until=step):
            pass
        assert story.case is not None
        return WorkItem.objects.select_related("case__enterprise", "body", "owner").get(case=story.case, step=step)

    return make


@pytest.fixture
def sign_in() -> SignIn:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def stands_in() -> Arrange:
    """Let `substitute` do the work of `absent` in March 2026."""

    def arrange(absent: User, substitute: User) -> Substitution:
        return Substitution.objects.create(
            absent=absent,
            substitute=substitute,
            starts_on=date(2026, 3, 16),
            ends_on=date(2026, 3, 27),
            reason="出差",
            arranged_by=absent,
        )

    return arrange


def acts(user: User, now: Now) -> Acting:
    return Acting(user, now.at)
