"""Export cases to a workbook: what the list shows, and only where the person may export."""

from collections.abc import Iterator, Sequence
from typing import IO, Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.acting import Acting, legal_date
from cases.models import Case
from cases.rules.errors import NotPermitted
from cases.selectors.cases import visible_cases
from cases.selectors.scope import holds, within
from cases.services.audit import record
from cases.services.write_workbook import Value, write_workbook
from workflow.selectors.case_list import CaseFilter, filtered, with_rows
from workflow.selectors.case_words import status_words
from workflow.steps import STEPS

PERMISSION: Final = "export_enterprises"
BATCH: Final = 500
WIDTHS: Final = (24, 34, 22, 10, 18, 22, 24, 24, 26, 18, 14, 14, 14, 18)


@transaction.atomic
def export_cases(*, wanted: CaseFilter, acting: Acting, query: str = "") -> IO[bytes]:
    """The cases of the filter as an open .xlsx; `query` is the address they were narrowed by, for the audit trail.

    NotPermitted for who may export nowhere.
    """
    user = acting.person
    if not holds(user, PERMISSION):
        raise NotPermitted("permission", gettext_noop("Your post does not allow exports."))
    scope = visible_cases(user).filter(within(user, PERMISSION, "territorial_body"))
    rows = with_rows(filtered(scope, wanted, user=user, today=acting.today))
    header = [
        _("Case number"), _("Enterprise"), _("USCC"), _("Class"), _("Region"), _("Status"),
        _("Handling body"), _("Inspectors"), _("Open steps"), _("In hand"), _("Due"), _("Opened on"), _("Closed on"),
        _("Procedure"),
    ]  # fmt: skip
    file = write_workbook([(_("Cases"), header, _rows(rows), WIDTHS)])
    data: dict[str, Any] = {"filter": query, "rows": rows.count()}
    record(stream="exports", action="exported.cases", acting=acting, data=data)
    return file


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
