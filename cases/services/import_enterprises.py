"""Import units from a spreadsheet: start it, run it, tell what became of every row (contracts.md).

Rows that hold are written in one transaction, or none are; rows that do not are kept for correction. The same file
twice changes nothing.
"""

import hashlib
import logging
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any, Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.models.body import Body
from cases.models.enterprise import Enterprise
from cases.models.imports import ImportBatch, ImportRow
from cases.rules.errors import RuleError
from cases.selectors.scope import may
from cases.services.audit import record
from cases.services.enterprise_checks import require_permission
from cases.services.import_plan import CHUNK, Planned, Planner
from cases.services.import_rows import Table, read_import
from cases.services.import_write import write_planned
from cases.services.jobs import enqueue, job_handler
from cases.services.read_table import ZIP, require_table

logger = logging.getLogger(__name__)

JOB: Final = "cases.import_enterprises"
PERMISSION: Final = "import_enterprises"
LEASE: Final = timedelta(minutes=20)
ATTEMPTS: Final = 3
_MEGABYTE: Final = 1024 * 1024
Progress = Callable[[int, int], None]


class _MovedError(Exception):
    """The registry changed between planning and writing; plan again."""


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """A finished batch and the plan of every row of its file (none where the file itself was refused)."""

    batch: ImportBatch
    rows: Sequence[Planned]


@transaction.atomic
def start_import(
    *, body: Body, filename: str, content: bytes, strict: bool, acting: Acting, background: bool = True
) -> ImportBatch:
    """Keep the file and, in the background, a job that imports it into `body`.

    RuleError: `too_large`, `empty`, `old_excel`, `not_a_table`, `damaged`, `encoding`. NotPermitted.
    """
    require_permission(acting, PERMISSION, body)
    size = len(content) / _MEGABYTE
    if size > settings.UPLOAD_MAX_MB:
        raise RuleError("too_large", _("The file is too large."), size=f"{size:.1f}", limit=settings.UPLOAD_MAX_MB)
    require_table(content)
    batch = ImportBatch(
        body=body,
        created_by=acting.user,
        created_at=acting.at,
        filename=PurePath(filename.replace("\\", "/")).name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        strict=strict,
    )
    suffix = "xlsx" if content.startswith(ZIP) else "csv"
    batch.file.save(f"{uuid.uuid4().hex}.{suffix}", ContentFile(content), save=False)
    batch.save()
    if background:
        enqueue(kind=JOB, payload={"batch": batch.pk}, key=f"import:{batch.pk}", at=acting.at)
    return batch


def run_import(*, batch_id: int, acting: Acting, progress: Progress | None = None) -> ImportOutcome:
    """Do the import; a batch that is over is left as it is. Progress is saved as it goes, outside any transaction."""
    batch = ImportBatch.objects.select_related("body", "created_by").get(pk=batch_id)
    if batch.over:
        return ImportOutcome(batch, ())
    if acting.user is not None and not may(acting.user, PERMISSION, batch.body):
        return _refuse(batch, RuleError("not_permitted", _("The import is no longer allowed.")), acting)
    with batch.file.open("rb") as file:
        content = file.read()
    try:
        table = read_import(content)
    except RuleError as error:
        return _refuse(batch, error, acting)
    _note(batch, state=ImportBatch.State.READING, total=len(table.rows), checked=0)
    for attempt in range(ATTEMPTS):
        plans = _plan(batch, table, acting, progress)
        try:
            return _write(batch.pk, table, plans, acting)
        except (_MovedError, IntegrityError):
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _note(batch: ImportBatch, **values: Any) -> None:
    """Save progress at once, so that a watching page sees it; never over the result of a finished batch."""
    over = [ImportBatch.State.DONE, ImportBatch.State.REFUSED, ImportBatch.State.FAILED]
    ImportBatch.objects.filter(pk=batch.pk).exclude(state__in=over).update(**values)


def _plan(batch: ImportBatch, table: Table, acting: Acting, progress: Progress | None) -> list[Planned]:
    total = len(table.rows)

    def tell(checked: int) -> None:
        _note(batch, checked=checked)
        if progress is not None:
            progress(checked, total)

    plans = Planner(table, batch.body, acting).plan(tell)
    _note(batch, state=ImportBatch.State.WRITING)
    return plans


