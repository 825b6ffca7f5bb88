"""What a unit keeps of its duties: its risk-control list, its records, and when it did not work.

国市监质监发〔2023〕38号 附件2 1.4, 2.1–2.3; 总局令第75号、第76号.
"""

from datetime import date
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cases.acting import Acting
from cases.models import DutyRecord, RiskControlItem, Stoppage
from cases.rules.duty_gaps import DUTY_KINDS, period_of
from cases.rules.enterprise_facts import Fault, date_faults, order_faults, text_faults
from cases.services.unit_rows import changeable_unit, keep_row

LONGEST_PROSE: Final = 4000


@transaction.atomic
def keep_risk_control(
    *,
    enterprise_id: int,
    row_id: int | None,
    key_risk_point: str,
    measure: str,
    responsible: str,
    origin: str,
    added_on: date | None,
    retired_on: date | None,
    acting: Acting,
) -> RiskControlItem:
    """Add a line to the unit's risk-control list (`row_id` None) or correct one. FactsError, NotPermitted."""
    unit = changeable_unit(enterprise_id, acting)
    faults = [
        *text_faults("key_risk_point", key_risk_point, 200, required=True),
        *text_faults("measure", measure, LONGEST_PROSE, required=True, lines=True),
        *text_faults("responsible", responsible, 60),
        *date_faults("added_on", added_on, acting.today),
        *order_faults("retired_on", added_on, retired_on),
    ]
    if origin not in RiskControlItem.Origin.values:
        faults.append(Fault("origin", "choice"))
    if retired_on is not None and retired_on > acting.today:
        faults.append(Fault("retired_on", "future"))
    values = {
        "key_risk_point": key_risk_point,
        "measure": measure,
        "responsible": responsible,
        "origin": origin,
        "added_on": added_on,
        "retired_on": retired_on,
    }
    return keep_row(RiskControlItem, unit, row_id, values, faults, acting)


@transaction.atomic
def keep_stoppage(
    *,
    enterprise_id: int,
    row_id: int | None,
    first_day: date | None,
    last_day: date | None,
    reason: str,
    acting: Acting,
) -> Stoppage:
    """Record days without production or sale (`row_id` None) or correct them; announced ones may lie ahead.

    FactsError, NotPermitted.
    """
    unit = changeable_unit(enterprise_id, acting)
    faults = [*text_faults("reason", reason, 200, required=True), *order_faults("last_day", first_day, last_day)]
    if first_day is None:
        faults.append(Fault("first_day", "missing"))
    values = {"first_day": first_day, "last_day": last_day, "reason": reason}
    return keep_row(Stoppage, unit, row_id, values, faults, acting)


@transaction.atomic
def keep_duty_record(
    *,
    enterprise_id: int,
    row_id: int | None,
    kind: str,
    period_start: date | None,
    recorded_on: date | None,
    nothing_found: bool,
    findings: str,
    handled: str,
    by_name: str,
    file: UploadedFile | None,
    acting: Acting,
) -> DutyRecord:
    """Record one day, week or month (`row_id` None) or correct it; any day of the period names it.

    FactsError, NotPermitted, RuleErrors of the file.
    """
    unit = changeable_unit(enterprise_id, acting)
    faults = [
        *text_faults("findings", findings, LONGEST_PROSE, lines=True),
        *text_faults("handled", handled, LONGEST_PROSE, lines=True),
        *text_faults("by_name", by_name, 60),
        *date_faults("recorded_on", recorded_on, acting.today),
    ]
    if nothing_found and findings:
        faults.append(Fault("findings", "contradiction"))
    elif not nothing_found and not findings:
        faults.append(Fault("findings", "missing"))
    start, wrong = _period(kind, period_start, recorded_on, acting.today)
    values = {
        "kind": kind,
        "period_start": start,
        "recorded_on": recorded_on,
        "nothing_found": nothing_found,
        "findings": findings,
        "handled": handled,
        "by_name": by_name,
    }
    return keep_row(DutyRecord, unit, row_id, values, [*faults, *wrong], acting, file)


def _period(kind: str, day: date | None, recorded_on: date | None, today: date) -> tuple[date | None, list[Fault]]:
    """First day of the period that holds `day`, and what is wrong with it."""
    known = next((each for each in DUTY_KINDS if each == kind), None)
    if known is None:
        return day, [Fault("kind", "choice")]
    if day is None:
        return day, [Fault("period_start", "missing")]
    start, _last = period_of(known, day)
    if start > today:
        return start, [Fault("period_start", "period_ahead")]
    if recorded_on is not None and recorded_on < start:
        return start, [Fault("recorded_on", "before_period", {"day": start})]
    return start, []
