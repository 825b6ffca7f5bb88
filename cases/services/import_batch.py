"""The row of an import: locked while it moves, its staged rows, its end."""

import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import IO, Any, Final, cast

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from cases.acting import Acting
from cases.models.imports import ImportBatch, ImportRow
from cases.services.audit import record
from cases.services.import_kind import CHUNK, ImportKind, Outcome, Planned
from cases.services.import_table import ParsedRow, Table, read_table_of, staged_line, staged_row

Progress = Callable[[str, int, int], None]
"""Told the phase ("checked" or "saved"), how many rows are done, and of how many."""
LETTERS: Final[dict[Outcome, str]] = {
    "created": "c",
    "updated": "u",
    "unchanged": "n",
    "rejected": "r",
    "suspect": "s",
    "skipped": "k",
}
OUTCOMES: Final = {letter: outcome for outcome, letter in LETTERS.items()}


class OvertakenError(Exception):
    """Another worker has gone on with the batch, or a person has ended it: leave it alone."""


def locked_batch(batch_id: int) -> ImportBatch:
    """The batch, locked until the transaction ends."""
    return ImportBatch.objects.select_for_update(of=("self",)).select_related("body").get(pk=batch_id)


def locked_in(batch_id: int, state: str, **cursor: int) -> ImportBatch:
    """The batch, locked, if it still stands where the caller left it; OvertakenError otherwise."""
    batch = locked_batch(batch_id)
    if batch.state != state or any(getattr(batch, name) != value for name, value in cursor.items()):
        raise OvertakenError
    return batch


def end_batch(batch: ImportBatch, acting: Acting, action: str, **more: Any) -> None:
    """Save the end of the batch with its one audit event."""
    batch.finished_at = batch.touched_at = acting.at
    batch.save()
    names = ("total", "created", "updated", "unchanged", "rejected", "suspects", "skipped")
    record(
        stream=f"import:{batch.pk}",
        action=action,
        acting=acting,
        body=batch.body,
        data={
            **{name: getattr(batch, name) for name in names},
            "records": batch.kind,
            "filename": batch.filename,
            "sha256": batch.sha256,
            "strict": batch.strict,
            "state": batch.state,
            "fault": batch.fault,
            **more,
        },
    )


def kept_row(batch: ImportBatch, plan: Planned) -> ImportRow:
    """The row of a plan that a person has to look at; not saved."""
    return ImportRow(
        batch=batch,
        place=plan.row.place,
        number=plan.row.number,
        verdict=plan.outcome,
        cells=list(plan.row.cells),
        faults=[fault.as_dict() for fault in plan.faults],
        likeness=list(plan.likeness),
        other=plan.other,
        other_row=plan.earlier.number if plan.earlier else None,
        other_cells=list(plan.earlier.cells) if plan.earlier else [],
    )


# --- staged rows -----------------------------------------------------------------------------------------------------


def stage_rows(batch: ImportBatch, kind: ImportKind, acting: Acting) -> None:
    """Read the file once, row by row, into plain lines that both phases and a resumed one can go through at once.

    RuleErrors of the file.
    """
    with tempfile.TemporaryFile() as lines:
        with batch.file.open("rb") as file:
            table, rows = read_table_of(kind.columns, cast(IO[bytes], file))
            total = sum(1 for row in rows if lines.write(staged_line(row, len(table.header))))
        lines.seek(0)
        name = default_storage.save(f"imports/staged/{uuid.uuid4().hex}.jsonl", File(lines))
    try:
        _keep_staged(batch.pk, name, total, table, acting)
    except BaseException:
        default_storage.delete(name)
        raise


@transaction.atomic
def _keep_staged(batch_id: int, name: str, total: int, table: Table, acting: Acting) -> None:
    batch = locked_batch(batch_id)
    if batch.resting or batch.staged:
        raise OvertakenError
    batch.staged.name = name
    batch.state, batch.total, batch.checked, batch.offset = ImportBatch.State.READING, total, 0, 0
    batch.header, batch.ignored_columns = list(table.header), table.ignored
    batch.touched_at = acting.at
    batch.save()


def drop_staged(batch: ImportBatch) -> None:
    """Remove the staged rows once the transaction has committed; the caller saves the batch."""
    if name := batch.staged.name:
        batch.staged.name = ""
        transaction.on_commit(lambda: default_storage.delete(name), robust=True)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows in a line, where in the staged file each begins, and where the row after them would."""

    rows: list[ParsedRow]
    offsets: list[int]
    following: int


def staged_chunks(batch: ImportBatch, table: Table, place: int, offset: int, size: int = 0) -> Iterator[Chunk]:
    """The staged rows from the one at `place`, whose line begins at `offset`."""
    with default_storage.open(str(batch.staged.name), "rb") as file:
        file.seek(offset)
        lines = iter(cast(IO[bytes], file.file))
        while some := list(islice(lines, size or CHUNK)):
            rows = [table.parse(place + at, staged_row(line)) for at, line in enumerate(some)]
            offsets = list(accumulate(map(len, some), initial=offset))
            place, offset = place + len(some), offsets.pop()
            yield Chunk(rows, offsets, offset)


def staged_at(batch: ImportBatch, table: Table, place: int, offset: int) -> ParsedRow:
    """The one row whose line begins at `offset`."""
    return next(staged_chunks(batch, table, place, offset, 1)).rows[0]
