"""A county with its people and passwords, a server with the real static files, and desks to work at."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test.utils import override_settings
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from cases.models import Body, EnforcementCertificate, Enterprise, Product, User
from config.settings import STORAGES
from tests.browser.desk import PASSWORD, Desk
from tests.browser.world import World
from tests.factories import make_body_tree, make_enterprise, make_user
from workflow.demo.story import Cast


@pytest.fixture(scope="session")
def _collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files as they are served in earnest: collected, under names with their hashes."""
    root = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=root, STORAGES=STORAGES):
        call_command("collectstatic", interactive=False, verbosity=0)
    return root


@pytest.fixture(autouse=True)
def _as_in_earnest(_collected: Path, settings: Any) -> Iterator[None]:
    settings.STATIC_ROOT = _collected
    settings.STORAGES = STORAGES
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def bodies(transactional_db: None) -> dict[str, Body]:
    return make_body_tree()


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def _certified(user: User, number: str) -> User:
    today = timezone.localdate()
    valid = {"valid_from": today - timedelta(days=700), "valid_to": today + timedelta(days=700)}
    EnforcementCertificate.objects.create(user=user, number=number, issuer="浙江省人民政府", **valid)
    return user


@pytest.fixture
def cast(bodies: dict[str, Body]) -> Cast:
    county, city, province = bodies["330402"], bodies["330400"], bodies["330000"]
    people = {
        "lead": _certified(make_user("wangjianguo", "inspector", county), "浙嘉330402001"),
        "second": _certified(make_user("chenxiao", "inspector", county), "浙嘉330402002"),
        "unit_head": make_user("limin", "unit_head", county),
        "grassroots_lead": make_user("zhouguoqiang", "grassroots_lead", county),
        "city_officer": make_user("wufang", "city_officer", city),
        "province_officer": make_user("zhenghai", "province_officer", province),
        "list_admin": make_user("sunyue", "list_admin", county),
    }
    names = ("王建国", "陈晓", "李敏", "周国强", "吴芳", "郑海", "孙悦")
    for (role, user), name in zip(people.items(), names, strict=True):
        user.name = name
        people[role] = with_password(user)
    return Cast(**people)


@pytest.fixture
def enterprise(bodies: dict[str, Body]) -> Enterprise:
    unit = make_enterprise(
        name="嘉兴市蓝天童车有限公司",
        territorial_body=bodies["330402100"],
        legal_representative="沈国良",
        address="浙江省嘉兴市南湖区凤桥镇工业园区联创路18号",
        product_category="童车",
        first_entered_on=date(2026, 1, 5),
    )
    Product.objects.create(enterprise=unit, name="婴儿学步车", risk_level="II")
    return unit


@pytest.fixture
def world(cast: Cast, bodies: dict[str, Body]) -> World:
    return World(cast, bodies["330402100"])


@pytest.fixture
def sit(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Desk]]:
    """Makes desks. Whoever has one leaves it; what is left open by a failing test is closed here."""
    desks: list[Desk] = []

    def sit_down(user: User | None = None, kind: type[Desk] = Desk, **options: Any) -> Desk:
        made = kind(chromium, live_server.url, **options)
        desks.append(made)
        return made.sign_in(user) if user else made

    yield sit_down
    for each in desks:
        each.context.close()