@transaction.atomic
def _write(batch_id: int, table: Table, plans: Sequence[Planned], acting: Acting) -> ImportOutcome:
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("body").get(pk=batch_id)
    if batch.over:
        return ImportOutcome(batch, ())
    counts = Counter(plan.outcome for plan in plans)
    keep_out = batch.strict and counts["rejected"] > 0
    if not keep_out:
        _require_unmoved(plans)
        write_planned(plans, acting)
        batch.created, batch.updated, batch.unchanged = counts["created"], counts["updated"], counts["unchanged"]
    batch.state = ImportBatch.State.REFUSED if keep_out else ImportBatch.State.DONE
    batch.fault = {"code": "bad_rows", "details": {}} if keep_out else None
    batch.header, batch.ignored_columns = list(table.header), table.ignored
    batch.total = batch.checked = len(plans)
    batch.rejected = counts["rejected"]
    ImportRow.objects.bulk_create(
        [
            ImportRow(
                batch=batch,
                number=plan.row.number,
                cells=list(plan.row.cells),
                faults=[fault.as_dict() for fault in plan.faults],
            )
            for plan in plans
            if plan.outcome == "rejected"
        ],
        batch_size=CHUNK,
    )
    _finish(batch, acting)
    return ImportOutcome(batch, plans)


def _require_unmoved(plans: Sequence[Planned]) -> None:
    """Lock the units that stand and compare with what was planned on."""
    for start in range(0, len(plans), CHUNK):
        chunk = [plan for plan in plans[start : start + CHUNK] if plan.outcome != "rejected"]
        planned = {plan.uscc: plan.stored.enterprise.version for plan in chunk if plan.stored is not None}
        units = Enterprise.objects.select_for_update().filter(uscc__in=[plan.uscc for plan in chunk])
        if dict(units.values_list("uscc", "version")) != planned:
            raise _MovedError


@transaction.atomic
def _refuse(batch: ImportBatch, error: RuleError, acting: Acting) -> ImportOutcome:
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("body").get(pk=batch.pk)
    if not batch.over:
        batch.state = ImportBatch.State.REFUSED
        batch.fault = {"code": error.code, "details": error.details}
        _finish(batch, acting)
    return ImportOutcome(batch, ())


def _finish(batch: ImportBatch, acting: Acting) -> None:
    """Save the end of the batch with its one audit event."""
    batch.finished_at = acting.at
    batch.save()
    counts = {name: getattr(batch, name) for name in ("total", "created", "updated", "unchanged", "rejected")}
    record(
        stream=f"import:{batch.pk}",
        action="enterprises.imported",
        acting=acting,
        body=batch.body,
        data={
            **counts,
            "filename": batch.filename,
            "sha256": batch.sha256,
            "strict": batch.strict,
            "state": batch.state,
            "fault": batch.fault,
        },
    )


# --- the job ---------------------------------------------------------------------------------------------------------


@job_handler(JOB, lease=LEASE, max_attempts=ATTEMPTS)
def import_job(payload: dict[str, Any]) -> dict[str, Any]:
    """Import one batch as the person who started it; the worker is the edge, so it reads the clock."""
    batch = ImportBatch.objects.select_related("created_by").get(pk=payload["batch"])
    outcome = run_import(batch_id=batch.pk, acting=Acting(user=batch.created_by, at=timezone.now()))
    return {"state": outcome.batch.state, "rejected": outcome.batch.rejected}


@import_job.on_given_up
def import_given_up(payload: dict[str, Any], error: str, at: datetime) -> None:
    """The job died or was cancelled: say so on its page; nothing was saved."""
    logger.error("import %s was given up: %s", payload["batch"], error)
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("body").get(pk=payload["batch"])
    if not batch.over:
        batch.state = ImportBatch.State.FAILED
        batch.fault = {"code": "broke_off", "details": {}}
        _finish(batch, Acting(user=None, at=at))


@import_job.on_retry
def import_retried(payload: dict[str, Any], at: datetime) -> None:
    """Somebody starts the dead job anew: the batch waits again."""
    ImportBatch.objects.filter(pk=payload["batch"], state=ImportBatch.State.FAILED).update(
        state=ImportBatch.State.WAITING, fault=None, finished_at=None
    )
