"""A county with two officers, their head, and a way to lock units."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from cases.acting import Acting
from cases.models import Body, Enterprise, ResponsibilityLock, User
from cases.models.people import EnforcementCertificate
from cases.services.lock_unit import lock_unit
from tests.factories import make_body_tree, make_enterprise, make_user

STUDY = "近两年监督抽查三次不合格，主要产品为童车，易致儿童伤害。"
REASON = "因工作调动，由继任人员接续监管责任。"

MakeLock = Callable[..., ResponsibilityLock]


def noon(day: date) -> datetime:
    """Noon of a legal day."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def on(day: date, user: User | None) -> Acting:
    return Acting(user=user, at=noon(day))


def certify(user: User) -> None:
    EnforcementCertificate.objects.create(
        user=user,
        number=f"浙嘉{user.pk}",
        valid_from=date(2024, 1, 1),
        valid_to=date(2029, 12, 31),
        issuer="浙江省人民政府",
    )


@pytest.fixture
def bodies(db: None) -> dict[str, Body]:
    return make_body_tree()


@pytest.fixture
def county(bodies: dict[str, Body]) -> Body:
    return bodies["330402"]


@pytest.fixture
def officer(county: Body) -> User:
    user = make_user("王建国", "inspector", county)
    certify(user)
    return user


@pytest.fixture
def successor(county: Body) -> User:
    user = make_user("陈晓", "responsible_officer", county)
    certify(user)
    return user


@pytest.fixture
def head(county: Body) -> User:
    return make_user("李敏", "unit_head", county)


@pytest.fixture
def unit(bodies: dict[str, Body], county: Body) -> Enterprise:
    """A tier C unit in 凤桥镇, for which the county answers."""
    return make_enterprise(name="嘉兴童车有限公司", territorial_body=bodies["330402100"], tier_body=county)


@pytest.fixture
def make_lock(bodies: dict[str, Body], county: Body, officer: User, head: User) -> MakeLock:
    def make(
        day: date = date(2026, 3, 2), unit: Enterprise | None = None, to: User | None = None, **fields: Any
    ) -> ResponsibilityLock:
        enterprise = unit or make_enterprise(**{"territorial_body": bodies["330402100"], "tier_body": county, **fields})
        return lock_unit(enterprise_id=enterprise.pk, officer=to or officer, study=STUDY, acting=on(day, head))

    return make


@pytest.fixture
def lock(make_lock: MakeLock, unit: Enterprise) -> ResponsibilityLock:
    return make_lock(unit=unit)


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
