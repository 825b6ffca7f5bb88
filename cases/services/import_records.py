"""Import records from a spreadsheet: start it, go on with it, apply what was checked, cancel it (contracts.md).

Every row is checked first, then what holds is written; both in chunks, so that memory stays flat, progress is seen and
an import broken off goes on where it stopped. The same file twice changes nothing.

A strict import is all or nothing as far as that can be kept: nothing is written unless every row holds, and a file of
one chunk is written in one transaction. In a longer one the registry may change while it is written; should a row no
longer hold then, its chunk is not written, the import stops and says so, and what was written before stays.
"""

import hashlib
import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import PurePath
from typing import Any, Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.imports import apply_import as guard_of_applying
from cases.guards.imports import cancel_import as guard_of_cancelling
from cases.models.body import Body
from cases.models.imports import ImportBatch
from cases.models.job import Job
from cases.rules.errors import RuleError
from cases.selectors.scope import may
from cases.services.enterprise_checks import require_permission
from cases.services.import_apply import apply_rows
from cases.services.import_batch import (
    OvertakenError,
    Progress,
    drop_staged,
    end_batch,
    locked_batch,
    locked_in,
    stage_rows,
)
from cases.services.import_check import check_rows
from cases.services.import_kind import PERMISSION
from cases.services.import_kinds import USUAL, kind_of
from cases.services.import_table import Table
from cases.services.jobs import drop_job, enqueue, job_handler
from cases.services.read_table import is_workbook, require_table

logger = logging.getLogger(__name__)

JOB: Final = "cases.import"
LEASE: Final = timedelta(minutes=10)
ATTEMPTS: Final = 3
SLICE_SECONDS: Final = 20.0
"""How long a job works on before it lets others have their turn."""
_MEGABYTE: Final = 1024 * 1024


def _never() -> bool:
    return False


