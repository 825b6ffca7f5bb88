"""Cases as a table: what the list shows, and only where the person may export."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.acting import Acting, legal_date
from cases.models import Case
from cases.rules.errors import NotPermitted
from cases.selectors.list_kinds import Sheet, Value
from cases.selectors.scope import holds, within
from workflow.selectors.case_list import with_rows
from workflow.selectors.case_words import status_words
from workflow.steps import STEPS

PERMISSION: Final = "export_enterprises"
BATCH: Final = 500


def case_sheet(acting: Acting, rows: QuerySet[Case]) -> Sheet:
    """Cases as a table, where the person may export. NotPermitted for who may export nowhere."""
    if not holds(acting.person, PERMISSION):
        raise NotPermitted("permission", gettext_noop("Your post does not allow exports."))
    columns = [
        ("unit", _("Case number"), 24), ("unit", _("Enterprise"), 34), ("unit", _("USCC"), 22),
        ("class", _("Class"), 10),
        ("region", _("Region"), 18), ("status", _("Status"), 22), ("body", _("Handling body"), 24),
        ("people", _("Inspectors"), 24), ("step", _("Open steps"), 26), ("step", _("In hand"), 18),
        ("due", _("Due"), 14), ("opened", _("Opened on"), 14), ("closed", _("Closed on"), 14),
        ("status", _("Procedure"), 18),
    ]  # fmt: skip
    allowed = with_rows(rows.filter(within(acting.person, PERMISSION, "territorial_body")))
    return Sheet("cases", _("Cases"), columns, _rows(allowed))


def _rows(cases: QuerySet[Case]) -> Iterator[Sequence[Value]]:
    for case in cases.iterator(chunk_size=BATCH):
        items = case.open_items  # type: ignore[attr-defined]  # prefetched by with_rows
        inspectors = case.inspectors  # type: ignore[attr-defined]
        yield [
            case.number, case.enterprise.name, case.enterprise.uscc,
            case.enterprise.quality_class, case.territorial_body.short_name, status_words(case.status), case.body.name,
            "、".join(a.user.name for a in inspectors if a.round == case.round),
            "、".join(str(STEPS[item.step].title) for item in items),
            "、".join(item.owner.name for item in items if item.owner),
            items[0].due_on if items else None,
            legal_date(case.opened_at),
            legal_date(case.closed_at) if case.closed_at else None,
            str(case.get_procedure_display()),
        ]  # fmt: skip
