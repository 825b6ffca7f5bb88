"""Entries of the lists: exported, never imported.

Who stands on the key or special list follows from a decision with its own notice and grounds (38号 三), and so does the
blacklist (嘉市监〔2020〕40号 四（二）): a file can bring neither the hearing nor the grounds.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.models.listing import ListEntry, ListLevel, Register, UnitKind
from cases.models.people import User
from cases.selectors.scope import within
from cases.services.import_columns import (
    Column,
    day_column,
    lines_column,
    whole_column,
    words_column,
)
from cases.services.import_kind import ExportKind
from cases.services.import_kinds.unit_rows import columns_of
from cases.services.write_workbook import Value

BATCH: Final = 2000


class ListEntryKind(ExportKind):
    code = "list_entries"
    title = _("Entries of the lists")
    about = _("Exported only: who stands on a list follows from a decision with its notice and grounds (38号 三).")
    columns = columns_of(
        words_column("register", "名单", "List", Register),
        whole_column("year", "年度", "Year"),
        words_column("kind", "单位类别", "Kind of unit", UnitKind),
        words_column("level", "监管级别", "Level", ListLevel),
        Column("body", "名单所属机构", "Body of the list", width=28, show=str),
        day_column("entered_on", "列入日期", "Entered on"),
        day_column("left_on", "移出日期", "Left on"),
        lines_column("reason", "列入理由", "Reason"),
        lines_column("left_reason", "移出理由", "Reason for leaving"),
    )

    def rows(self, user: User, codename: str) -> Iterator[Sequence[Value]]:
        place = "enterprise__territorial_body"
        entries = ListEntry.objects.filter(within(user, "view_enterprise", place)).filter(within(user, codename, place))
        for entry in entries.select_related("enterprise", "body").order_by("pk").iterator(chunk_size=BATCH):
            unit = entry.enterprise
            yield [unit.uscc, unit.name, *(column.show(getattr(entry, column.name)) for column in self.columns[2:])]


LIST_ENTRIES: Final = ListEntryKind()
