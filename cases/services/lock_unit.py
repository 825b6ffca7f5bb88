"""Name the officer who answers for a likely-major-risk unit (建档锁定; 38号 二（一）, P6 steps 1 and 2)."""

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.locks import may_lock
from cases.models.lock import ResponsibilityLock
from cases.models.people import User
from cases.rules.onsite_checks import check_counts_from
from cases.selectors.notifications import LOCK_GIVEN
from cases.services.enterprise_checks import locked_enterprise
from cases.services.lock_records import (
    last_check_of,
    require_fit,
    require_words,
    start_check_clock,
    tell_trail,
)
from cases.services.notify import notify


@transaction.atomic
def lock_unit(*, enterprise_id: int, officer: User, study: str, acting: Acting) -> ResponsibilityLock:
    """Lock the unit to `officer` from today; `study` is the record of why a major risk is likely (研判记录).

    The body of the lock is the unit's tier body, the level that selected it. The clock of the half-year check starts.
    Blocked where the guard says no; RuleError at `study` or `officer`.
    """
    enterprise = locked_enterprise(enterprise_id)
    require(may_lock(enterprise, acting))
    study = require_words(study, "study")
    require_fit(officer, enterprise, acting)
    last_check = last_check_of(enterprise)
    clock = start_check_clock(
        enterprise=enterprise,
        body=enterprise.tier_body,
        officer=officer,
        start_on=check_counts_from(acting.today, last_check),
        acting=acting,
    )
    lock = ResponsibilityLock.objects.create(
        enterprise=enterprise,
        officer=officer,
        body=enterprise.tier_body,
        study=study,
        locked_on=acting.today,
        since=acting.today,
        locked_by=acting.person,
        last_check_on=last_check,
        clock=clock,
    )
    tell_trail(lock, "lock.locked", acting, {"study": study, "check_due": clock.due_on})
    data = {"enterprise": enterprise.name, "due": clock.due_on.isoformat()}
    notify(users=[officer], kind=LOCK_GIVEN, key=f"lock:{lock.pk}", data=data, at=acting.at, mail=True)
    return lock
