"""Results of quality samplings (监督抽查), passed, failed and refused (产品质量法 第十五条; 总局令第18号)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.models import EventReport, RiskEvent, SamplingResult
from cases.rules.enterprise_facts import Fault, date_faults, order_faults, text_faults
from cases.rules.errors import RuleError
from cases.rules.event_facts import LONGEST_TEXTS, EventFacts
from cases.services.enterprise_checks import CLAUSE
from cases.services.event_objection import follow_receipt
from cases.services.record_event import record_event
from cases.services.unit_rows import changeable_unit, keep_row

LONGEST: Final = {"product": 120, "batch": 120, "organiser": 120, "failed_items": 300, "report_number": 80}
_KINDS: Final[Mapping[str, str]] = {
    SamplingResult.Result.FAIL: RiskEvent.Kind.SAMPLING_FAILED,
    SamplingResult.Result.REFUSED: RiskEvent.Kind.SAMPLING_REFUSED,
}
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

    A failed or refused sampling is reported as a risk event, which waits for its verification like any other; its day
    of receipt follows the result's. FactsError, NotPermitted. RuleError: `in_use` where the change would leave the
    event telling of something else.
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
    sampling = keep_row(SamplingResult, unit, row_id, values, _faults(values, acting.today), acting)
    if sampling.result in _KINDS:
        _report(sampling, acting)
    return sampling


def _report(sampling: SamplingResult, acting: Acting) -> None:
    """Have the risk event behind a result, and let it know when the unit received the result."""
    if sampling.event is not None:
        follow_receipt(event_id=sampling.event.pk, received_on=sampling.received_on, acting=acting)
        return
    sampling.event = record_event(
        enterprise_id=sampling.enterprise_id,
        told=_told(sampling),
        source=EventReport.Source.SAMPLING,
        source_reference=sampling.report_number,
        received_on=sampling.received_on,
        acting=acting,
        ask=False,
    )
    sampling.save(update_fields=["event"])


def _told(sampling: SamplingResult) -> EventFacts:
    failed = sampling.result == SamplingResult.Result.FAIL
    word = "监督抽查不合格" if failed else "拒绝监督抽查"
    batch = f"，批号（型号）{sampling.batch}" if sampling.batch else ""
    found = f"，不合格项目：{sampling.failed_items}" if failed else ""
    return EventFacts(
        kind=_KINDS[sampling.result],
        title=f"{word}：{sampling.product}"[: LONGEST_TEXTS["title"]],
        facts=f"{word}，产品：{sampling.product}{batch}{found}。",
        occurred_on=sampling.sampled_on,
        product=sampling.product,
        authority=sampling.organiser,
        authority_level=sampling.level,
        reference=sampling.report_number,
        safety_item=sampling.safety_item,
    )


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
