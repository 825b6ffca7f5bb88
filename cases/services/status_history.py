"""The history of a unit's operating status: every change adds a row, none is overwritten (38号 四（一）)."""

from datetime import date

from cases.acting import Acting
from cases.models import Enterprise, StatusRecord

Stated = tuple[str, date | None, str]
"""Status, since when, and what says so, as the unit's own row has them."""


def status_record(enterprise: Enterprise, stated: Stated, acting: Acting) -> StatusRecord:
    """The history row of what is stated; not saved. A status without a day holds since the unit was first entered."""
    status, since, basis = stated
    return StatusRecord(
        enterprise=enterprise,
        status=status,
        basis=basis,
        valid_from=since or enterprise.first_entered_on,
        recorded_at=acting.at,
        recorded_by=acting.user,
    )


def close_before(record: StatusRecord, following: StatusRecord) -> StatusRecord:
    """`record` ended where `following` begins; not saved.

    What is stated later goes: a status said to have begun before the open one did leaves it no day, but keeps the row.
    """
    record.valid_to = max(record.valid_from, following.valid_from)
    return record


def keep_status(enterprise: Enterprise, acting: Acting) -> bool:
    """Open a row for the status the unit now has, if the open one says otherwise; whether it did. The caller locks."""
    stated = status_record(enterprise, (enterprise.status, enterprise.status_on, enterprise.status_basis), acting)
    current = StatusRecord.objects.filter(enterprise=enterprise, valid_to__isnull=True).first()
    if current is not None:
        if _same(current, stated):
            return False
        close_before(current, stated).save(update_fields=["valid_to"])
    stated.save(force_insert=True)
    return True


def _same(one: StatusRecord, other: StatusRecord) -> bool:
    return (one.status, one.valid_from, one.basis) == (other.status, other.valid_from, other.basis)
