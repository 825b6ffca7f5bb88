"""Files as people send them, and one way to take them in."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission

from cases.models import Body, BodyUserPermission, Enterprise, ImportBatch, User
from cases.services.import_kinds import kind_of
from cases.services.import_records import run_import, start_import
from cases.services.write_workbook import write_workbook
from tests.factories import acting, give_post, make_body_tree, make_enterprise, make_uscc, make_user


@pytest.fixture
def tree(db: None) -> dict[str, Body]:
    return make_body_tree()


@pytest.fixture
def admin(tree: dict[str, Body]) -> User:
    """May import into, enter, and export Nanhu."""
    user = make_user("admin", "platform_admin", tree["330402"])
    give_post(user, "unit_head", tree["330402"])
    return user


@pytest.fixture
def importer(tree: dict[str, Body]) -> User:
    """May import into Nanhu, and nothing else."""
    user = make_user("importer")
    permission = Permission.objects.get(content_type__model="body", codename="import_enterprises")
    BodyUserPermission.objects.create(user=user, permission=permission, content_object=tree["330402"])
    return user


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def unit(number: int, **changed: Any) -> dict[str, Any]:
    """The cells of one good enterprise by the name of the fact."""
    row: dict[str, Any] = {
        "uscc": make_uscc(number),
        "name": f"嘉兴{number}号公司",
        "kinds": "生产、批发",
        "region_code": "330402100",
        "first_entry_reason": "现场检查",
        "headcount": 60,
        "revenue_wan": "800.5",
    }
    return {**row, **changed}


def standing(number: int, **fields: Any) -> Enterprise:
    """An enterprise of the registry whose code is none of those that `unit` makes."""
    return make_enterprise(uscc=make_uscc(9000 + number), **fields)


def workbook(kind: str, *rows: Mapping[str, Any]) -> bytes:
    columns = kind_of(kind).columns
    lines = [[row.get(column.name, "") for column in columns] for row in rows]
    with write_workbook([("x", [column.zh for column in columns], lines, [])]) as file:
        return file.read()


def text(kind: str, rows: Iterable[Mapping[str, Any]]) -> bytes:
    columns = kind_of(kind).columns
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([column.zh for column in columns])
    writer.writerows([row.get(column.name, "") for column in columns] for row in rows)
    return file.getvalue().encode()


def started(
    content: bytes, user: User | None, kind: str = "enterprises", code: str = "330402", **how: Any
) -> ImportBatch:
    body = Body.objects.get(code=code)
    how = {"strict": False, "background": False, **how}
    return start_import(body=body, filename="a.xlsx", content=content, kind=kind, acting=acting(user), **how)


def take(content: bytes, user: User | None, kind: str = "enterprises", **how: Any) -> ImportBatch:
    """Start an import and run it as far as it goes."""
    batch = started(content, user, kind, **how)
    return run_import(batch_id=batch.pk, acting=acting(user))


def counts(batch: ImportBatch) -> dict[str, int]:
    """What became of the rows, without the zeros."""
    names = ("created", "updated", "unchanged", "rejected", "suspects", "skipped")
    return {name: getattr(batch, name) for name in names if getattr(batch, name)}


def faults(batch: ImportBatch) -> list[tuple[str, str]]:
    """Column and code of every fault of the batch's rows."""
    return [(fault["column"], fault["code"]) for row in batch.rows.order_by("number") for fault in row.faults]


STAGES = {"ImportBatch", "ImportRow", "Job"}
"""What a check may write."""


def everything() -> dict[str, list[Any]]:
    """Every row of every table that an import must not touch before it is applied."""
    models = [model for model in apps.get_models() if model.__name__ not in STAGES]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}
