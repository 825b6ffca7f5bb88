"""Print a supervision task list in the template's layout, blank or filled in; here nothing is numbered or kept."""

from collections.abc import Mapping
from datetime import date
from typing import Final, cast

from cases.acting import Acting
from cases.models import TaskLine, TaskSheet
from cases.rules.task_list import mark_of
from notices.pdf.facts import TaskListCode, TaskListFacts, TaskRow

LEVELS: Final[Mapping[str, str]] = {
    "national": "国家",
    "province": "省",
    "city": "市",
    "county": "县",
    "township": "乡",
}


def filled_list(sheet: TaskSheet, on: date) -> TaskListFacts:
    """What the paper says on the day."""
    officers = [user.name for user in (sheet.filled_by, sheet.second_officer) if user is not None and sheet.filled_by]
    return TaskListFacts(
        list=cast(TaskListCode, sheet.list_code),
        organ=sheet.body.name,
        enterprise=sheet.enterprise.name,
        uscc=sheet.enterprise.uscc,
        period=sheet.period,
        level=LEVELS[sheet.tier_level],
        tier=sheet.tier,
        department=sheet.department,
        contact=sheet.contact,
        date=on,
        rows=tuple(_row(line) for line in sheet.lines.all()),
        officers=tuple(officers),
        checked_on=sheet.checked_on if sheet.state == TaskSheet.State.FILLED else None,
    )


def _row(line: TaskLine) -> TaskRow:
    mark = mark_of(line.task_done, line.compliant)
    return TaskRow(line.section, line.key_work, line.number, line.text, mark, line.remark)


def print_task_list(sheet: TaskSheet, acting: Acting) -> bytes:
    """The PDF. MissingGlyph and BadFacts name what cannot be printed."""
    from notices.pdf.render import render  # WeasyPrint takes a second to import: only those who print pay for it

    return render("supervision_task_list", filled_list(sheet, acting.today).to_json()).pdf
