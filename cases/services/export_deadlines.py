"""Write deadlines to a spreadsheet: what the board shows, row by row."""

from collections.abc import Iterable
from datetime import date
from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext as _

from cases.models.deadline import Deadline
from cases.rules.working_days import WorkCalendar
from cases.selectors.notifications import rule_title

WIDTHS = (34, 22, 14, 16, 26, 26, 12, 12, 14, 12, 12, 10)


def deadlines_workbook(deadlines: Iterable[Deadline], *, calendar: WorkCalendar, today: date) -> bytes:
    """An .xlsx of the deadlines in their order. Text is written as text: a name that begins with “=” stays a name."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet(_("Deadlines"))
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        for column, title in enumerate(_titles()):
            sheet.write_string(0, column, title, bold)
        for row, deadline in enumerate(deadlines, start=1):
            for column, value in enumerate(_cells(deadline, calendar, today)):
                if isinstance(value, date):
                    sheet.write_datetime(row, column, value, day)
                elif isinstance(value, int):
                    sheet.write_number(row, column, value)
                else:
                    sheet.write_string(row, column, value)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def _titles() -> list[str]:
    return [
        _("Enterprise"),
        _("Case number"),
        _("Region"),
        _("Step"),
        _("Basis"),
        _("Accountable body"),
        _("Accountable"),
        _("Start"),
        _("Due"),
        _("Working days left"),
        _("State"),
        _("Reminders"),
    ]


def _cells(deadline: Deadline, calendar: WorkCalendar, today: date) -> list[str | int | date]:
    case, unit = deadline.case, deadline.about
    place = case.territorial_body if case else unit.territorial_body if unit else deadline.accountable_body
    return [
        unit.name if unit else "",
        case.number if case else "",
        place.short_name,
        rule_title(deadline.rule),
        deadline.basis,
        deadline.accountable_body.name,
        deadline.accountable_user.name if deadline.accountable_user else "",
        deadline.start_on,
        deadline.due_on,
        calendar.days_left(today, deadline.due_on),
        str(deadline.get_state_display()),
        getattr(deadline, "reminded", 0),
    ]
