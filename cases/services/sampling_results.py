"""Results of quality samplings (监督抽查), passed, failed and refused (产品质量法 第十五条; 总局令第18号)."""

from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.models import SamplingResult
from cases.rules.enterprise_facts import Fault, date_faults, order_faults, text_faults
from cases.rules.errors import RuleError
from cases.services.enterprise_checks import CLAUSE
from cases.services.unit_rows import changeable_unit, keep_row

LONGEST: Final = {"product": 120, "batch": 120, "organiser": 120, "failed_items": 300, "report_number": 80}
REQUIRED: Final = ("product", "report_number")
BEHIND_THE_EVENT: Final = ("product", "sampled_on", "level", "result", "failed_items", "safety_item", "report_number")
"""What the risk event of a failed or refused sampling was recorded from; it can no longer change under it."""


@transaction.atomic
def keep_sampling(
    *,
    enterprise_id: int,
    row_id: int | None,
    product: str,
    batch: str,
    sampled_on: date | None,
    received_on: date | None,
    level: str,
    organiser: str,
    result: str,
    failed_items: str,
    safety_item: bool,
    report_number: str,
    acting: Acting,
) -> SamplingResult:
    """Record a result (`row_id` None) or correct it; `received_on` is when the unit received it.

    FactsError, NotPermitted. RuleError: `in_use` where a risk event was recorded from it.
    """
    unit = changeable_unit(enterprise_id, acting)
    values: dict[str, Any] = {
        "product": product,
        "batch": batch,
        "sampled_on": sampled_on,
        "received_on": received_on,
        "level": level,
        "organiser": organiser,
        "result": result,
        "failed_items": failed_items,
        "safety_item": safety_item,
        "report_number": report_number,
    }
    if row_id is not None:
        _require_free(unit.pk, row_id, values)
    return keep_row(SamplingResult, unit, row_id, values, _faults(values, acting.today), acting)


def _faults(values: dict[str, Any], today: date) -> list[Fault]:
    faults = [
        fault
        for name, longest in LONGEST.items()
        for fault in text_faults(name, values[name], longest, required=name in REQUIRED)
    ]
    faults += date_faults("sampled_on", values["sampled_on"], today)
    faults += order_faults("received_on", values["sampled_on"], values["received_on"])
    if values["received_on"] is not None and values["received_on"] > today:
        faults.append(Fault("received_on", "future"))
    if values["level"] not in SamplingResult.Level.values:
        faults.append(Fault("level", "choice"))
    return faults + _result_faults(values)


def _result_faults(values: dict[str, Any]) -> list[Fault]:
    """Failed items stand with a failed result and with no other."""
    result, items = values["result"], values["failed_items"]
    if result not in SamplingResult.Result.values:
        return [Fault("result", "choice")]
    if result == SamplingResult.Result.FAIL:
        return [] if items else [Fault("failed_items", "missing")]
    faults = [Fault("failed_items", "not_failed")] if items else []
    return faults + ([Fault("safety_item", "not_failed")] if values["safety_item"] else [])


def _require_free(enterprise_id: int, row_id: int, values: dict[str, Any]) -> None:
    """RuleError where the change would leave the event behind a result telling of something else."""
    row = SamplingResult.objects.filter(enterprise=enterprise_id, pk=row_id, event__isnull=False).first()
    if row is not None and any(getattr(row, name) != values[name] for name in BEHIND_THE_EVENT):
        raise RuleError(
            "in_use",
            _("A risk event was recorded from this result: only batch, organiser and day of receipt can change."),
            CLAUSE,
        )
