"""Hand locks over to a successor, one or many at once (38号 二（一）; P6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.locks import CLAUSE, may_change
from cases.models.lock import LockChange, ResponsibilityLock
from cases.models.people import User
from cases.rules.errors import RuleError, StatedError
from cases.selectors.notifications import LOCK_GIVEN, LOCKS_GIVEN
from cases.services.deadlines import reassign_accountable
from cases.services.lock_records import (
    close_lock,
    locked_lock,
    open_change,
    open_change_of,
    require_fit,
    require_words,
    settle_change,
    tell_trail,
)
from cases.services.notify import notify
from cases.services.report_officer_change import require_day_of_change


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one lock of a bulk hand-over: the new lock, or why there is none."""

    lock: ResponsibilityLock
    successor: ResponsibilityLock | None = None
    refusal: StatedError | None = None


@transaction.atomic
def hand_over_lock(
    *, lock_id: int, officer: User, reason: str, acting: Acting, changed_on: date | None = None
) -> ResponsibilityLock:
    """Record `officer` as the successor from today; the old lock ends the day the new one begins.

    `changed_on` is the day the old officer changed, today unless given; a change that was reported before keeps its
    day. The clock of the half-year check goes on. Blocked where the guard says no; RuleError at the field.
    """
    successor = _hand_over(lock_id, officer, reason, acting, changed_on)
    assert successor.clock is not None
    data = {"enterprise": successor.enterprise.name, "due": successor.clock.due_on.isoformat()}
    notify(users=[officer], kind=LOCK_GIVEN, key=f"lock:{successor.pk}", data=data, at=acting.at, mail=True)
    return successor


@transaction.atomic
def hand_over_locks(
    *, lock_ids: Sequence[int], officer: User, reason: str, acting: Acting, changed_on: date | None = None
) -> list[Verdict]:
    """Hand many locks over to one successor: each stands or falls by itself, in the order of the units.

    RuleError where the reason says nothing; what concerns one unit is its verdict.
    """
    require_words(reason, "reason")
    locks = ResponsibilityLock.objects.filter(pk__in=lock_ids).select_related("enterprise")
    verdicts = [_verdict(lock, officer, reason, acting, changed_on) for lock in locks.order_by("enterprise_id", "pk")]
    done = [verdict.successor for verdict in verdicts if verdict.successor is not None]
    if done:
        key = f"locks:{done[0].pk}-{done[-1].pk}"
        notify(users=[officer], kind=LOCKS_GIVEN, key=key, data={"number": len(done)}, at=acting.at, mail=True)
    return verdicts


def _verdict(lock: ResponsibilityLock, officer: User, reason: str, acting: Acting, changed_on: date | None) -> Verdict:
    try:
        with transaction.atomic():
            return Verdict(lock, successor=_hand_over(lock.pk, officer, reason, acting, changed_on))
    except StatedError as refusal:
        return Verdict(lock, refusal=refusal)


def _hand_over(lock_id: int, officer: User, reason: str, acting: Acting, changed_on: date | None) -> ResponsibilityLock:
    lock = locked_lock(lock_id)
    require(may_change(lock, acting))
    reason = require_words(reason, "reason")
    body = lock.enterprise.tier_body
    if officer == lock.officer and lock.body_id == body.pk:
        raise RuleError(
            "same_officer",
            _("%(name)s is the responsible officer already."),
            CLAUSE,
            name=officer.name,
            field="officer",
        )
    require_fit(officer, lock.enterprise, acting)
    change = open_change_of(lock) or _changed_now(lock, changed_on or acting.today, reason, acting)
    settle_change(change, LockChange.Outcome.HANDED_OVER, acting)
    clock = lock.clock
    close_lock(lock, ResponsibilityLock.End.HANDED_OVER, reason, acting)
    assert clock is not None
    successor = ResponsibilityLock.objects.create(
        enterprise=lock.enterprise,
        officer=officer,
        body=body,
        study=lock.study,
        locked_on=acting.today,
        since=lock.since,
        locked_by=acting.person,
        previous=lock,
        last_check_on=lock.last_check_on,
        clock=reassign_accountable(deadline=clock, user=officer, body=body, reason=reason, acting=acting),
    )
    data = {"from": lock.officer_id, "changed_on": change.changed_on, "late": change.late, "reason": reason}
    tell_trail(successor, "lock.handed_over", acting, data)
    return successor


def _changed_now(lock: ResponsibilityLock, changed_on: date, reason: str, acting: Acting) -> LockChange:
    """A change nobody reported before: its five working days are counted all the same."""
    require_day_of_change(lock, changed_on, acting)
    return open_change(lock=lock, cause=LockChange.Cause.REPORTED, changed_on=changed_on, reason=reason, acting=acting)
