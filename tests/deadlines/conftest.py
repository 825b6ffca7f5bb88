"""A county with its people, and a case to run clocks on."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from typing import Any

import pytest
from django.conf import settings as project_settings
from django.core.cache import cache
from django.test import Client

from cases.models import Body, Case, Deadline, User
from cases.services.deadlines import start_deadline
from tests.factories import NOON, acting, make_body_tree, make_enterprise, make_user

REASON = "企业正在更换检测设备，需要时间"
"""A reason long enough for every step that asks for one."""

_numbers = count(1)

StartDeadline = Callable[..., Deadline]
MakeCase = Callable[..., Case]


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> Iterator[None]:
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**project_settings.STORAGES, "staticfiles": storage}
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def bodies(db: None) -> dict[str, Body]:
    return make_body_tree()


@pytest.fixture
def county(bodies: dict[str, Body]) -> Body:
    return bodies["330402"]


@pytest.fixture
def inspector(county: Body) -> User:
    return make_user("wang", "inspector", county)


@pytest.fixture
def head(county: Body) -> User:
    """May extend, suspend and press at the county."""
    return make_user("head", "unit_head", county)


@pytest.fixture
def overseer(bodies: dict[str, Body]) -> User:
    return make_user("overseer", "overseer", bodies["330400"])


@pytest.fixture
def administrator(bodies: dict[str, Body]) -> User:
    return make_user("admin", "platform_admin", bodies["330000"])


@pytest.fixture
def make_case(inspector: User) -> MakeCase:
    def make(county: Body | None = None) -> Case:
        body = county or Body.objects.get(code="330402")
        return Case.objects.create(
            number=f"嘉南市监检〔2026〕{next(_numbers)}号",
            enterprise=make_enterprise(territorial_body=body),
            body=body,
            territorial_body=body,
            planned_on=date(2026, 11, 2),
            status="inspected",
            pack="national-2012@1",
            opened_at=NOON,
            opened_by=inspector,
        )

    return make


@pytest.fixture
def case(make_case: MakeCase) -> Case:
    return make_case()


@pytest.fixture
def start(case: Case, inspector: User) -> StartDeadline:
    """Start a clock on the case: `rectification`, 15 days, the inspector's, unless told otherwise."""

    def start(rule: str = "rectification", start_on: date = date(2026, 11, 16), **given: Any) -> Deadline:
        arguments = {
            "rule": rule,
            "subject": f"step:{rule}",
            "case": case,
            "start_on": start_on,
            "accountable_body": case.body,
            "accountable_user": inspector,
            "acting": acting(inspector),
        }
        return start_deadline(**{**arguments, **given})

    return start


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
