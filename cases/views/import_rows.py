"""What the page of an import shows of its rows: verdicts, faults in words, and suspects beside the other record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from cases.models.imports import ImportBatch, ImportRow
from cases.models.people import User
from cases.services.fault_texts import fault_text
from cases.services.import_cells import CellError
from cases.services.import_columns import Column, shown_text
from cases.services.import_kind import ImportKind
from cases.services.import_report import likeness_text
from cases.services.import_table import Table
from cases.services.write_workbook import Value

REJECTS_SHOWN: Final = 50
SUSPECTS_SHOWN: Final = 10
SAMPLED: Final = ("created", "updated", "unchanged")
CELLS_SHOWN: Final = 6
"""Columns of a sample row; the rest is in the file."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows have a verdict, and what that is called."""

    verdict: str
    label: str
    count: int


def counts_of(batch: ImportBatch) -> list[Count]:
    """What became of the rows, or would become as long as nothing is saved."""
    expected = batch.expected if batch.expected and not batch.applied else {}
    labels = {
        "created": _("To be created") if expected else _("Created"),
        "updated": _("To be updated") if expected else _("Updated"),
        "unchanged": _("Unchanged"),
        "rejected": _("Rejected"),
        "suspect": _("To be decided"),
        "skipped": _("Skipped"),
    }
    stored = {"suspect": batch.suspects}
    found = [
        Count(verdict, label, expected.get(verdict, 0) if expected else stored.get(verdict, getattr(batch, verdict, 0)))
        for verdict, label in labels.items()
    ]
    return [each for each in found if each.count or each.verdict in {*SAMPLED, "rejected"}]


def tabs_to_show(batch: ImportBatch, wanted: str) -> tuple[str, list[dict[str, Any]]]:
    """The verdict to show, and a tab for each that has rows to show; what needs a person comes first."""
    numbers = {
        "suspect": batch.rows.filter(verdict=ImportRow.Verdict.SUSPECT).count() if batch.suspects else 0,
        "rejected": batch.rejected,
        **{verdict: len(batch.samples.get(verdict, [])) for verdict in SAMPLED},
    }
    labels = {
        "suspect": _("To be decided"),
        "rejected": _("Rejected"),
        "created": _("First to be created") if not batch.applied else _("First created"),
        "updated": _("First to be updated") if not batch.applied else _("First updated"),
        "unchanged": _("First unchanged"),
    }
    filled = [verdict for verdict, number in numbers.items() if number]
    shown = wanted if wanted in filled else next(iter(filled), "")
    tabs = [
        {
            "label": labels[verdict],
            "url": f"?show={verdict}",
            "current": verdict == shown,
            "count": numbers[verdict] if verdict in {"suspect", "rejected"} else None,
        }
        for verdict in filled
    ]
    return shown, tabs


def rejected_page(batch: ImportBatch, number: str | None) -> tuple[Page[Any], list[dict[str, Any]]]:
    """Rejected rows with each fault in words."""
    page = Paginator(batch.rejected_rows.order_by("number"), REJECTS_SHOWN).get_page(number)
    rows = [{"number": row.number, "faults": [_in_words(fault) for fault in row.faults]} for row in page.object_list]
    return page, rows


def _in_words(fault: Mapping[str, Any]) -> dict[str, str]:
    return {
        "column": fault["column"],
        "value": fault["value"],
        "reason": fault_text(fault["code"], fault["details"]),
    }


def samples_of(batch: ImportBatch, kind: ImportKind, verdict: str) -> dict[str, Any]:
    """The first rows of a verdict: for updated ones what changes, else their first columns."""
    table = Table(kind.columns, batch.header)
    columns = [column for column in table.placed if column is not None][:CELLS_SHOWN]
    kept = batch.samples.get(verdict, [])
    if verdict == "updated":
        names = kind.columns.by_name
        changed = [
            {
                "number": row["number"],
                "name": kind.name_of(row["cells"], table),
                "changes": [
                    {**change, "label": names[change["column"]].title}
                    for change in row["changes"]
                    if change["column"] in names
                ],
            }
            for row in kept
        ]
        return {"changed": changed}
    rows = [
        {"number": row["number"], "cells": [table.text(row["cells"], column.name) for column in columns]}
        for row in kept
    ]
    return {"titles": [column.title for column in columns], "plain": rows}


def suspects_page(
    batch: ImportBatch, kind: ImportKind, user: User, number: str | None
) -> tuple[Page[Any], list[dict[str, Any]]]:
    """Rows that resemble another record, each beside it, field by field."""
    rows = batch.rows.filter(verdict=ImportRow.Verdict.SUSPECT).order_by("number")
    page = Paginator(rows, SUSPECTS_SHOWN).get_page(number)
    shown: list[ImportRow] = list(page.object_list)
    table = Table(kind.columns, batch.header)
    standing = kind.standing({row.other for row in shown}, user)
    return page, [_beside(row, kind, table, standing.get(row.other)) for row in shown]


def _beside(row: ImportRow, kind: ImportKind, table: Table, standing: Sequence[Value] | None) -> dict[str, Any]:
    choices = [
        {"value": value, "label": label, "chosen": row.decision == value}
        for value, label in ImportRow.Decision.choices
        if value != ImportRow.Decision.NEW or row.likeness
    ]
    pairs = [_pair(column, place, row, table, standing) for place, column in enumerate(kind.columns)]
    return {
        "row": row,
        "name": kind.name_of(row.cells, table),
        "reasons": [likeness_text(code) for code in row.likeness]
        or [fault_text(fault["code"], fault["details"]) for fault in row.faults],
        "standing": standing is not None,
        "pairs": [pair for pair in pairs if pair["given"] or pair["other"]],
        "choices": choices,
    }


def _pair(column: Column, place: int, row: ImportRow, table: Table, standing: Sequence[Value] | None) -> dict[str, Any]:
    """One field of the row and of the other record; a standing record's own cells where there is one."""
    given = table.text(row.cells, column.name)
    if standing is not None:
        value = standing[place]
        other = "" if value is None else shown_text(Column("", "", ""), value)
    else:
        other = table.text(row.other_cells, column.name)
    return {"label": column.title, "given": given, "other": other, "differs": _differ(column, given, other)}


def _differ(column: Column, given: str, other: str) -> bool:
    """Whether a filled cell says something else, however it is spelled."""
    if not given or given == other:
        return False
    try:
        return bool(column.read(given) != column.read(other))
    except CellError:
        return True
