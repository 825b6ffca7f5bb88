"""Export the statistics of a period to a workbook, and only where the person may export."""

from collections.abc import Iterator, Sequence
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.acting import Acting
from cases.rules.errors import NotPermitted
from cases.rules.task_list import Period
from cases.selectors.overseen import Overseen
from cases.selectors.scope import holds
from cases.selectors.written import period_words
from cases.services.audit import record
from cases.services.write_workbook import Sheet, Value, write_workbook
from workflow.selectors.reports import Report, report_of

PERMISSION = "export_enterprises"


@transaction.atomic
def export_report(*, seen: Overseen, period: Period, acting: Acting) -> IO[bytes]:
    """Every figure of the period and the area as an open .xlsx. NotPermitted for who may export nowhere."""
    if not holds(acting.person, PERMISSION):
        raise NotPermitted("permission", gettext_noop("Your post does not allow exports."))
    report = report_of(acting.person, seen, period, acting.today)
    area = seen.area.name if seen.area else "、".join(body.name for body in seen.tops)
    header = [
        _("Section"), _("Figure"), period_words(report.period.code), period_words(report.previous.code),
        *(part.short_name for part in report.parts), *([_("Not in a part")] if report.has_rest else []),
    ]  # fmt: skip
    about: list[list[Value]] = [
        [_("Area"), area],
        [_("Period"), period_words(period.code)],
        [_("First day"), report.span.first],
        [_("Last day counted"), report.span.last],
        [_("Made on"), acting.today],
        [_("Note"), _("Internal: class results are not public")],
    ]
    widths = [26, 38, 14, 14, *[14 for _part in report.parts]]
    sheets: list[Sheet] = [
        (_("Statistics"), header, _rows(report), widths),
        (_("About"), [_("What"), _("Value")], about, [24, 60]),
    ]
    file = write_workbook(sheets)
    data = {"period": period.code, "area": seen.area.code if seen.area else ""}
    record(stream="exports", action="exported.report", acting=acting, data=data)
    return file


def _rows(report: Report) -> Iterator[Sequence[Value]]:
    for section in report.sections:
        for line in section.lines:
            title = f"　{line.figure.title}" if line.figure.inner else str(line.figure.title)
            yield [
                str(section.source.title),
                title,
                line.now,
                line.before,
                *line.parts,
                *([line.rest] if report.has_rest else []),
            ]
