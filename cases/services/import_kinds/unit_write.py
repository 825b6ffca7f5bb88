"""Write the units an import has planned, in bulk, within the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Value
from django.db.models.functions import Greatest

from cases.acting import Acting
from cases.models.archive import StatusRecord
from cases.models.enterprise import Certificate, Enterprise, Product, TierRecord
from cases.services.confirmation_clocks import await_confirmation, let_lapse
from cases.services.import_kind import CHUNK
from cases.services.import_kinds.unit_work import (
    FACTS,
    STATUS,
    UnitWork,
    changed_facts,
    changed_status,
    changed_tiering,
)
from cases.services.listing_watch import look_again
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


def write_units(works: Sequence[UnitWork], acting: Acting) -> None:
    """Write every unit of `works`, with its histories, certificates and products."""
    at = acting.at
    created = [work for work in works if work.stored is None]
    updated = [work for work in works if work.stored is not None]
    new = Enterprise.objects.bulk_create([_unit(work, at, version=0) for work in created], batch_size=CHUNK)
    units = {unit.uscc: unit for unit in new}
    moved = [work for work in updated if changed_facts(work) or changed_tiering(work)]
    _rewrite(moved, at)
    look_again(enterprise_ids=[work.stored.enterprise.pk for work in moved if work.stored is not None], on=acting.today)
    units |= {work.uscc: work.stored.enterprise for work in updated if work.stored is not None}
    retiered = [work for work in updated if changed_tiering(work)]
    _keep_history(created, retiered, units, at)
    restated = [work for work in updated if changed_status(work)]
    _keep_statuses(created, restated, units, acting)
    _write_details(works, units)


def _unit(work: UnitWork, at: datetime, version: int) -> Enterprise:
    """The unit's row as it shall stand."""
    unit = Enterprise(**work.facts.as_dict(), updated_at=at, version=version)
    unit.status, unit.status_on, unit.status_basis = work.status
    work.tiering.copy_to(unit)
    return unit


def _rewrite(works: Sequence[UnitWork], at: datetime) -> None:
    """Update by "insert, and on the same code update": one statement a chunk where UPDATE would need one a row."""
    rows = [_unit(work, at, work.stored.enterprise.version + 1) for work in works if work.stored is not None]
    Enterprise.objects.bulk_create(
        rows, batch_size=CHUNK, update_conflicts=True, unique_fields=["uscc"], update_fields=REWRITTEN
    )


def _keep_history(
    created: Sequence[UnitWork], retiered: Sequence[UnitWork], units: dict[str, Enterprise], at: datetime
) -> None:
    for start in range(0, len(retiered), CHUNK):
        chunk = [units[work.uscc].pk for work in retiered[start : start + CHUNK]]
        TierRecord.objects.filter(enterprise__in=chunk, valid_to__isnull=True).update(
            valid_to=Greatest("valid_from", Value(at))
        )
    rows = [work.tiering.record(units[work.uscc], at) for work in (*created, *retiered)]
    await_confirmation(TierRecord.objects.bulk_create(rows, batch_size=CHUNK), at)
    superseded = (work.stored.record for work in retiered if work.stored is not None)
    let_lapse([record for record in superseded if record is not None], at)


def _keep_statuses(
    created: Sequence[UnitWork], restated: Sequence[UnitWork], units: dict[str, Enterprise], acting: Acting
) -> None:
    rows = [status_record(units[work.uscc], work.status, acting) for work in (*created, *restated)]
    following = {row.enterprise_id: row for row in rows}
    for start in range(0, len(restated), CHUNK):
        chunk = [units[work.uscc].pk for work in restated[start : start + CHUNK]]
        standing = StatusRecord.objects.filter(enterprise__in=chunk, valid_to__isnull=True)
        closed = [close_before(record, following[record.enterprise_id]) for record in standing]
        StatusRecord.objects.bulk_update(closed, ["valid_to"])
    StatusRecord.objects.bulk_create(rows, batch_size=CHUNK)


def _write_details(works: Sequence[UnitWork], units: dict[str, Enterprise]) -> None:
    Certificate.objects.bulk_create(
        [
            Certificate(enterprise=units[work.uscc], kind=kind, number=number, valid_to=day)
            for work in works
            for (kind, number), day in work.certificates.items()
        ],
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["enterprise", "kind", "number"],
        update_fields=["valid_to"],
    )
    Product.objects.bulk_create(
        [
            Product(enterprise=units[work.uscc], name=name, risk_level=level)
            for work in works
            for name, level in work.products.items()
        ],
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["enterprise", "name"],
        update_fields=["risk_level"],
    )
