"""Set the operating status of a unit (P12 step 5)."""

from datetime import date

from django.db import transaction

from cases.acting import Acting
from cases.models.enterprise import Enterprise, OperatingStatus
from cases.rules.enterprise_facts import Fault, status_faults
from cases.services.audit import record
from cases.services.enterprise_checks import FactsError, locked_enterprise, require_permission, stream_of
from cases.services.listing_watch import look_again
from cases.services.release_lock import cease_lock
from cases.services.status_history import keep_status


@transaction.atomic
def set_status(
    *, enterprise_id: int, status: str, status_on: date | None, status_basis: str, version: int, acting: Acting
) -> Enterprise:
    """Record the status, since when it holds and what says so (38号 四（一）); also the return to business.

    StaleError, FactsError, NotPermitted.
    """
    enterprise = locked_enterprise(enterprise_id, version)
    require_permission(acting, "set_status", enterprise.territorial_body)
    faults = list(status_faults(status_on, status_basis, acting.today))
    if status not in OperatingStatus.values:
        faults.append(Fault("status", "choice"))
    if faults:
        raise FactsError(tuple(faults))
    before = {"status": enterprise.status, "status_on": enterprise.status_on, "status_basis": enterprise.status_basis}
    enterprise.status, enterprise.status_on, enterprise.status_basis = status, status_on, status_basis
    enterprise.updated_at = acting.at
    enterprise.version += 1
    enterprise.save(update_fields=["status", "status_on", "status_basis", "updated_at", "version"])
    keep_status(enterprise, acting)
    look_again(enterprise_ids=[enterprise.pk], on=acting.today)
    after = {"status": status, "status_on": status_on, "status_basis": status_basis}
    record(
        stream=stream_of(enterprise),
        action="enterprise.status",
        acting=acting,
        body=enterprise.territorial_body,
        data={"changed": {name: [before[name], after[name]] for name in after}},
    )
    if status == OperatingStatus.DEREGISTERED:
        cease_lock(enterprise, acting)
    return enterprise
