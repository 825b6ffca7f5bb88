"""Write what an import has planned, in bulk, within the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Value
from django.db.models.functions import Greatest

from cases.acting import Acting
from cases.models.archive import StatusRecord
from cases.models.enterprise import Certificate, Enterprise, Product, TierRecord
from cases.services.confirmation_clocks import await_confirmation, let_lapse
from cases.services.import_plan import (
    CHUNK,
    FACTS,
    STATUS,
    Planned,
    changed_facts,
    changed_status,
    changed_tiering,
)
from cases.services.status_history import close_before, status_record

REWRITTEN: Final = (
    *sorted(FACTS - {"uscc"}),
    *STATUS,
    "tier",
    "tier_provisional",
    "tier_body",
    "territorial_body",
    "updated_at",
    "version",
)


def write_planned(plans: Sequence[Planned], acting: Acting) -> None:
    """Write every created and updated row of `plans`, with its histories, certificates and products."""
    at = acting.at
    created = [plan for plan in plans if plan.outcome == "created"]
    updated = [plan for plan in plans if plan.outcome == "updated"]
    new = Enterprise.objects.bulk_create([_unit(plan, at, version=0) for plan in created], batch_size=CHUNK)
    units = {unit.uscc: unit for unit in new}
    moved = [plan for plan in updated if changed_facts(plan) or changed_tiering(plan)]
    _rewrite(moved, at)
    units |= {plan.uscc: plan.stored.enterprise for plan in updated if plan.stored is not None}
    retiered = [plan for plan in updated if changed_tiering(plan)]
    _keep_history(created, retiered, units, at)
    restated = [plan for plan in updated if changed_status(plan)]
    _keep_statuses(created, restated, units, acting)
    _write_details([*created, *updated], units)


def _unit(plan: Planned, at: datetime, version: int) -> Enterprise:
    """The unit's row as it shall stand."""
    assert plan.facts is not None
    assert plan.tiering is not None
    unit = Enterprise(**plan.facts.as_dict(), updated_at=at, version=version)
    unit.status, unit.status_on, unit.status_basis = plan.status
    plan.tiering.copy_to(unit)
    return unit


def _rewrite(plans: Sequence[Planned], at: datetime) -> None:
    """Update by "insert, and on the same code update": one statement a chunk where UPDATE would need one a row."""
    rows = [_unit(plan, at, plan.stored.enterprise.version + 1) for plan in plans if plan.stored is not None]
    Enterprise.objects.bulk_create(
        rows, batch_size=CHUNK, update_conflicts=True, unique_fields=["uscc"], update_fields=REWRITTEN
    )


def _keep_history(
    created: Sequence[Planned], retiered: Sequence[Planned], units: dict[str, Enterprise], at: datetime
) -> None:
    for start in range(0, len(retiered), CHUNK):
        chunk = [units[plan.uscc].pk for plan in retiered[start : start + CHUNK]]
        TierRecord.objects.filter(enterprise__in=chunk, valid_to__isnull=True).update(
            valid_to=Greatest("valid_from", Value(at))
        )
    rows = [plan.tiering.record(units[plan.uscc], at) for plan in (*created, *retiered) if plan.tiering is not None]
    await_confirmation(TierRecord.objects.bulk_create(rows, batch_size=CHUNK), at)
    superseded = (plan.stored.record for plan in retiered if plan.stored is not None)
    let_lapse([record for record in superseded if record is not None], at)


def _keep_statuses(
    created: Sequence[Planned], restated: Sequence[Planned], units: dict[str, Enterprise], acting: Acting
) -> None:
    rows = {plan.uscc: status_record(units[plan.uscc], plan.status, acting) for plan in (*created, *restated)}
    following = {row.enterprise_id: row for row in rows.values()}
    for start in range(0, len(restated), CHUNK):
        chunk = [units[plan.uscc].pk for plan in restated[start : start + CHUNK]]
        standing = StatusRecord.objects.filter(enterprise__in=chunk, valid_to__isnull=True)
        closed = [close_before(record, following[record.enterprise_id]) for record in standing]
        StatusRecord.objects.bulk_update(closed, ["valid_to"])
    StatusRecord.objects.bulk_create(rows.values(), batch_size=CHUNK)


def _write_details(plans: Sequence[Planned], units: dict[str, Enterprise]) -> None:
    Certificate.objects.bulk_create(
        [
            Certificate(enterprise=units[plan.uscc], kind=kind, number=number, valid_to=day)
            for plan in plans
            for (kind, number), day in plan.certificates.items()
        ],
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["enterprise", "kind", "number"],
        update_fields=["valid_to"],
    )
    Product.objects.bulk_create(
        [
            Product(enterprise=units[plan.uscc], name=name, risk_level=level)
            for plan in plans
            for name, level in plan.products.items()
        ],
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["enterprise", "name"],
        update_fields=["risk_level"],
    )
