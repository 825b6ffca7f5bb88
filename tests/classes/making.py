"""Makers of classes in force and of verified events, as closed cases and officers would have left them."""

from datetime import date

from cases.models import Case, ClassRecord, Enterprise, Procedure, RiskEvent
from cases.packs.loader import load_pack
from cases.rules.working_days import add_months
from cases.services.numbers import next_number

MODES = {"AA": "credit", "A": "responsibility", "B": "routine", "C": "tightened"}


def classify(enterprise: Enterprise, quality_class: str, on: date, cause: str = "first", **fields) -> ClassRecord:
    """A class in force, as a closed case would have left it."""
    body = enterprise.territorial_body.parent
    case = Case.objects.create(
        number=f"{body.code}测{on.year}-{next_number(purpose='test', body=body, year=on.year)}号",
        enterprise=enterprise,
        body=body,
        territorial_body=enterprise.territorial_body,
        procedure=Procedure.MAIN,
        planned_on=on,
        status="closed",
        pack=load_pack("national-2012").ref,
        opened_at=f"{on}T01:00:00Z",
    )
    ClassRecord.objects.filter(enterprise=enterprise, valid_to__isnull=True).update(valid_to=on)
    record = ClassRecord.objects.create(
        enterprise=enterprise,
        case=case,
        quality_class=quality_class,
        mode=MODES[quality_class],
        pack=case.pack,
        valid_from=on,
        cause=cause,
        **{"next_review_on": add_months(on, 12), **fields},
    )
    Enterprise.objects.filter(pk=enterprise.pk).update(quality_class=quality_class, mode=record.mode)
    return record


def happen(enterprise: Enterprise, kind: str, on: date, *, verified_on: date | None = None, **fields) -> RiskEvent:
    """A verified event."""
    defaults = {
        "title": f"{on.isoformat()} {kind}",
        "facts": "经核实属实。",
        "level": "general",
        "state": "verified",
        "confirmed_on": verified_on or on,
        "reported_at": f"{on}T02:00:00Z",
        "fingerprint": f"{kind}{on}",
    }
    return RiskEvent.objects.create(enterprise=enterprise, kind=kind, occurred_on=on, **{**defaults, **fields})


def class_history(enterprise: Enterprise) -> list[tuple[str, str]]:
    """Class and cause of every record, the oldest first."""
    return list(enterprise.class_records.order_by("pk").values_list("quality_class", "cause"))
