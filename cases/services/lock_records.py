"""What the services of responsibility locks share: locking the rows, the clocks, changes and ends."""

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import Condition, failed
from cases.guards.locks import CLAUSE, fit_to_carry
from cases.models.body import Body
from cases.models.deadline import Deadline
from cases.models.enterprise import Enterprise
from cases.models.lock import LockChange, OnsiteCheck, ResponsibilityLock
from cases.models.people import User
from cases.rules.errors import RuleError
from cases.rules.onsite_checks import check_counts_from
from cases.services.audit import record
from cases.services.deadlines import cancel_deadline, meet_deadline, start_deadline
from cases.services.enterprise_checks import locked_enterprise, stream_of

CHECK_RULE: Final = "locked_unit_check"
CHANGE_RULE: Final = "responsible_officer_change"
SHORTEST_STUDY: Final = 10
"""Characters a record of the study, and a reason, has at least."""


def locked_lock(lock_id: int) -> ResponsibilityLock:
    """The lock as it stands, its unit locked first and itself second until the transaction ends."""
    enterprise = locked_enterprise(ResponsibilityLock.objects.only("enterprise").get(pk=lock_id).enterprise_id)
    lock = (
        ResponsibilityLock.objects.select_for_update(of=("self",))
        .select_related("officer", "body", "clock")
        .get(pk=lock_id)
    )
    lock.enterprise = enterprise
    return lock


def require_fit(officer: User, enterprise: Enterprise, acting: Acting, field: str = "officer") -> None:
    """RuleError, at the field, unless the officer can carry the unit."""
    refuse_failed(fit_to_carry(officer, enterprise, acting), field)


def refuse_failed(conditions: list[Condition], field: str) -> None:
    """RuleError of the first condition about a person that does not hold, shown at the field that names them."""
    for condition in failed(conditions):
        raise RuleError(condition.code, str(condition.reason), condition.clause, field=field)


def require_words(text: str, field: str) -> str:
    """The text without blanks at its ends; RuleError, at the field, where it says next to nothing."""
    text = text.strip()
    if len(text) < SHORTEST_STUDY:
        raise RuleError(
            "too_short", _("Write at least %(least)s characters."), CLAUSE, least=SHORTEST_STUDY, field=field
        )
    return text


# --- the half-year clock ---------------------------------------------------------------------------------------------


def check_subject(enterprise_id: int) -> str:
    """The clock is the unit's: a change of officer does not start it anew, or nobody would ever have to go."""
    return f"locked_unit:{enterprise_id}"


def start_check_clock(*, enterprise: Enterprise, body: Body, officer: User, start_on: date, acting: Acting) -> Deadline:
    """The next on-site check, within half a year of `start_on`."""
    return start_deadline(
        rule=CHECK_RULE,
        subject=check_subject(enterprise.pk),
        case=None,
        enterprise=enterprise,
        start_on=start_on,
        accountable_body=body,
        accountable_user=officer,
        acting=acting,
    )


def last_check_of(enterprise: Enterprise) -> date | None:
    """The day of the unit's latest on-site check, whatever it was made for."""
    return (
        OnsiteCheck.objects.filter(enterprise=enterprise)
        .order_by("-checked_on")
        .values_list("checked_on", flat=True)
        .first()
    )


def count_check(lock: ResponsibilityLock, checked_on: date, acting: Acting) -> None:
    """A visit on `checked_on` meets the running clock and starts the next, unless a later one has done so."""
    lock.last_check_on = max(lock.last_check_on or checked_on, checked_on)
    clock = lock.clock
    if clock is not None and checked_on > clock.start_on:
        meet_deadline(subject=clock.subject, case=None, on=checked_on, acting=acting)
        lock.clock = start_check_clock(
            enterprise=lock.enterprise,
            body=lock.body,
            officer=lock.officer,
            start_on=check_counts_from(lock.since, lock.last_check_on),
            acting=acting,
        )
    lock.save(update_fields=["last_check_on", "clock"])


# --- changes ---------------------------------------------------------------------------------------------------------


def open_change_of(lock: ResponsibilityLock) -> LockChange | None:
    return lock.changes.filter(settled_on__isnull=True).select_related("clock").first()


def open_change(*, lock: ResponsibilityLock, cause: str, changed_on: date, reason: str, acting: Acting) -> LockChange:
    """Open a change with its five working days; until it is settled the officer of the lock stays accountable."""
    clock = start_deadline(
        rule=CHANGE_RULE,
        subject=f"lock:{lock.pk}",
        case=None,
        enterprise=lock.enterprise,
        start_on=changed_on,
        accountable_body=lock.enterprise.tier_body,
        accountable_user=lock.officer,
        acting=acting,
    )
    return LockChange.objects.create(
        lock=lock, cause=cause, changed_on=changed_on, reason=reason, reported_by=acting.user, clock=clock
    )


def settle_change(change: LockChange, outcome: str, acting: Acting, reason: str = "") -> None:
    """End a change: a recorded successor meets its deadline, late or not; anything else drops it."""
    if outcome == LockChange.Outcome.HANDED_OVER:
        meet_deadline(subject=change.clock.subject, case=None, on=acting.today, acting=acting)
    else:
        cancel_deadline(subject=change.clock.subject, case=None, reason=reason, acting=acting)
    change.settled_on, change.outcome = acting.today, outcome
    change.save(update_fields=["settled_on", "outcome"])


# --- ends ------------------------------------------------------------------------------------------------------------


def end_lock(lock: ResponsibilityLock, end: str, reason: str, acting: Acting) -> None:
    """End a lock for good: the half-year clock stops, and with it a change that waited for a successor."""
    cancel_deadline(subject=check_subject(lock.enterprise_id), case=None, reason=reason, acting=acting)
    if change := open_change_of(lock):
        settle_change(change, LockChange.Outcome.LOCK_ENDED, acting, reason)
    close_lock(lock, end, reason, acting)
    tell_trail(lock, f"lock.{end}", acting, {"reason": reason})


def close_lock(lock: ResponsibilityLock, end: str, reason: str, acting: Acting) -> None:
    lock.ended_on, lock.end, lock.end_reason, lock.clock = acting.today, end, reason, None
    lock.save(update_fields=["ended_on", "end", "end_reason", "clock"])


def tell_trail(lock: ResponsibilityLock, action: str, acting: Acting, data: dict[str, Any] | None = None) -> None:
    """One audit event on the stream of the unit."""
    record(
        stream=stream_of(lock.enterprise),
        action=action,
        acting=acting,
        body=lock.body,
        data={"lock": lock.pk, "officer": lock.officer_id, **(data or {})},
    )
