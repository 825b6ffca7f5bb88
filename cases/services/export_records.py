"""Export records in the columns of their import: what is exported can be imported again and changes nothing."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Literal, cast

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import LEGAL_ZONE, Acting
from cases.rules.errors import NotPermitted
from cases.selectors.scope import holds
from cases.services.audit import record
from cases.services.export_enterprises import PERMISSION, Counted
from cases.services.import_kinds import exported_kind
from cases.services.read_text import guarded
from cases.services.write_workbook import IN_MEMORY, Value, write_workbook

Format = Literal["xlsx", "csv"]


@transaction.atomic
def export_records(*, kind: str, form: Format, acting: Acting) -> IO[bytes]:
    """Every record of the kind that the person may see and export, as an open file at its start.

    RuleError: `kind_unknown`. NotPermitted for who may export nowhere.
    """
    if not holds(acting.person, PERMISSION):
        raise NotPermitted("permission", _("Your post does not allow exports."))
    exported = exported_kind(kind)
    header = [column.title for column in exported.columns]
    rows = Counted(exported.rows(acting.person, PERMISSION))
    if form == "csv":
        file = write_csv(header, rows)
    else:
        file = write_workbook([(str(exported.title)[:31], header, rows, [column.width for column in exported.columns])])
    data = {"records": exported.code, "format": form, "rows": rows.count}
    record(stream="exports", action="exported.records", acting=acting, data=data)
    return file


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> IO[bytes]:
    """The rows as UTF-8 with the mark that Excel looks for; no text in it is taken for a formula."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    text = io.TextIOWrapper(cast(IO[bytes], file), encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_written(value) for value in row] for row in rows)
    text.detach()
    file.seek(0)
    return cast(IO[bytes], file)


def _written(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(LEGAL_ZONE).strftime("%Y-%m-%d")
    if isinstance(value, date):
        return value.isoformat()
    return guarded(value) if isinstance(value, str) else str(value)
