"""The template of a kind to download and fill in: headers, a sample, drop-down lists, what each column takes."""

from collections.abc import Sequence
from typing import IO, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.services.export_records import write_csv
from cases.services.import_columns import Column
from cases.services.import_kind import ImportKind
from cases.services.write_workbook import Value, write_workbook

_NOTE_WIDTHS: Final = [28, 12, 80]
SAMPLE_CODE: Final = "91330402MATEXT01X5"


def template_workbook(kind: ImportKind) -> IO[bytes]:
    """An .xlsx whose first sheet is to be filled in and whose second explains it; in the language of the moment."""
    notes = [[column.title, _("yes") if column.required else "", _explained(column)] for column in kind.columns]
    choices = {place: column.words.all() for place, column in enumerate(kind.columns) if column.words}
    return write_workbook(
        [
            (str(kind.title)[:31], _header(kind), [_sample(kind)], [column.width for column in kind.columns]),
            (_("How to fill in"), [_("Column"), _("Required"), _("What to write")], notes, _NOTE_WIDTHS),
        ],
        choices,
    )


def template_csv(kind: ImportKind) -> IO[bytes]:
    """Headers and the sample row as CSV."""
    return write_csv(_header(kind), [_sample(kind)])


def _header(kind: ImportKind) -> list[str]:
    return [f"{column.title}*" if column.required else column.title for column in kind.columns]


def _sample(kind: ImportKind) -> Sequence[Value]:
    """A row that says itself that it is none: the import never takes it."""
    first, *rest = kind.columns
    mark = pgettext("row of a template", "Sample")
    return [f"{mark} {first.sample or SAMPLE_CODE}", *(_sample_of(column) for column in rest)]


def _sample_of(column: Column) -> str:
    """The column's own sample, a choice in the words of the moment."""
    if column.words and column.sample:
        return str(column.words.show(column.words.read(column.sample)))
    return column.sample


def _explained(column: Column) -> str:
    """What the column takes: its note, its words, an example."""
    parts = [str(column.note)] if column.note else []
    if column.words:
        parts.append("、".join(column.words.all()))
    elif column.sample:
        parts.append(_("For example: %(sample)s") % {"sample": column.sample})
    return " ".join(parts)
