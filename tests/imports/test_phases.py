"""An import checks every row first, then writes chunk by chunk; broken off, it goes on where it stopped."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Enterprise, ImportBatch, Job, TierRecord, User
from cases.services import import_batch
from cases.services.fault_texts import fault_text
from cases.services.import_kinds.unit_plan import UnitPlanner
from cases.services.import_records import apply_import, cancel_import, run_import
from cases.services.import_report import report_workbook
from cases.services.jobs import run_due_jobs
from cases.services.read_table import read_rows
from tests.factories import NOON, acting, make_enterprise, make_uscc
from tests.imports.conftest import counts, everything, started, take, unit, workbook

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_batch, "CHUNK", 2)


def once() -> Callable[[], bool]:
    """Time is up after one chunk."""
    return lambda: True


def rerun(batch: ImportBatch, user: User, **how: Any) -> ImportBatch:
    return run_import(batch_id=batch.pk, acting=acting(user), **how)


# --- dry run ---------------------------------------------------------------------------------------------------------


def test_dry_run_reports_every_row_and_writes_nothing(admin: User) -> None:
    take(workbook("enterprises", unit(1), unit(2)), admin)
    before = everything()
    rows = [unit(1), unit(2, contact="陆敏"), unit(3), unit(4, name="")]
    batch = take(workbook("enterprises", *rows), admin, dry_run=True)
    assert everything() == before
    assert (batch.state, batch.verdicts) == ("checked", "nucr")
    assert batch.expected == {"unchanged": 1, "updated": 1, "created": 1, "rejected": 1}
    assert counts(batch) == {"rejected": 1}
    assert batch.samples["updated"][0]["changes"] == [{"column": "contact", "before": "", "after": "陆敏"}]
    assert batch.samples["created"][0]["number"] == 4


def test_what_was_checked_is_applied_when_the_person_says_so(admin: User) -> None:
    batch = take(workbook("enterprises", unit(1), unit(2, name="")), admin, dry_run=True)
    apply_import(batch_id=batch.pk, acting=acting(admin, LATER))
    run_due_jobs(LATER)
    batch.refresh_from_db()
    assert (batch.state, batch.applied_by, counts(batch)) == ("done", admin, {"created": 1, "rejected": 1})
    assert AuditEvent.objects.filter(action="enterprises.imported").count() == 1


def test_rows_are_judged_again_when_they_are_applied(admin: User) -> None:
    batch = take(workbook("enterprises", unit(1), unit(2)), admin, dry_run=True)
    take(workbook("enterprises", unit(1, contact="陆敏")), admin)
    apply_import(batch_id=batch.pk, acting=acting(admin, LATER))
    batch = rerun(batch, admin)
    assert (batch.verdicts, counts(batch)) == ("nc", {"created": 1, "unchanged": 1})


def test_apply_button_says_what_is_missing(admin: User, importer: User) -> None:
    batch = take(workbook("enterprises", unit(1), unit(2, name="")), admin, dry_run=True, strict=True)
    assert batch.state == "checked"
    with pytest.raises(Blocked) as caught:
        apply_import(batch_id=batch.pk, acting=acting(admin))
    assert [condition.code for condition in caught.value.conditions] == ["every_row_right"]


def test_check_that_found_nothing_to_do_cannot_be_applied(admin: User) -> None:
    take(workbook("enterprises", unit(1)), admin)
    batch = take(workbook("enterprises", unit(1)), admin, dry_run=True)
    with pytest.raises(Blocked) as caught:
        apply_import(batch_id=batch.pk, acting=acting(admin))
    assert [condition.code for condition in caught.value.conditions] == ["something_to_apply"]


# --- broken off ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("small_chunks")
def test_import_cut_into_slices_ends_as_if_it_had_run_through(admin: User) -> None:
    rows = [unit(1), unit(2), unit(3, name=""), unit(4), unit(2, contact="又来"), unit(5), unit(6)]
    batch = started(workbook("enterprises", *rows), admin)
    seen = []
    for _slice in range(20):
        batch = rerun(batch, admin, enough=once())
        seen.append((batch.checked, batch.applied))
        if batch.resting:
            break
    assert seen[:4] == [(2, 0), (4, 0), (6, 0), (7, 0)]
    assert (batch.state, batch.verdicts) == ("done", "ccrcscc")
    assert counts(batch) == {"created": 5, "rejected": 1, "suspects": 1}
    assert Enterprise.objects.count() == TierRecord.objects.count() == 5
    assert batch.rows.get(verdict="suspect").faults[0]["details"] == {"row": 3}


@pytest.mark.usefixtures("small_chunks")
def test_failure_in_the_middle_keeps_what_was_written_and_goes_on_there(
    admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = started(workbook("enterprises", *(unit(number) for number in range(1, 8))), admin)
    original = UnitPlanner.write
    calls: list[int] = []

    def break_off(planner: UnitPlanner, plans: Any) -> None:
        calls.append(1)
        original(planner, plans)
        if len(calls) == 3:
            raise OSError("disk full")

    monkeypatch.setattr(UnitPlanner, "write", break_off)
    with pytest.raises(OSError, match="disk full"):
        rerun(batch, admin)
    batch.refresh_from_db()
    assert (batch.state, batch.applied, Enterprise.objects.count()) == ("writing", 4, 4)
    batch = rerun(batch, admin)
    assert (batch.state, counts(batch)) == ("done", {"created": 7})
    assert TierRecord.objects.count() == 7


@pytest.mark.usefixtures("small_chunks")
def test_two_workers_at_one_batch_write_no_row_twice(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = started(workbook("enterprises", *(unit(number) for number in range(1, 8))), admin)
    original = UnitPlanner.write
    calls: list[int] = []

    def another_is_faster(planner: UnitPlanner, plans: Any) -> None:
        calls.append(1)
        original(planner, plans)

    monkeypatch.setattr(UnitPlanner, "write", another_is_faster)

    def overtaken_after_the_first(phase: str, done: int, _total: int) -> None:
        if phase == "saved" and done == 2:
            rerun(batch, admin)

    slow = rerun(batch, admin, progress=overtaken_after_the_first)
    assert (slow.state, slow.created, Enterprise.objects.count(), len(calls)) == ("done", 7, 7, 4)
    assert AuditEvent.objects.filter(action="enterprises.imported").count() == 1


@pytest.mark.usefixtures("small_chunks")
def test_job_works_in_slices_and_enqueues_the_next(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cases.services.import_records.SLICE_SECONDS", 0.0)
    batch = started(workbook("enterprises", *(unit(number) for number in range(1, 6))), admin, background=True)
    for _round in range(12):
        run_due_jobs(NOON)
    batch.refresh_from_db()
    assert (batch.state, batch.created) == ("done", 5)
    assert Job.objects.filter(state="done").count() == Job.objects.count() > 3


@pytest.mark.usefixtures("small_chunks")
def test_broken_import_says_what_is_saved_and_can_be_gone_on_with(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = started(workbook("enterprises", *(unit(number) for number in range(1, 6))), admin, background=True)
    original = UnitPlanner.write

    def no_fourth(planner: UnitPlanner, plans: Any) -> None:
        if any(plan.row.given["uscc"] == make_uscc(4) for plan in plans):
            raise OSError("disk full")
        original(planner, plans)

    monkeypatch.setattr(UnitPlanner, "write", no_fourth)
    for attempt in range(3):
        run_due_jobs(NOON + timedelta(hours=2 * attempt))
    batch.refresh_from_db()
    assert (batch.state, batch.fault) == ("failed", {"code": "broke_off_saved", "details": {"applied": 2}})
    monkeypatch.setattr(UnitPlanner, "write", original)
    apply_import(batch_id=batch.pk, acting=acting(admin, LATER))
    run_due_jobs(LATER)
    batch.refresh_from_db()
    assert (batch.state, batch.fault, counts(batch)) == ("done", None, {"created": 5})
    assert set(Job.objects.values_list("state", flat=True)) == {"done", "cancelled"}


# --- all or nothing ---------------------------------------------------------------------------------------------------


def test_strict_import_stops_where_the_registry_has_changed_under_it(
    admin: User, small_chunks: None, tree: Any
) -> None:
    batch = take(workbook("enterprises", *(unit(number) for number in range(1, 6))), admin, dry_run=True, strict=True)
    other = {"uscc": make_uscc(4), "name": "抢先的", "territorial_body": tree["330411"], "tier_body": tree["330411"]}
    make_enterprise(**other)
    apply_import(batch_id=batch.pk, acting=acting(admin, LATER))
    batch = rerun(batch, admin)
    assert (batch.state, batch.fault) == ("failed", {"code": "moved", "details": {"row": 5, "applied": 2}})
    assert Enterprise.objects.count() == 3
    with override("en"):
        assert "Row 5 no longer holds" in fault_text(batch.fault["code"], batch.fault["details"])


def test_strict_import_of_one_chunk_is_all_or_nothing_even_then(admin: User, tree: Any) -> None:
    batch = take(workbook("enterprises", *(unit(number) for number in range(1, 6))), admin, dry_run=True, strict=True)
    make_enterprise(uscc=make_uscc(4), territorial_body=tree["330411"], tier_body=tree["330411"])
    apply_import(batch_id=batch.pk, acting=acting(admin, LATER))
    assert rerun(batch, admin).state == "failed"
    assert Enterprise.objects.count() == 1


# --- called off, and reports ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("small_chunks")
def test_cancelled_import_writes_nothing_more(admin: User) -> None:
    batch = started(workbook("enterprises", *(unit(number) for number in range(1, 6))), admin, background=True)

    def cancel_it(phase: str, done: int, _total: int) -> None:
        if phase == "saved" and done == 2:
            cancel_import(batch_id=batch.pk, acting=acting(admin))

    batch = rerun(batch, admin, progress=cancel_it)
    assert (batch.state, batch.applied, Enterprise.objects.count()) == ("cancelled", 2, 2)
    assert Job.objects.get().state == "cancelled"
    assert AuditEvent.objects.get(action="import.cancelled").data["created"] == 2
    with pytest.raises(Blocked):
        cancel_import(batch_id=batch.pk, acting=acting(admin))


def test_post_lost_half_way_stops_the_rest(admin: User, small_chunks: None) -> None:
    batch = started(workbook("enterprises", *(unit(number) for number in range(1, 6))), admin)
    while not batch.applied:
        batch = rerun(batch, admin, enough=once())
    admin.bodyuserpermission_set.all().delete()
    batch = run_import(batch_id=batch.pk, acting=acting(User.objects.get(pk=admin.pk)))
    assert (batch.state, batch.fault) == ("failed", {"code": "not_permitted", "details": {}})
    assert Enterprise.objects.count() == batch.applied == 2


def test_report_tells_of_every_row_in_either_language(admin: User) -> None:
    batch = take(workbook("enterprises", unit(1), unit(2, name="")), admin, dry_run=True)
    for language, words in (("en", ["created", "rejected"]), ("zh-hans", ["新增", "未通过"])):
        with override(language), report_workbook(batch) as file:
            rows = list(read_rows(file))
        assert [row.cells[3] for row in rows[1:]] == words
        assert [row.cells[0] for row in rows[1:]] == [2.0, 3.0]