def _silent(_phase: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@transaction.atomic
def start_import(
    *,
    body: Body,
    filename: str,
    content: bytes,
    strict: bool,
    acting: Acting,
    kind: str = USUAL,
    dry_run: bool = False,
    background: bool = True,
) -> ImportBatch:
    """Keep the file and, in the background, a job that checks it and, unless `dry_run`, applies what holds.

    RuleError: `kind_unknown`, `needs_person`, `too_large`, and those of `require_table`. NotPermitted.
    """
    wanted = kind_of(kind)
    require_permission(acting, PERMISSION, body)
    if wanted.needs_person and acting.user is None:
        raise RuleError("needs_person", _("Records of this kind need a person who answers for them."))
    size = len(content) / _MEGABYTE
    if size > settings.UPLOAD_MAX_MB:
        raise RuleError("too_large", _("The file is too large."), size=f"{size:.1f}", limit=settings.UPLOAD_MAX_MB)
    file = BytesIO(content)
    require_table(file)
    batch = ImportBatch(
        kind=wanted.code,
        body=body,
        created_by=acting.user,
        created_at=acting.at,
        touched_at=acting.at,
        filename=PurePath(filename.replace("\\", "/")).name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        strict=strict,
        dry_run=dry_run,
        to_apply=not dry_run,
    )
    suffix = "xlsx" if is_workbook(file) else "csv"
    batch.file.save(f"{uuid.uuid4().hex}.{suffix}", ContentFile(content), save=False)
    batch.save()
    if background:
        enqueue(kind=JOB, payload={"batch": batch.pk}, key=f"import:{batch.pk}", at=acting.at)
    return batch


def run_import(
    *, batch_id: int, acting: Acting, progress: Progress | None = None, enough: Callable[[], bool] = _never
) -> ImportBatch:
    """Go on with the import from where it stands until it is over, waits for a person, or `enough` says so."""
    batch = ImportBatch.objects.select_related("body", "created_by").get(pk=batch_id)
    if batch.resting:
        return batch
    if acting.user is not None and not may(acting.user, PERMISSION, batch.body):
        return _refuse(batch.pk, RuleError("not_permitted", _("The import is no longer allowed.")), acting)
    try:
        _go_on(batch, acting, progress or _silent, enough)
    except RuleError as error:
        return _refuse(batch.pk, error, acting)
    except OvertakenError:
        logger.info("import %s is in other hands", batch.pk)
    return ImportBatch.objects.select_related("body", "created_by").get(pk=batch.pk)


def _go_on(batch: ImportBatch, acting: Acting, progress: Progress, enough: Callable[[], bool]) -> None:
    kind = kind_of(batch.kind)
    if not batch.staged:
        stage_rows(batch, kind, acting)
        batch.refresh_from_db()
    if batch.state == ImportBatch.State.WAITING:
        batch = _wake(batch.pk, acting)
    table = Table(kind.columns, batch.header)
    if batch.state == ImportBatch.State.READING:
        check_rows(batch, kind, table, acting, progress, enough)
        batch.refresh_from_db()
        if enough():
            return
    if batch.state == ImportBatch.State.WRITING:
        apply_rows(batch, kind, table, acting, progress, enough)


@transaction.atomic
def _wake(batch_id: int, acting: Acting) -> ImportBatch:
    """A batch that broke off, or was told to apply, goes on in the phase it had come to."""
    batch = locked_in(batch_id, ImportBatch.State.WAITING)
    checked = batch.checked == batch.total
    batch.state = ImportBatch.State.WRITING if checked and batch.to_apply else ImportBatch.State.READING
    batch.touched_at = acting.at
    batch.save()
    return batch


@transaction.atomic
def _refuse(batch_id: int, error: RuleError, acting: Acting) -> ImportBatch:
    batch = locked_batch(batch_id)
    if not batch.resting:
        batch.state = ImportBatch.State.FAILED if batch.applied else ImportBatch.State.REFUSED
        batch.fault = {"code": error.code, "details": error.details}
        end_batch(batch, acting, kind_of(batch.kind).imported)
    return batch


@transaction.atomic
def apply_import(*, batch_id: int, acting: Acting) -> ImportBatch:
    """Have what was checked, or has been decided since, applied in the background; also go on with one broken off.

    Blocked where the guard says so.
    """
    batch = locked_batch(batch_id)
    require(guard_of_applying(batch, acting))
    batch.state, batch.to_apply, batch.fault = ImportBatch.State.WAITING, True, None
    batch.applied_by, batch.touched_at, batch.finished_at = acting.user, acting.at, None
    batch.save()
    drop_jobs(batch, acting.at)
    enqueue(kind=JOB, payload={"batch": batch.pk}, key=f"import:{batch.pk}:{acting.at.isoformat()}", at=acting.at)
    return batch


@transaction.atomic
def cancel_import(*, batch_id: int, acting: Acting) -> ImportBatch:
    """End an import that is not over; what it has written stays. Blocked where the guard says so."""
    batch = locked_batch(batch_id)
    require(guard_of_cancelling(batch, acting))
    batch.state = ImportBatch.State.CANCELLED
    drop_jobs(batch, acting.at)
    drop_staged(batch)
    end_batch(batch, acting, "import.cancelled", applied=batch.applied)
    return batch


def drop_jobs(batch: ImportBatch, at: datetime) -> None:
    """Nothing goes on with the batch by itself any more."""
    for key in Job.objects.filter(kind=JOB, payload={"batch": batch.pk}).values_list("key", flat=True):
        drop_job(key=key, at=at)


# --- the job ---------------------------------------------------------------------------------------------------------


@job_handler(JOB, lease=LEASE, max_attempts=ATTEMPTS)
def import_job(payload: dict[str, Any]) -> dict[str, Any]:
    """Go on with a batch for a while as the person who wants it; the worker is the edge, so it reads the clock."""
    ends = time.monotonic() + SLICE_SECONDS
    batch = ImportBatch.objects.select_related("created_by", "applied_by").get(pk=payload["batch"])
    acting = Acting(user=batch.applied_by or batch.created_by, at=timezone.now())
    batch = run_import(batch_id=batch.pk, acting=acting, enough=lambda: time.monotonic() >= ends)
    place = f"{batch.checked}:{batch.applied}:{batch.suspects}"
    return {"state": batch.state, "rejected": batch.rejected, "resting": batch.resting, "place": place}


@import_job.on_done
def import_goes_on(payload: dict[str, Any], result: dict[str, Any], at: datetime) -> None:
    """The next slice, as a job of its own, so that letters are printed in between."""
    if not result["resting"]:
        enqueue(kind=JOB, payload=payload, key=f"import:{payload['batch']}:{result['place']}:{at.isoformat()}", at=at)


@import_job.on_given_up
def import_given_up(payload: dict[str, Any], error: str, at: datetime) -> None:
    """The job died or was cancelled: say so on its page, and what was saved."""
    logger.error("import %s was given up: %s", payload["batch"], error)
    batch = locked_batch(payload["batch"])
    if not batch.resting:
        batch.state = ImportBatch.State.FAILED
        batch.fault = {"code": "broke_off", "details": {}}
        if batch.applied:
            batch.fault = {"code": "broke_off_saved", "details": {"applied": batch.applied}}
        end_batch(batch, Acting(user=None, at=at), kind_of(batch.kind).imported)


@import_job.on_retry
def import_retried(payload: dict[str, Any], at: datetime) -> None:
    """Somebody starts the dead job anew: the batch waits again, and goes on where it stopped."""
    ImportBatch.objects.filter(pk=payload["batch"], state=ImportBatch.State.FAILED).update(
        state=ImportBatch.State.WAITING, fault=None, finished_at=None, touched_at=at
    )
