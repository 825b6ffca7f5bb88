"""Imports that nobody went on with are cleaned up by the clock; nothing that was applied is ever removed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage

from cases.models import AuditEvent, Body, BodySetting, Enterprise, ImportBatch, ImportRow, Job, User
from cases.services import import_batch
from cases.services.clean_imports import clean_imports
from cases.services.import_records import run_import
from tests.factories import NOON, acting
from tests.imports.conftest import counts, standing, started, take, unit, workbook
from workflow.tasks import sweep_imports

pytestmark = pytest.mark.django_db
FORTNIGHT = NOON + timedelta(days=14, minutes=1)


def files() -> int:
    places = [place for place in ("imports/2026/11", "imports/staged") if default_storage.exists(place)]
    return sum(len(default_storage.listdir(place)[1]) for place in places)


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImportBatch._meta.get_field("file"), "upload_to", "imports/2026/11")


def cleaned(batch: ImportBatch, now: Any, capture: Any) -> ImportBatch:
    with capture(execute=True):
        clean_imports(now=now)
    batch.refresh_from_db()
    return batch


def test_import_never_applied_leaves_only_its_counts(admin: User, django_capture_on_commit_callbacks: Any) -> None:
    batch = take(workbook("enterprises", unit(1), unit(2, name="")), admin, dry_run=True)
    assert files() == 2
    batch = cleaned(batch, NOON + timedelta(days=13), django_capture_on_commit_callbacks)
    assert batch.state == "checked"
    batch = cleaned(batch, FORTNIGHT, django_capture_on_commit_callbacks)
    assert (batch.state, batch.rejected, batch.expected) == ("abandoned", 1, {"created": 1, "rejected": 1})
    assert (files(), ImportRow.objects.count(), batch.samples) == (0, 0, {})
    assert AuditEvent.objects.get(action="import.abandoned").data["was"] == "checked"
    assert clean_imports(now=FORTNIGHT) == 0


def test_import_still_waiting_takes_its_job_with_it(admin: User, django_capture_on_commit_callbacks: Any) -> None:
    batch = started(workbook("enterprises", unit(1)), admin, background=True)
    assert cleaned(batch, FORTNIGHT, django_capture_on_commit_callbacks).state == "abandoned"
    assert Job.objects.get().state == "cancelled"


def test_half_written_import_keeps_its_file_and_all_it_wrote(
    admin: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(import_batch, "CHUNK", 2)
    batch = started(workbook("enterprises", *(unit(number) for number in range(1, 6)), unit(6, name="")), admin)
    while not batch.applied:
        batch = run_import(batch_id=batch.pk, acting=acting(admin), enough=lambda: True)
    batch = cleaned(batch, FORTNIGHT, django_capture_on_commit_callbacks)
    assert (batch.state, batch.applied, batch.created, Enterprise.objects.count()) == ("abandoned", 2, 2, 2)
    assert default_storage.exists(str(batch.file.name))
    assert not batch.staged
    assert ImportRow.objects.count() == 1


def test_finished_import_keeps_everything_but_its_staged_rows(
    admin: User, django_capture_on_commit_callbacks: Any
) -> None:
    standing(1, name="嘉兴9号公司")
    batch = take(workbook("enterprises", unit(1), unit(2, name=""), unit(3, name="嘉兴9号公司")), admin)
    before = list(Enterprise.objects.order_by("pk").values())
    batch = cleaned(batch, FORTNIGHT, django_capture_on_commit_callbacks)
    assert (batch.state, counts(batch)) == ("done", {"created": 1, "rejected": 1, "skipped": 1})
    assert batch.verdicts == "crk"
    assert default_storage.exists(str(batch.file.name))
    assert list(Enterprise.objects.order_by("pk").values()) == before
    assert batch.rows.get(verdict="rejected").faults


def test_days_are_the_bodys_own_setting(
    admin: User, tree: dict[str, Body], django_capture_on_commit_callbacks: Any
) -> None:
    BodySetting.objects.create(
        body=tree["330400"], key="import.abandoned_days", value=60, reason="市局要求", set_by=admin, set_at=NOON
    )
    batch = take(workbook("enterprises", unit(1)), admin, dry_run=True)
    assert cleaned(batch, FORTNIGHT, django_capture_on_commit_callbacks).state == "checked"
    later = NOON + timedelta(days=61)
    assert cleaned(batch, later, django_capture_on_commit_callbacks).state == "abandoned"


def test_clock_of_the_engine_cleans(admin: User) -> None:
    batch = take(workbook("enterprises", unit(1)), admin, dry_run=True)
    ImportBatch.objects.update(touched_at=NOON - timedelta(days=400))
    sweep_imports()
    batch.refresh_from_db()
    assert batch.state == "abandoned"
