"""End a lock: a major risk is no longer likely, or the unit is no more."""

from typing import Final

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.locks import may_change
from cases.models.enterprise import Enterprise
from cases.models.lock import ResponsibilityLock
from cases.selectors.locks import open_locks
from cases.services.lock_records import end_lock, locked_lock, require_words

DEREGISTERED: Final = "单位已注销"  # legal text: it stands in the file


@transaction.atomic
def release_lock(*, lock_id: int, reason: str, acting: Acting) -> ResponsibilityLock:
    """Release a unit that is no longer likely to bring a major risk; `reason` says why. Blocked, RuleError."""
    lock = locked_lock(lock_id)
    require(may_change(lock, acting))
    end_lock(lock, ResponsibilityLock.End.RELEASED, require_words(reason, "reason"), acting)
    return lock


@transaction.atomic
def cease_lock(enterprise: Enterprise, acting: Acting) -> ResponsibilityLock | None:
    """The unit was deregistered: its lock, where there is one, ends with it. Who may say so was asked before."""
    standing = open_locks().filter(enterprise=enterprise).first()
    if standing is None:
        return None
    lock = locked_lock(standing.pk)
    if lock.ended_on is None:
        end_lock(lock, ResponsibilityLock.End.CEASED, DEREGISTERED, acting)
    return lock
