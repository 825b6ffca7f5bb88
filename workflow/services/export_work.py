"""A list of open work as a table: for a workbook or for paper."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cases.acting import Acting, legal_date
from cases.selectors.calendar import work_calendar
from cases.selectors.list_kinds import Sheet, Value
from workflow.models import WorkItem
from workflow.selectors.work_marks import clocks_of, inspectors_of
from workflow.steps import STEPS

BATCH: Final = 500


def work_sheet(acting: Acting, rows: QuerySet[WorkItem], title: str | Promise) -> Sheet:
    """What the lists of open work show of each row, in its order."""
    columns = [
        ("due", _("Due"), 12), ("due", _("Working days left"), 12), ("unit", _("Enterprise"), 34),
        ("unit", _("USCC"), 22), ("unit", _("Case number"), 26), ("class", _("Quality class"), 10),
        ("step", _("Step"), 22), ("town", _("Town"), 16), ("people", _("Inspectors"), 24), ("body", _("Body"), 24),
        ("owner", _("Taken by"), 14), ("since", _("Open since"), 14),
        ("basis", _("Basis of the period"), 40),
    ]  # fmt: skip
    return Sheet("work", str(title), columns, _cells(rows, acting))


def _cells(rows: QuerySet[WorkItem], acting: Acting) -> Iterator[Sequence[Value]]:
    calendar = work_calendar()
    remaining = rows.iterator(chunk_size=BATCH)
    while batch := list(islice(remaining, BATCH)):
        inspectors, clocks = inspectors_of(batch), clocks_of(batch)
        for item in batch:
            case = item.case
            yield [
                item.due_on,
                calendar.days_left(acting.today, item.due_on) if item.due_on else None,
                case.enterprise.name, case.enterprise.uscc, case.number, case.enterprise.quality_class,
                str(STEPS[item.step].title), case.territorial_body.short_name,
                "、".join(each.name for each in inspectors.get(item.case_id, [])),
                item.body.name, item.owner.name if item.owner else "", legal_date(item.created_at),
                clocks[item.pk].basis if item.pk in clocks else "",
            ]  # fmt: skip
