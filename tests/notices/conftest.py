import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from cases.acting import Acting
from cases.models import (
    Body,
    Case,
    Deadline,
    Enterprise,
    Interview,
    Job,
    RectificationItem,
    RectificationOrder,
    User,
)
from cases.services.jobs import due_jobs, run_job
from notices.models import Document, DocumentBatch
from notices.services import batch_job
from notices.services.batch import start_batch
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from tests.factories import NOON, acting, make_body_tree, make_enterprise, make_user


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def bodies(db: None) -> dict[str, Body]:
    return make_body_tree()


@pytest.fixture
def county(bodies: dict[str, Body]) -> Body:
    return bodies["330402"]


@pytest.fixture
def inspector(county: Body) -> User:
    return make_user("inspector", "inspector", county)


@pytest.fixture
def second(county: Body) -> User:
    return make_user("second", "inspector", county)


@pytest.fixture
def unit_head(county: Body) -> User:
    return make_user("unit_head", "unit_head", county)


@pytest.fixture
def lead(county: Body) -> User:
    return make_user("lead", "grassroots_lead", county)


@pytest.fixture
def neighbour(bodies: dict[str, Body]) -> User:
    """The head of unit of another county."""
    return make_user("neighbour", "unit_head", bodies["330411"])


def new_case(body: Body, user: User, enterprise: Enterprise | None = None, serial: int = 1) -> Case:
    return Case.objects.create(
        number=f"{body.document_prefix}检〔2026〕{serial}号",
        enterprise=enterprise
        or make_enterprise(territorial_body=body, tier_body=body, address="南湖区凤桥镇兴园路1号"),
        body=body,
        territorial_body=body,
        planned_on=date(2026, 11, 1),
        status="measures",
        pack="national-2012",
        opened_at=NOON - timedelta(days=20),
        opened_by=user,
    )


@pytest.fixture
def case(county: Body, inspector: User) -> Case:
    return new_case(county, inspector)


def new_interview(case: Case, attempt: int = 1) -> Interview:
    return Interview.objects.create(
        case=case,
        attempt=attempt,
        scheduled_at=datetime(2026, 11, 25, 1, 30, tzinfo=UTC),
        place="南湖区市场监督管理局三楼会议室",
        subject="部分产品出厂检验记录缺失，关键工序没有作业指导书。",
        summoned="法定代表人、质量负责人",
    )


def new_order(case: Case, attempt: int = 1) -> RectificationOrder:
    order = RectificationOrder.objects.create(
        case=case, attempt=attempt, days=15, legal_basis="《工业企业产品质量分类监管试行办法》第十八条"
    )
    RectificationItem.objects.create(
        order=order, number=1, problem="关键工序没有作业指导书", demand="制定作业指导书并组织培训"
    )
    RectificationItem.objects.create(
        order=order, number=2, problem="出厂检验记录缺失", demand="按批次补齐检验制度并留存记录"
    )
    return order


def new_deadline(case: Case, body: Body, due_on: date = date(2026, 11, 10)) -> Deadline:
    return Deadline.objects.create(
        case=case,
        rule="grassroots_opinion",
        subject="step:decide_grassroots",
        basis="工业企业产品质量分类监管试行办法 第十二条",
        source_tag="A",
        amount=5,
        unit="working_day",
        start_on=due_on - timedelta(days=7),
        due_on=due_on,
        accountable_body=body,
        overdue_since=due_on + timedelta(days=1),
    )


@pytest.fixture
def draft(case: Case, inspector: User) -> Document:
    """An interview notice drafted by the inspector."""
    interview = new_interview(case)
    return draft_document(
        case=case, kind="interview_notice", subject=f"interview:{interview.pk}", acting=acting(inspector)
    )


@pytest.fixture
def issued(draft: Document, unit_head: User) -> Document:
    return issue_document(document=draft, acting=acting(unit_head))


@pytest.fixture
def order_document(case: Case, inspector: User, unit_head: User) -> Document:
    """A rectification order, issued on 18 November 2026."""
    order = new_order(case)
    document = draft_document(
        case=case, kind="rectification_order", subject=f"order:{order.pk}", acting=acting(inspector)
    )
    return issue_document(document=document, acting=acting(unit_head))


@pytest.fixture
def later() -> Callable[[User | None, int], Acting]:
    """`later(user, 3)` acts three days after NOON."""
    return lambda user, days: acting(user, NOON + timedelta(days=days))


@pytest.fixture
def shared_database(tmp_path: Path, transactional_db: None) -> Iterator[None]:
    """A database that threads can share; on SQLite a copy in a file, because one in memory is locked as a whole."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    path = str(tmp_path / "shared.sqlite3")
    copy = sqlite3.connect(path)
    in_memory.backup(copy)
    copy.close()
    connection.connection, connection.settings_dict["NAME"] = None, path
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = in_memory, name


# --- batches: five reminder letters of the city --------------------------------------------------------------------


@pytest.fixture
def city(bodies: dict[str, Body]) -> Body:
    return bodies["330400"]


@pytest.fixture
def overseer(city: Body) -> User:
    return make_user("overseer", "overseer", city)


@pytest.fixture
def city_head(city: Body) -> User:
    return make_user("city_head", "unit_head", city)


@pytest.fixture
def deadlines(county: Body, inspector: User) -> list[Deadline]:
    return many_deadlines(county, inspector, 5)


def many_deadlines(county: Body, inspector: User, number: int) -> list[Deadline]:
    return [new_deadline(new_case(county, inspector, serial=serial), county) for serial in range(1, number + 1)]


def subjects(deadlines: list[Deadline]) -> list[str]:
    return [f"deadline:{deadline.pk}" for deadline in deadlines]


def run_batches(days: int = 0) -> None:
    """Run the jobs of batches that are due, and those they hand on to; nothing is printed."""
    at = NOON + timedelta(days=days)
    while jobs := list(
        Job.objects.filter(pk__in=due_jobs(at, 10_000), kind=batch_job.JOB).values_list("pk", flat=True)
    ):
        for job in jobs:
            assert run_job(job, at) == "done"


@pytest.fixture
def drafted(deadlines: list[Deadline], city: Body, overseer: User) -> DocumentBatch:
    """Five reminder letters of the city, drafted."""
    batch = start_batch(kind="reminder_letter", body=city, subjects=subjects(deadlines), acting=acting(overseer))
    run_batches()
    batch.refresh_from_db()
    return batch
