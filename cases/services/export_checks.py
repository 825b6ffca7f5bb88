"""Export checks of bodies, their lists and scores to a workbook, for assessment and the national platform (P7)."""

from collections.abc import Iterator, Sequence
from typing import IO, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.acting import Acting
from cases.models import BodyCheck, BodyCheckLine
from cases.rules.errors import NotPermitted
from cases.selectors.body_checks import CheckFilter, listed_checks, visible_checks
from cases.selectors.scope import holds, within
from cases.services.audit import record
from cases.services.write_workbook import Value, write_workbook

PERMISSION: Final = "export_enterprises"
WIDTHS: Final = (30, 30, 14, 14, 30, 12, 12, 40, 12, 12, 12, 40)
LINE_WIDTHS: Final = (30, 30, 14, 8, 50, 12, 60)


@transaction.atomic
def export_checks(*, wanted: CheckFilter, acting: Acting) -> IO[bytes]:
    """The checks of the filter and, on a second sheet, their tasks, as an open .xlsx.

    NotPermitted for who may export nowhere.
    """
    if not holds(acting.person, PERMISSION):
        raise NotPermitted("permission", gettext_noop("Your post does not allow exports."))
    allowed = within(acting.person, PERMISSION, "body") | within(acting.person, PERMISSION, "overseen")
    checks = listed_checks(visible_checks(acting.person).filter(allowed), wanted)
    heads = [
        _("Overseen body"), _("Overseeing body"), _("Planned for"), _("Day of the check"), _("What it is about"),
        _("Tasks carried out"), _("Tasks not carried out"), _("What followed"), _("Computed points"),
        _("Added or taken"), _("Points"), _("Reason"),
    ]  # fmt: skip
    tasks = [
        _("Overseen body"), _("Overseeing body"), _("Day of the check"), _("No."), _("Task"), _("Carried out"),
        _("Remarks"),
    ]  # fmt: skip
    lines = BodyCheckLine.objects.filter(check_of__in=checks.order_by().values("pk"))
    file = write_workbook(
        [
            (_("Checks of bodies")[:31], heads, _checks(checks), WIDTHS),
            (_("Oversight lists")[:31], tasks, _lines(lines), LINE_WIDTHS),
        ]
    )
    filters = {"state": wanted.state, "text": wanted.text, "rows": checks.count()}
    record(stream="exports", action="exported.checks", acting=acting, data=filters)
    return file


def _checks(checks: QuerySet[BodyCheck]) -> Iterator[Sequence[Value]]:
    for check in checks.select_related("score").prefetch_related("instruments"):
        score = getattr(check, "score", None)
        followed = "；".join(
            f"{each.get_kind_display()}（{each.get_verdict_display()}）" for each in check.instruments.all()
        )
        yield [
            check.overseen.name, check.body.name, check.planned_on, check.checked_on, check.purpose,
            getattr(check, "done", 0), getattr(check, "not_done", 0), followed,
            *((score.computed, score.adjustment, score.points, score.reason) if score else (None, None, None, "")),
        ]  # fmt: skip


def _lines(lines: QuerySet[BodyCheckLine]) -> Iterator[Sequence[Value]]:
    words = {True: "√", False: "×", None: ""}
    ordered = lines.select_related("check_of__body", "check_of__overseen").order_by(
        "-check_of__planned_on", "-check_of", "position"
    )
    for line in ordered.iterator(chunk_size=2000):
        check = line.check_of
        yield [
            check.overseen.name, check.body.name, check.checked_on, line.number, line.text, words[line.done],
            line.remark,
        ]  # fmt: skip
