"""The responsible officer leaves or changes: five working days to record the successor (38号 二（一）; domain 2.7)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.locks import CLAUSE, may_report_change, may_withdraw_change
from cases.models.lock import LockChange, ResponsibilityLock
from cases.rules.errors import RuleError
from cases.selectors.locks import keepers_of
from cases.selectors.notifications import LOCK_CHANGED
from cases.services.lock_records import locked_lock, open_change, require_words, settle_change, tell_trail
from cases.services.notify import notify


@transaction.atomic
def report_officer_change(*, lock_id: int, changed_on: date, reason: str, acting: Acting) -> LockChange:
    """Record that the officer of a lock changed on `changed_on`; the leaver stays accountable until the hand-over.

    Blocked where the guard says no; RuleError at `changed_on` or `reason`.
    """
    lock = locked_lock(lock_id)
    require(may_report_change(lock, acting))
    require_day_of_change(lock, changed_on, acting)
    change = open_change(
        lock=lock,
        cause=LockChange.Cause.REPORTED,
        changed_on=changed_on,
        reason=require_words(reason, "reason"),
        acting=acting,
    )
    tell_trail(lock, "lock.change_reported", acting, {"changed_on": changed_on, "reason": change.reason})
    tell_keepers([change], acting)
    return change


@transaction.atomic
def withdraw_change(*, change_id: int, reason: str, acting: Acting) -> LockChange:
    """The officer stays after all: drop the change and its deadline. Blocked, RuleError at `reason`."""
    lock = locked_lock(LockChange.objects.only("lock").get(pk=change_id).lock_id)
    change = LockChange.objects.select_related("clock").get(pk=change_id)
    change.lock = lock
    require(may_withdraw_change(change, acting))
    reason = require_words(reason, "reason")
    settle_change(change, LockChange.Outcome.WITHDRAWN, acting, reason)
    tell_trail(lock, "lock.change_withdrawn", acting, {"reason": reason})
    return change


def require_day_of_change(lock: ResponsibilityLock, changed_on: date, acting: Acting) -> None:
    """RuleError unless the officer answered for the unit on that day, and the day has come."""
    if changed_on > acting.today:
        raise RuleError("date_in_future", _("The day %(day)s has not come yet."), day=changed_on, field="changed_on")
    if changed_on < lock.locked_on:
        raise RuleError(
            "before_lock",
            _("The officer has answered for the unit since %(day)s only."),
            CLAUSE,
            day=lock.locked_on,
            field="changed_on",
        )


def tell_keepers(changes: Iterable[LockChange], acting: Acting) -> None:
    """Tell those who name successors: one line for everything that one officer leaves at one body at once."""
    together: dict[tuple[int, int], list[LockChange]] = {}
    for change in changes:
        together.setdefault((change.lock.officer_id, change.lock.enterprise.tier_body_id), []).append(change)
    for group in together.values():
        first = min(group, key=lambda change: change.clock.due_on)
        officer, body = first.lock.officer, first.lock.enterprise.tier_body
        data = {
            "officer": officer.pk,
            "person": officer.name,
            "number": len(group),
            "due": first.clock.due_on.isoformat(),
        }
        people = keepers_of(body, acting.today)
        notify(users=people, kind=LOCK_CHANGED, key=f"lock_change:{first.pk}", data=data, at=acting.at, mail=True)
