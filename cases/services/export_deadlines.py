"""Deadlines as a table: for a workbook, whose text is written as text, or for paper."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.acting import Acting
from cases.models.deadline import Deadline
from cases.selectors.calendar import work_calendar
from cases.selectors.list_kinds import Sheet, Value
from cases.selectors.notifications import rule_title

BATCH: Final = 500


def deadline_sheet(acting: Acting, rows: QuerySet[Deadline]) -> Sheet:
    """What the board shows of each deadline, in the order of the rows."""
    columns = [
        ("unit", _("Enterprise"), 34), ("unit", _("Case number"), 22), ("region", _("Region"), 14),
        ("step", _("Step"), 16), ("basis", _("Basis"), 26), ("accountable", _("Accountable body"), 26),
        ("accountable", _("Accountable"), 12), ("start", _("Start"), 12), ("due", _("Due"), 14),
        ("due", _("Working days left"), 12), ("due", _("State"), 12), ("reminders", _("Reminders"), 10),
    ]  # fmt: skip
    return Sheet("deadlines", _("Deadlines"), columns, _cells(rows, acting))


def _cells(rows: QuerySet[Deadline], acting: Acting) -> Iterator[Sequence[Value]]:
    calendar = work_calendar()
    for deadline in rows.iterator(chunk_size=BATCH):
        case, unit = deadline.case, deadline.about
        place = case.territorial_body if case else unit.territorial_body if unit else deadline.accountable_body
        yield [
            unit.name if unit else "",
            case.number if case else "",
            place.short_name,
            rule_title(deadline.rule),
            deadline.basis,
            deadline.accountable_body.name,
            deadline.accountable_user.name if deadline.accountable_user else "",
            deadline.start_on,
            deadline.due_on,
            calendar.days_left(acting.today, deadline.due_on),
            str(deadline.get_state_display()),
            getattr(deadline, "reminded", 0),
        ]
