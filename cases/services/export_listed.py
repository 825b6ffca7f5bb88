"""Export the watch board to a workbook: what the person sees, and only where they may export."""

from collections.abc import Iterator, Sequence
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.acting import Acting
from cases.selectors.calendar import work_calendar
from cases.selectors.listed_board import BoardFilter, BoardRow, board_rows, listed, narrowed, visible_oversight
from cases.selectors.scope import within
from cases.services.export_enterprises import PERMISSION, exported
from cases.services.write_workbook import Value


@transaction.atomic
def export_listed_oversight(*, wanted: BoardFilter, acting: Acting) -> IO[bytes]:
    """The matters of the filter as an open .xlsx. NotPermitted for who may export nowhere."""
    rows = visible_oversight(acting.person).filter(within(acting.person, PERMISSION, "case__territorial_body"))
    rows = listed(narrowed(rows, wanted, acting.today))
    header = [
        pgettext("of an enterprise", "Name"), _("USCC"), _("Case number"), _("Listed by"), _("Watched body"),
        _("Served on"), _("Due"), _("Working days left"), _("Extended by days"), _("State"), _("Answerable"),
        _("Demands"), _("Last report"), _("Reports"), _("Next report due"), _("Lifted on"),
    ]  # fmt: skip
    widths = [32, 22, 24, 24, 24, 14, 14, 12, 12, 14, 24, 50, 50, 10, 14, 14]
    filters = {"tile": wanted.tile, "text": wanted.text, "area": wanted.area.code if wanted.area else ""}
    board = board_rows(rows, work_calendar(), acting.today)
    return exported("listed_oversight", _("Listed oversight"), header, _cells(board), widths, acting, filters)


def _cells(rows: Sequence[BoardRow]) -> Iterator[Sequence[Value]]:
    for row in rows:
        oversight = row.oversight
        unit = oversight.case.enterprise
        yield [
            unit.name, unit.uscc, oversight.case.number, oversight.listed_by.name, oversight.watched_body.name,
            oversight.opened_on, oversight.due_on, row.left, oversight.extended_days or None,
            oversight.get_state_display(), oversight.answerable, oversight.demands,
            f"{row.last.reported_on:%Y-%m-%d} {row.last.content}" if row.last else "", row.reports,
            row.next_report_on, oversight.lifted_on,
        ]  # fmt: skip
