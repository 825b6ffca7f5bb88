"""First phase of an import: judge every row, write nothing but the verdicts."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from django.db import transaction

from cases.acting import Acting
from cases.models.imports import ImportBatch, ImportRow
from cases.services.import_batch import (
    LETTERS,
    OUTCOMES,
    Chunk,
    Progress,
    end_batch,
    kept_row,
    locked_in,
    staged_at,
    staged_chunks,
)
from cases.services.import_kind import CHUNK, ImportKind, Planned, Planner
from cases.services.import_seen import SeenKeys
from cases.services.import_table import ParsedRow, Table

SAMPLES: Final = 10
"""Rows of each verdict that the page shows."""
SAMPLED: Final = ("created", "updated", "unchanged")


def check_rows(
    batch: ImportBatch, kind: ImportKind, table: Table, acting: Acting, progress: Progress, enough: Callable[[], bool]
) -> None:
    """Judge the rows from where the batch stands, chunk by chunk, until all are or `enough` says so.

    OvertakenError where somebody else goes on with it.
    """
    planner = kind.planner(table, batch.body, acting)
    place = batch.checked
    with SeenKeys() as seen:
        repeats = _Repeats(batch, kind, table, seen)
        repeats.recall()
        for chunk in staged_chunks(batch, table, place, batch.offset):
            plans = planner.judge(chunk.rows)
            repeats.mark(plans, chunk)
            _keep(batch.pk, place, plans, planner, chunk.following, acting)
            place += len(plans)
            progress("checked", place, batch.total)
            if enough():
                break
    if place == batch.total:
        _end(batch.pk, kind, acting)


class _Repeats:
    """Finds the rows of one file that mean the same record."""

    def __init__(self, batch: ImportBatch, kind: ImportKind, table: Table, seen: SeenKeys) -> None:
        self.batch, self.kind, self.table, self.seen = batch, kind, table, seen

    def recall(self) -> None:
        """Read again which keys the rows had that were judged before the check broke off."""
        for chunk in staged_chunks(self.batch, self.table, 0, 0):
            for row, offset in zip(chunk.rows, chunk.offsets, strict=True):
                if row.place == self.batch.checked:
                    return
                self._note(row, offset)

    def mark(self, plans: Sequence[Planned], chunk: Chunk) -> None:
        """Mark the rows that repeat or resemble an earlier one; the first one of them stands."""
        for plan, offset in zip(plans, chunk.offsets, strict=True):
            identity = self.kind.identity(plan.row)
            if identity and (first := self.seen.first(_same(identity))):
                self._repeated(plan, *first)
            elif plan.outcome == "created":
                self._resembling(plan)
            self._note(plan.row, offset)

    def _note(self, row: ParsedRow, offset: int) -> None:
        identity = self.kind.identity(row)
        keys = [_same(identity)] * bool(identity) + list(self.kind.marks(row))
        self.seen.note(keys, row.number, row.place, offset)

    def _repeated(self, plan: Planned, number: int, place: int, offset: int) -> None:
        """A row that says the same again is left out; another is for a person to decide, or wrong."""
        earlier = staged_at(self.batch, self.table, place, offset)
        if earlier.cells == plan.row.cells and plan.outcome != "rejected":
            plan.outcome = "skipped"
            return
        repeated = self.table.fault_at(plan.row, self.kind.columns[0].name, "repeated", {"row": number})
        plan.faults, plan.likeness = (*plan.faults, repeated), ()
        if plan.outcome == "rejected" or not self.kind.repeated_is_suspect:
            plan.outcome = "rejected"
        else:
            plan.outcome, plan.other, plan.earlier = "suspect", self.kind.identity(plan.row), earlier

    def _resembling(self, plan: Planned) -> None:
        for key in self.kind.marks(plan.row):
            if (first := self.seen.first(key)) is None:
                continue
            _number, place, offset = first
            earlier = staged_at(self.batch, self.table, place, offset)
            if found := self.kind.resembles(plan.row, earlier):
                plan.outcome, plan.likeness = "suspect", found
                plan.other, plan.earlier = self.kind.identity(earlier), earlier
                return


def _same(identity: str) -> str:
    return f"= {identity}"


@transaction.atomic
def _keep(
    batch_id: int, place: int, plans: Sequence[Planned], planner: Planner, following: int, acting: Acting
) -> None:
    """Store the verdicts of a chunk and move the cursor past it."""
    batch = locked_in(batch_id, ImportBatch.State.READING, checked=place)
    counts = Counter(plan.outcome for plan in plans)
    batch.checked += len(plans)
    batch.offset = following
    batch.verdicts += "".join(LETTERS[plan.outcome] for plan in plans)
    batch.rejected += counts["rejected"]
    batch.suspects += counts["suspect"]
    for plan in plans:
        shown = batch.samples.setdefault(plan.outcome, [])
        if plan.outcome in SAMPLED and len(shown) < SAMPLES:
            changes = [change.as_dict() for change in planner.changes(plan)] if plan.outcome == "updated" else []
            shown.append({"number": plan.row.number, "cells": list(plan.row.cells), "changes": changes})
    rows = [kept_row(batch, plan) for plan in plans if plan.outcome in {"rejected", "suspect"}]
    ImportRow.objects.bulk_create(rows, batch_size=CHUNK)
    batch.touched_at = acting.at
    batch.save()


@transaction.atomic
def _end(batch_id: int, kind: ImportKind, acting: Acting) -> None:
    """All rows are judged: apply, wait for a person, or refuse the whole file."""
    batch = locked_in(batch_id, ImportBatch.State.READING)
    if batch.checked < batch.total:
        raise LookupError("rows are left to check")
    counts = Counter(OUTCOMES[letter] for letter in batch.verdicts)
    batch.expected = dict(counts)
    batch.offset = 0
    batch.touched_at = acting.at
    if batch.strict and counts["rejected"] and not batch.dry_run:
        batch.state, batch.fault = ImportBatch.State.REFUSED, {"code": "bad_rows", "details": {}}
        end_batch(batch, acting, kind.imported)
        return
    if batch.strict and counts["suspect"]:
        batch.to_apply = False
    batch.state = ImportBatch.State.WRITING if batch.to_apply else ImportBatch.State.CHECKED
    batch.save()
