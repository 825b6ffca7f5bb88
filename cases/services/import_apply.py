"""Second phase of an import: write what holds, each chunk in one transaction that also moves the cursor."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final, cast

from django.db import IntegrityError, transaction

from cases.acting import Acting
from cases.models.imports import ImportBatch, ImportRow
from cases.services.import_batch import (
    LETTERS,
    Chunk,
    Progress,
    end_batch,
    kept_row,
    locked_in,
    staged_chunks,
)
from cases.services.import_kind import CHUNK, Choice, Decision, ImportKind, Outcome, Planned, Planner
from cases.services.import_table import Table
from cases.services.read_table import Row

ATTEMPTS: Final = 3
COUNTED: Final[tuple[Outcome, ...]] = ("created", "updated", "unchanged", "rejected", "skipped")


class _MovedError(Exception):
    """In a strict import, a row no longer holds: the registry has changed since it was checked."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def apply_rows(
    batch: ImportBatch, kind: ImportKind, table: Table, acting: Acting, progress: Progress, enough: Callable[[], bool]
) -> None:
    """Write the rows from where the batch stands, chunk by chunk, until all are or `enough` says so.

    Every row is judged again as it is written, for the registry may have changed. OvertakenError where somebody else
    goes on with it.
    """
    planner = kind.planner(table, batch.body, acting)
    place = batch.applied
    try:
        if place < batch.total:
            for chunk in staged_chunks(batch, table, place, batch.offset):
                _retried(partial(_apply, batch.pk, place, chunk, planner))
                place += len(chunk.rows)
                progress("saved", place, batch.total)
                if enough():
                    return
        while _retried(partial(_apply_decided, batch.pk, planner)):
            if enough():
                return
    except _MovedError as error:
        _stop(batch.pk, error.number, acting)
    else:
        _end(batch.pk, kind, acting)


def _retried(work: Callable[[], bool]) -> bool:
    """Do a chunk; anew where somebody else wrote one of its records in between."""
    for _attempt in range(ATTEMPTS - 1):
        with suppress(IntegrityError):
            return work()
    return work()


@transaction.atomic
def _apply(batch_id: int, place: int, chunk: Chunk, planner: Planner) -> bool:
    """Write one chunk of the file, but for the rows that are held back."""
    batch = locked_in(batch_id, ImportBatch.State.WRITING, applied=place)
    held = set(batch.rows.filter(number__in=[row.number for row in chunk.rows]).values_list("number", flat=True))
    said_before = [row for row in chunk.rows if batch.verdicts[row.place] == LETTERS["skipped"]]
    held |= {row.number for row in said_before}
    plans = planner.plan([row for row in chunk.rows if row.number not in held], lock=True)
    planner.write(plans)
    _require_all(batch, plans)
    _count(batch, plans)
    rows = [kept_row(batch, plan) for plan in plans if plan.outcome in {"rejected", "suspect"}]
    ImportRow.objects.bulk_create(rows, batch_size=CHUNK)
    batch.skipped += len(said_before)
    batch.suspects += sum(plan.outcome == "suspect" for plan in plans)
    batch.applied += len(chunk.rows)
    batch.offset = chunk.following
    batch.touched_at = planner.acting.at
    batch.save()
    return True


@transaction.atomic
def _apply_decided(batch_id: int, planner: Planner) -> bool:
    """Write some of the rows that a person has decided on; False if none is left."""
    batch = locked_in(batch_id, ImportBatch.State.WRITING)
    rows = _of_different_records(batch.rows.filter(verdict="suspect").exclude(decision="").order_by("number")[:CHUNK])
    if not rows:
        return False
    parsed = [planner.table.parse(row.place, Row(row.number, tuple(row.cells))) for row in rows]
    decisions = {row.number: Decision(cast(Choice, row.decision), row.other) for row in rows}
    plans = planner.plan(parsed, decisions, lock=True)
    planner.write(plans)
    _require_all(batch, plans)
    _count(batch, plans)
    for row, plan in zip(rows, plans, strict=True):
        row.verdict = plan.outcome
        row.faults = [fault.as_dict() for fault in plan.faults]
    ImportRow.objects.bulk_update(rows, ["verdict", "faults"], batch_size=CHUNK)
    batch.suspects -= len(rows)
    batch.touched_at = planner.acting.at
    batch.save()
    return True


def _of_different_records(rows: Iterable[ImportRow]) -> list[ImportRow]:
    """The rows up to the first that would change the same record as one before it."""
    found: list[ImportRow] = []
    others: set[str] = set()
    for row in rows:
        if row.decision == "update" and row.other in others:
            break
        others.add(row.other)
        found.append(row)
    return found


def _require_all(batch: ImportBatch, plans: Sequence[Planned]) -> None:
    """In a strict import every row holds, or its chunk is not written and the import stops."""
    wrong = next((plan for plan in plans if plan.outcome in {"rejected", "suspect"}), None)
    if batch.strict and wrong is not None:
        raise _MovedError(wrong.row.number)


def _count(batch: ImportBatch, plans: Sequence[Planned]) -> None:
    """Add to the batch what became of the rows."""
    counts = Counter(plan.outcome for plan in plans)
    for outcome in COUNTED:
        setattr(batch, outcome, getattr(batch, outcome) + counts[outcome])
    letters = list(batch.verdicts)
    for plan in plans:
        letters[plan.row.place] = LETTERS[plan.outcome]
    batch.verdicts = "".join(letters)


@transaction.atomic
def _stop(batch_id: int, number: int, acting: Acting) -> None:
    """A strict import meets a row that no longer holds: what is written stays, nothing more is."""
    batch = locked_in(batch_id, ImportBatch.State.WRITING)
    batch.state = ImportBatch.State.FAILED
    batch.fault = {"code": "moved", "details": {"row": number, "applied": batch.applied}}
    batch.touched_at = acting.at
    batch.save()


@transaction.atomic
def _end(batch_id: int, kind: ImportKind, acting: Acting) -> None:
    """Everything that could be written is."""
    batch = locked_in(batch_id, ImportBatch.State.WRITING)
    batch.state = ImportBatch.State.DONE
    batch.fault = None
    end_batch(batch, acting, kind.imported)
