"""A city with two counties, and makers of what the cockpit counts: orders, classes, cases."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from itertools import count
from typing import Any

import pytest
from django.conf import settings as project_settings
from django.core.cache import cache
from django.test import Client

from cases.acting import LEGAL_ZONE
from cases.models import (
    Body,
    Case,
    ClassRecord,
    Deadline,
    Enterprise,
    RectificationOrder,
    RectificationReport,
    ReturnVisit,
    User,
)
from tests.factories import NOON, make_body_tree, make_enterprise, make_user

TODAY = date(2026, 11, 18)
_numbers = count(1)

MakeOrder = Callable[..., RectificationOrder]
MakeClass = Callable[..., ClassRecord]
ClientOf = Callable[..., Client]


def noon_of(day: date) -> datetime:
    return datetime.combine(day, time(12), LEGAL_ZONE)


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


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
def overseer(bodies: dict[str, Body]) -> User:
    return make_user("overseer", "overseer", bodies["330400"])


@pytest.fixture
def administrator(bodies: dict[str, Body]) -> User:
    return make_user("admin", "platform_admin", bodies["330000"])


@pytest.fixture
def client_of() -> ClientOf:
    def signed_in(user: User, language: str = "en") -> Client:
        User.objects.filter(pk=user.pk).update(language=language)
        client = Client(headers={"accept-language": language})
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        client.cookies["django_language"] = language
        return client

    return signed_in


@pytest.fixture
def make_case(bodies: dict[str, Body]) -> Callable[..., Case]:
    def make(place: str = "330402100", **given: Any) -> Case:
        body = bodies[place]
        unit = given.pop("enterprise", None) or make_enterprise(territorial_body=body)
        return Case.objects.create(
            **{
                "number": f"嘉南市监检〔2026〕{next(_numbers)}号",
                "enterprise": unit,
                "body": body,
                "territorial_body": body,
                "planned_on": date(2026, 1, 5),
                "status": "rectifying",
                "pack": "national-2012@1",
                "opened_at": noon_of(date(2026, 1, 5)),
                **given,
            }
        )

    return make


@pytest.fixture
def make_order(make_case: Callable[..., Case], overseer: User, bodies: dict[str, Body]) -> MakeOrder:
    """A served order with its deadline; `reported` its report, `visit` what the return visit found."""
    second = make_user("second")

    def make(
        served: date, due: date, *, reported: date | None = None, expired: bool = False, visit: str = "", **case: Any
    ) -> RectificationOrder:
        about = case.pop("case", None) or make_case(**case)
        order = RectificationOrder.objects.create(
            case=about, attempt=about.orders.count() + 1, days=(due - served).days, legal_basis="第十八条",
            issued_on=served, served_on=served, due_on=due,
        )  # fmt: skip
        state = "met" if reported else "cancelled" if expired else "running"
        Deadline.objects.create(
            case=about, rule="rectification", subject=f"order:{order.pk}", basis="第十八条", source_tag="A",
            amount=15, unit="day", start_on=served, due_on=due, accountable_body=about.territorial_body, state=state,
            met_on=reported,
        )  # fmt: skip
        if reported or expired:
            via = RectificationReport.Via.EXPIRED if expired else RectificationReport.Via.OFFICER
            RectificationReport.objects.create(order=order, via=via, submitted_at=noon_of(reported or due))
        if visit:
            ReturnVisit.objects.create(
                order=order, visited_on=due, result=visit, inspector=overseer, second_inspector=second,
                recorded_at=noon_of(due),
            )  # fmt: skip
        return order

    return make


@pytest.fixture
def make_class(make_case: Callable[..., Case]) -> MakeClass:
    """A class in force from a day on, until another; the unit's copy follows the open one."""

    def make(
        name: str, first: date, end: date | None = None, unit: Enterprise | None = None, **case: Any
    ) -> ClassRecord:
        about = make_case(enterprise=unit, **case) if unit else make_case(**case)
        record = ClassRecord.objects.create(
            enterprise=about.enterprise, case=about, quality_class=name, mode="routine", pack="national-2012@1",
            valid_from=first, valid_to=end, next_review_on=date(2027, 1, 1),
        )  # fmt: skip
        if end is None:
            Enterprise.objects.filter(pk=about.enterprise_id).update(quality_class=name)
        return record

    return make
