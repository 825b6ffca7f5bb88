"""Export responsibility locks (建档锁定表) to a workbook: what the person sees, and only where they may export."""

from collections.abc import Iterator, Sequence
from typing import IO, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from cases.acting import Acting
from cases.models.lock import ResponsibilityLock
from cases.rules.errors import NotPermitted
from cases.selectors.locks import LockFilter, listed_locks, narrowed_locks, visible_locks
from cases.selectors.scope import holds, within
from cases.services.audit import record
from cases.services.write_workbook import Value, write_workbook

PERMISSION: Final = "export_enterprises"
BATCH: Final = 2000
WIDTHS: Final = (22, 32, 8, 24, 24, 14, 14, 14, 14, 12, 12, 14, 50)


@transaction.atomic
def export_locks(*, wanted: LockFilter, acting: Acting) -> IO[bytes]:
    """The open locks of the filter, as an open .xlsx. NotPermitted for who may export nowhere."""
    if not holds(acting.person, PERMISSION):
        raise NotPermitted("permission", gettext_noop("Your post does not allow exports."))
    scoped = visible_locks(acting.person).filter(within(acting.person, PERMISSION, "enterprise__territorial_body"))
    rows = listed_locks(narrowed_locks(scoped, wanted, acting.today), acting.today)
    header = [
        _("USCC"), pgettext("of an enterprise", "Name"), _("Tier"), _("Locked by"), _("Territorial body"),
        _("Responsible officer"), _("Locked on"), _("Last on-site check"), _("Next on-site check by"),
        _("Visited in the first half-year"), _("Visited in the second half-year"), _("Successor to be recorded by"),
        _("Record of the study"),
    ]  # fmt: skip
    file = write_workbook([(_("Responsibility locks")[:31], header, _rows(rows), WIDTHS)])
    filters = {"area": wanted.area.code if wanted.area else "", "officer": wanted.officer, "state": wanted.state}
    record(stream="exports", action="exported.locks", acting=acting, data={"filter": filters, "text": wanted.text})
    return file


def _rows(rows: QuerySet[ResponsibilityLock]) -> Iterator[Sequence[Value]]:
    words = {True: _("Yes"), False: _("No")}
    for lock in rows.iterator(chunk_size=BATCH):
        unit = lock.enterprise
        yield [
            unit.uscc, unit.name, unit.tier, lock.body.name, unit.territorial_body.name, lock.officer.name,
            lock.locked_on, lock.last_check_on, lock.clock.due_on if lock.clock else None,
            words[getattr(lock, "first_half", False)], words[getattr(lock, "second_half", False)],
            getattr(lock, "change_due", None), lock.study,
        ]  # fmt: skip
