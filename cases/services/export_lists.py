"""Export lists of key and special supervision: what the person sees, and only where they may export."""

from collections.abc import Iterator, Sequence
from typing import IO

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.acting import Acting
from cases.models import ListEntry
from cases.selectors.lists import EntryFilter, narrowed_entries, visible_entries
from cases.selectors.scope import within
from cases.services.export_enterprises import BATCH, PERMISSION, exported
from cases.services.write_workbook import Value


@transaction.atomic
def export_lists(*, wanted: EntryFilter, acting: Acting) -> IO[bytes]:
    """The entries of the filter, as an open .xlsx. NotPermitted for who may export nowhere."""
    rows = visible_entries(acting.person).filter(within(acting.person, PERMISSION, "enterprise__territorial_body"))
    header = [
        pgettext("whose list it is", "Body"), _("Year"), pgettext("of a list", "Kind"),
        pgettext("of supervision", "Level"), _("USCC"), pgettext("of an enterprise", "Name"), _("Territorial body"),
        _("Since"), _("Until"), _("Reason"), _("Clauses"), _("Case"), _("Reason for leaving"), _("Case of leaving"),
    ]  # fmt: skip
    widths = [24, 8, 10, 14, 22, 32, 24, 14, 14, 50, 50, 26, 40, 26]
    filters = {
        "body": wanted.body.code if wanted.body else "",
        "year": wanted.year,
        "kind": wanted.kind,
        "level": wanted.level,
        "text": wanted.text,
    }
    title = _("Key and special supervision")
    found = _rows(narrowed_entries(rows, wanted))
    return exported("supervision_lists", title, header, found, widths, acting, filters)


def _rows(rows: QuerySet[ListEntry]) -> Iterator[Sequence[Value]]:
    for entry in rows.iterator(chunk_size=BATCH):
        unit = entry.enterprise
        clauses = dict.fromkeys(f"{ground['clause']}：{ground['text']}" for ground in entry.grounds)
        yield [
            entry.body.name, entry.year, str(entry.get_kind_display()), str(entry.get_level_display()), unit.uscc,
            unit.name, unit.territorial_body.name, entry.entered_on, entry.left_on, entry.reason, "\n".join(clauses),
            entry.case.number if entry.case else "", entry.left_reason,
            entry.left_case.number if entry.left_case else "",
        ]  # fmt: skip
