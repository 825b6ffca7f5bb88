"""What a rehearsal found as a workbook, row by row: any number of them needs little memory."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import IO, Final

from django.db import transaction
from django.utils.translation import get_language, gettext_noop, pgettext
from django.utils.translation import gettext as _

from cases.acting import Acting
from cases.models.pack import Rehearsal, RehearsedChange
from cases.rules.errors import NotPermitted
from cases.rules.grounds import Ground
from cases.selectors.packs import ChangeFilter, rehearsed_changes
from cases.selectors.rehearsal_words import named_bodies, value_words
from cases.selectors.scope import holds
from cases.services.audit import record
from cases.services.write_workbook import Value, write_workbook

BATCH: Final = 2_000
PERMISSION: Final = "export_enterprises"


@transaction.atomic
def export_rehearsal(*, rehearsal: Rehearsal, wanted: ChangeFilter, acting: Acting) -> IO[bytes]:
    """The changes of the filter, of the units that the person may see, as an open .xlsx. NotPermitted."""
    if not holds(acting.person, PERMISSION):
        raise NotPermitted("permission", gettext_noop("Your post does not allow exports."))
    rows = rehearsed_changes(acting.person, rehearsal, wanted)
    header = [
        _("USCC"), pgettext("of an enterprise", "Name"), _("Territorial body"), _("What changes"),
        pgettext("of a change", "From"), pgettext("of a change", "To"),
        _("Clauses"), _("Grounds"),
    ]  # fmt: skip
    sheet = (
        _("Rehearsed changes")[:31],
        header,
        _rows(rows.iterator(chunk_size=BATCH)),
        [22, 32, 24, 16, 18, 18, 40, 80],
    )
    file = write_workbook([sheet])
    data = {"rehearsal": rehearsal.pk, "rows": rows.count(), "what": wanted.what}
    record(stream="exports", action="exported.rehearsal", acting=acting, data=data)
    return file


def _rows(changes: Iterator[RehearsedChange]) -> Iterator[Sequence[Value]]:
    language = get_language() or ""
    while batch := list(islice(changes, BATCH)):
        bodies = named_bodies(batch)
        for change in batch:
            unit, grounds = change.enterprise, [Ground.from_dict(stored) for stored in change.grounds]
            yield [
                unit.uscc,
                unit.name,
                unit.territorial_body.short_name,
                change.get_what_display(),
                value_words(change.what, change.before, bodies),
                value_words(change.what, change.after, bodies),
                "；".join(dict.fromkeys(ground.clause for ground in grounds)),
                "\n".join(ground.in_language(language)["text"] for ground in grounds),
            ]
