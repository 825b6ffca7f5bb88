"""The workbooks round an import: the rejected rows, and the row-by-row report."""

from collections.abc import Iterator, Sequence
from typing import IO, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.models.imports import ImportBatch, ImportRow
from cases.services.fault_texts import fault_line, fault_text
from cases.services.import_batch import OUTCOMES, staged_chunks
from cases.services.import_kind import Outcome
from cases.services.import_kinds import kind_of
from cases.services.import_table import Table
from cases.services.write_workbook import Value, write_workbook

BATCH: Final = 2000


def rejects_workbook(batch: ImportBatch) -> IO[bytes]:
    """The rejected rows as they stood, with row number and reasons, ready to be corrected and imported again."""
    header = [*batch.header, _("Row"), _("Reason")]
    widths = [16] * len(batch.header) + [8, 80]

    def rows() -> Iterator[Sequence[Value]]:
        for row in batch.rejected_rows.order_by("number").iterator(chunk_size=BATCH):
            cells = row.cells + [""] * (len(batch.header) - len(row.cells))
            yield [*cells, row.number, reasons(row.faults)]

    return write_workbook([(_("Rejected rows"), header, rows(), widths)])


def report_workbook(batch: ImportBatch) -> IO[bytes]:
    """What became, or would become, of every row, as long as they are kept; a line for each fault of a row.

    After that, and for a file that was refused as a whole, only the header.
    """
    header = [
        _("Row"),
        _("USCC"),
        pgettext("of an enterprise", "Name"),
        _("Outcome"),
        _("Column"),
        _("Value"),
        _("Reason"),
    ]
    return write_workbook([(_("Import report"), header, _report_rows(batch), [8, 22, 32, 12, 20, 24, 60])])


def _report_rows(batch: ImportBatch) -> Iterator[Sequence[Value]]:
    if not batch.staged:
        return
    kind, words = kind_of(batch.kind), outcome_words()
    table = Table(kind.columns, batch.header)
    for chunk in staged_chunks(batch, table, 0, 0, BATCH):
        first, last = chunk.rows[0].place, chunk.rows[-1].place
        kept = {row.place: row for row in batch.rows.filter(place__range=(first, last))}
        for row in chunk.rows[: len(batch.verdicts) - first]:
            key = table.text(row.cells, kind.columns[0].name)
            outcome = words[OUTCOMES[batch.verdicts[row.place]]]
            said: list[Value] = [row.number, key, kind.name_of(row.cells, table), outcome]
            for fault in _told(kept.get(row.place)):
                yield [*said, *fault]


def _told(row: ImportRow | None) -> Iterator[Sequence[Value]]:
    """Column, value and reason of every fault of a row; one empty line for one that has none."""
    for fault in row.faults if row else ():
        yield [fault["column"], fault["value"], fault_text(fault["code"], fault["details"])]
    if row is not None and row.likeness:
        yield ["", row.other, "；".join(likeness_text(code) for code in row.likeness)]
    if row is None or not (row.faults or row.likeness):
        yield ["", "", ""]


def outcome_words() -> dict[Outcome, str]:
    """What a report calls each outcome."""
    return {
        "created": _("created"),
        "updated": _("updated"),
        "unchanged": _("unchanged"),
        "rejected": _("rejected"),
        "suspect": _("to be decided"),
        "skipped": _("skipped"),
    }


def likeness_text(code: str) -> str:
    """What a row has in common with another record."""
    return {
        "organisation": _("The same organisation code (characters 9 to 17)."),
        "name_address": _("The same name at the same address."),
        "name": _("The same name in the same county; an address is missing."),
    }[code]


def reasons(faults: list[dict[str, Any]]) -> str:
    """All reasons of a row, one a line, in the language of the moment."""
    return "\n".join(fault_line(fault["column"], fault["code"], fault["details"]) for fault in faults)


def rejected_lines(batch: ImportBatch) -> Iterator[str]:
    """One line of text for every fault of a row that was not taken: row, column, value, reason."""
    held = batch.rows.filter(verdict__in=[ImportRow.Verdict.REJECTED, ImportRow.Verdict.SUSPECT])
    for row in held.order_by("number").iterator(chunk_size=BATCH):
        for column, value, reason in _told(row):
            yield f"{row.number}\t{column}\t{value}\t{reason}"
