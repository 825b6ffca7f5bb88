"""Export risk events to a workbook: what the person sees, and only where they may export."""

from collections.abc import Iterator, Sequence
from typing import IO, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from cases.acting import Acting
from cases.models import RiskEvent
from cases.rules.errors import NotPermitted
from cases.selectors.events import EventFilter, filtered_events, visible_events
from cases.selectors.scope import holds, within
from cases.services.audit import record
from cases.services.write_workbook import Value, write_workbook

PERMISSION: Final = "export_enterprises"
BATCH: Final = 2000
WIDTHS: Final = (22, 32, 24, 18, 40, 14, 24, 24, 10, 24, 10, 18, 14, 14, 14, 60)


@transaction.atomic
def export_events(*, wanted: EventFilter, acting: Acting) -> IO[bytes]:
    """The events of the filter, as an open .xlsx. NotPermitted for who may export nowhere."""
    if not holds(acting.person, PERMISSION):
        raise NotPermitted("permission", gettext_noop("Your post does not allow exports."))
    rows = visible_events(acting.person).filter(within(acting.person, PERMISSION, "enterprise__territorial_body"))
    rows = filtered_events(rows, wanted)
    header = [
        _("USCC"), pgettext("of an enterprise", "Name"), _("Territorial body"), _("Kind"),
        pgettext("of a risk event", "Title"), _("Happened on"), _("Product"), _("Authority or medium"), _("Its level"),
        _("Document number"), _("Level"), _("State"), _("Reported on"), _("Verified on"), _("Put right on"),
        _("What happened"),
    ]  # fmt: skip
    filters = {
        "area": wanted.area.code if wanted.area else "",
        "kind": wanted.kind,
        "level": wanted.level,
        "state": wanted.state,
        "text": wanted.text,
    }
    title = str(_("Risk events"))
    file = write_workbook([(title[:31], header, _rows(rows), WIDTHS)])
    record(stream="exports", action="exported.events", acting=acting, data={"filter": filters, "rows": rows.count()})
    return file


def _rows(events: QuerySet[RiskEvent]) -> Iterator[Sequence[Value]]:
    for event in events.iterator(chunk_size=BATCH):
        unit = event.enterprise
        yield [
            unit.uscc, unit.name, unit.territorial_body.name, event.get_kind_display(), event.title, event.occurred_on,
            event.product, event.authority, event.get_authority_level_display() if event.authority_level else "",
            event.reference, event.get_level_display() if event.level else "", event.get_state_display(),
            event.reported_at, event.confirmed_on, event.resolved_on, event.facts,
        ]  # fmt: skip
