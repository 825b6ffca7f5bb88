"""The workbooks round an import: the empty template, the rejected rows, and the row-by-row report."""

from collections.abc import Iterator, Sequence
from typing import IO, Any, Final

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from cases.models.imports import ImportBatch
from cases.services.fault_texts import fault_line
from cases.services.import_columns import COLUMNS, STATUS_WORDS, Column, reason_words
from cases.services.import_enterprises import ImportOutcome
from cases.services.import_plan import Planned
from cases.services.write_workbook import Value, write_workbook

_NOTE_WIDTHS: Final = [28, 12, 80]
BATCH: Final = 2000


def template_workbook() -> IO[bytes]:
    """An empty sheet with the right columns, and one that explains each; headers in the reader's language."""
    header = [f"{_title(column)}*" if column.required else _title(column) for column in COLUMNS]
    notes = [[_title(column), _("yes") if column.required else "", _explained(column)] for column in COLUMNS]
    return write_workbook(
        [
            (_("Enterprises"), header, [], [column.width for column in COLUMNS]),
            (_("How to fill in"), [_("Column"), _("Required"), _("What to write")], notes, _NOTE_WIDTHS),
        ]
    )


def rejects_workbook(batch: ImportBatch) -> IO[bytes]:
    """The rejected rows as they stood, with row number and reasons, ready to be corrected and imported again."""
    header = [*batch.header, _("Row"), _("Reason")]
    widths = [16] * len(batch.header) + [8, 80]

    def rows() -> Iterator[Sequence[Value]]:
        for row in batch.rejected_rows.order_by("number").iterator(chunk_size=BATCH):
            cells = row.cells + [""] * (len(batch.header) - len(row.cells))
            yield [*cells, row.number, reasons(row.faults)]

    return write_workbook([(_("Rejected rows"), header, rows(), widths)])


def report_workbook(outcome: ImportOutcome) -> IO[bytes]:
    """What became of every row; one line a fault where there are several."""
    words = {
        "created": _("created"),
        "updated": _("updated"),
        "unchanged": _("unchanged"),
        "rejected": _("rejected"),
    }
    header = [
        _("Row"),
        _("USCC"),
        pgettext("of an enterprise", "Name"),
        _("Outcome"),
        _("Column"),
        _("Value"),
        _("Reason"),
    ]

    def rows() -> Iterator[Sequence[Value]]:
        for plan in outcome.rows:
            name = plan.facts.name if plan.facts else str(plan.row.given.get("name", ""))
            first: list[Value] = [plan.row.number, plan.uscc, name, words[plan.outcome]]
            for fault in plan.faults or (None,):
                rest = [fault.column, fault.value, _reason(fault.as_dict())] if fault else ["", "", ""]
                yield [*first, *rest]

    return write_workbook([(_("Import report"), header, rows(), [8, 22, 32, 12, 20, 24, 60])])


def reasons(faults: list[dict[str, Any]]) -> str:
    """All reasons of a row, one a line, in the language of the moment."""
    return "\n".join(fault_line(fault["column"], fault["code"], fault["details"]) for fault in faults)


def rejected_lines(plans: Sequence[Planned]) -> Iterator[str]:
    """One line of text a fault: row, column, value, reason."""
    for plan in plans:
        for fault in plan.faults:
            yield f"{plan.row.number}\t{fault.column}\t{fault.value}\t{_reason(fault.as_dict())}"


def _reason(fault: dict[str, Any]) -> str:
    return fault_line(fault["column"], fault["code"], fault["details"]).removeprefix(f"{fault['column']}: ")


def _title(column: Column) -> str:
    return column.en if (get_language() or "").startswith("en") else column.zh


def _explained(column: Column) -> str:
    """What the column takes, with an example."""
    if column.name == "first_entry_reason":
        return "、".join(reason_words())
    if column.name == "status":
        return "、".join(STATUS_WORDS)
    if column.name == "uscc":
        return _(
            "Format the column as text. A code that stands already updates its unit; an empty cell changes nothing."
        )
    return _("For example: %(sample)s") % {"sample": column.sample} if column.sample else ""
