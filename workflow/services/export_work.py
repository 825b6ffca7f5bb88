"""Write a list of open work into a workbook: what the person sees, as text, numbers and dates."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from typing import IO, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.acting import Acting
from cases.rules.working_days import WorkCalendar
from cases.services.audit import record
from cases.services.write_workbook import Value, write_workbook
from workflow.models import WorkItem
from workflow.selectors.work_marks import inspectors_of
from workflow.selectors.worklist import WorkFilter
from workflow.steps import STEPS

MOST_ROWS: Final = 20_000
BATCH: Final = 500
WIDTHS: Final = (12, 12, 34, 22, 26, 10, 22, 16, 24, 24, 14)


@transaction.atomic
def export_work(
    *, rows: QuerySet[WorkItem], wanted: WorkFilter, title: str, calendar: WorkCalendar, acting: Acting
) -> IO[bytes]:
    """The rows, scoped and narrowed already, as an open .xlsx; at most `MOST_ROWS` of them. Leaves a trace."""
    found = list(rows[:MOST_ROWS])
    header = [
        _("Due"), _("Working days left"), _("Enterprise"), _("USCC"), _("Case number"), _("Quality class"), _("Step"),
        _("Town"), _("Inspectors"), _("Body"), _("Taken by"),
    ]  # fmt: skip
    file = write_workbook([(title[:31], header, _cells(found, calendar, acting), WIDTHS)])
    data = {"list": title, "filter": asdict(wanted), "rows": len(found)}
    record(stream="exports", action="exported.work", acting=acting, data=data)
    return file


def _cells(items: Sequence[WorkItem], calendar: WorkCalendar, acting: Acting) -> Iterator[Sequence[Value]]:
    remaining = iter(items)
    while batch := list(islice(remaining, BATCH)):
        inspectors = inspectors_of(batch)
        for item in batch:
            case = item.case
            yield [
                item.due_on,
                calendar.days_left(acting.today, item.due_on) if item.due_on else None,
                case.enterprise.name, case.enterprise.uscc, case.number, case.enterprise.quality_class,
                str(STEPS[item.step].title), case.territorial_body.short_name,
                "、".join(each.name for each in inspectors.get(item.case_id, [])),
                item.body.name, item.owner.name if item.owner else "",
            ]  # fmt: skip
