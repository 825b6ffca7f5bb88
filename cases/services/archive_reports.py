"""Further reasons why a unit is on the platform, and its yearly reports (38号 四（一）; P11)."""

from datetime import date
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cases.acting import Acting
from cases.models import EntryReason, SelfReport
from cases.rules.enterprise_facts import FIRST_ENTRY_REASONS, Fault, date_faults, text_faults
from cases.services.duty_records import LONGEST_PROSE
from cases.services.unit_rows import changeable_unit, keep_row

FIRST_YEAR: Final = 2000
_NEEDS_A_NOTE: Final = (SelfReport.State.RETURNED, SelfReport.State.DOUBTFUL)


@transaction.atomic
def keep_entry_reason(
    *, enterprise_id: int, row_id: int | None, reason: str, on: date | None, basis: str, acting: Acting
) -> EntryReason:
    """Add a further reason (`row_id` None) or correct one; the first stays with the unit. FactsError, NotPermitted."""
    unit = changeable_unit(enterprise_id, acting)
    faults = [*date_faults("on", on, acting.today), *text_faults("basis", basis, 200)]
    if reason not in FIRST_ENTRY_REASONS:
        faults.append(Fault("reason", "choice"))
    if on is not None and on < unit.first_entered_on:
        faults.append(Fault("on", "before_entry", {"day": unit.first_entered_on}))
    if (reason, on) == (unit.first_entry_reason, unit.first_entered_on):
        faults.append(Fault("reason", "listed_already"))
    values = {"reason": reason, "on": on, "basis": basis}
    return keep_row(EntryReason, unit, row_id, values, faults, acting)


@transaction.atomic
def keep_self_report(
    *,
    enterprise_id: int,
    row_id: int | None,
    kind: str,
    year: int,
    submitted_on: date | None,
    state: str,
    note: str,
    file: UploadedFile | None,
    acting: Acting,
) -> SelfReport:
    """Record a yearly report (`row_id` None), or correct it and say what checking it found.

    FactsError, NotPermitted, RuleErrors of the file.
    """
    unit = changeable_unit(enterprise_id, acting)
    faults = [
        *date_faults("submitted_on", submitted_on, acting.today),
        *text_faults("note", note, LONGEST_PROSE, lines=True, required=state in _NEEDS_A_NOTE),
    ]
    if kind not in SelfReport.Kind.values:
        faults.append(Fault("kind", "choice"))
    if state not in SelfReport.State.values:
        faults.append(Fault("state", "choice"))
    if year < FIRST_YEAR:
        faults.append(Fault("year", "choice"))
    elif submitted_on is not None and year > submitted_on.year:
        faults.append(Fault("year", "year_ahead"))
    values = {"kind": kind, "year": year, "submitted_on": submitted_on, "state": state, "note": note}
    return keep_row(SelfReport, unit, row_id, values, faults, acting, file)
