"""Export task lists to a workbook: every task a row, its two answers apart."""

from collections.abc import Iterator, Sequence
from typing import IO, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.acting import Acting
from cases.models import TaskLine
from cases.selectors.scope import within
from cases.selectors.task_sheets import SheetFilter, filtered_sheets, visible_sheets
from cases.services.audit import record
from cases.services.write_workbook import Value, write_workbook

BATCH: Final = 2000
WIDTHS: Final = [22, 32, 20, 12, 12, 10, 8, 50, 10, 10, 40, 14, 14]


@transaction.atomic
def export_task_sheets(*, wanted: SheetFilter, acting: Acting) -> IO[bytes]:
    """The lists of the filter that the person may see and export, as an open .xlsx."""
    seen = visible_sheets(acting.person)
    sheets = seen.filter(within(acting.person, "export_enterprises", "enterprise__territorial_body"))
    chosen = filtered_sheets(sheets, wanted).order_by().values("pk")
    rows = TaskLine.objects.filter(sheet__in=chosen).select_related(
        "sheet__enterprise__territorial_body", "sheet__filled_by"
    )
    header = [
        _("USCC"), pgettext("of an enterprise", "Name"), _("Territorial body"), _("List"), _("Period"), _("State"),
        _("Number"), _("Task"), _("Task done"), _("Complies"), _("Remark"), _("Day of the check"), _("Filled in by"),
    ]  # fmt: skip
    ordered = rows.order_by("sheet__enterprise__name", "sheet", "position")
    file = write_workbook([(_("Task lists")[:31], header, _rows(ordered), WIDTHS)])
    record(stream="exports", action="exported.task_sheets", acting=acting, data={"rows": rows.count()})
    return file


def _rows(lines: QuerySet[TaskLine]) -> Iterator[Sequence[Value]]:
    words: dict[bool | None, str] = {True: _("Yes"), False: _("No"), None: ""}
    for line in lines.iterator(chunk_size=BATCH):
        sheet = line.sheet
        yield [
            sheet.enterprise.uscc, sheet.enterprise.name, sheet.enterprise.territorial_body.name,
            sheet.get_list_code_display(), sheet.period, sheet.get_state_display(), line.number, line.text,
            words[line.task_done], words[line.compliant], line.remark, sheet.checked_on,
            sheet.filled_by.name if sheet.filled_by else "",
        ]  # fmt: skip
