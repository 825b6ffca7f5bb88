"""Find, without anybody pressing anything, locks that no longer stand as recorded (38号 二（一）; domain 2.3, 2.7).

A post that ends on its day leaves its units without an officer; a unit that moves to another tier, or is taken over,
gets another body. Either opens a change with its five working days, and the officer stays accountable meanwhile.
"""

import logging
from datetime import date, datetime

from django.db import transaction

from cases.acting import Acting, legal_date
from cases.models.enterprise import OperatingStatus, TierRecord
from cases.models.lock import LockChange, ResponsibilityLock
from cases.rules.errors import StatedError
from cases.selectors.locks import last_day_carried, open_locks, uncarried_locks
from cases.services.lock_records import locked_lock, open_change, tell_trail
from cases.services.release_lock import cease_lock
from cases.services.report_officer_change import tell_keepers

logger = logging.getLogger(__name__)


def watch_locks(now: datetime) -> int:
    """End the locks of deregistered units and open the changes nobody reported; returns how many it touched.

    Each is a transaction of its own: one that fails stays to be found by the next round.
    """
    acting = Acting(user=None, at=now)
    gone = open_locks().filter(enterprise__status=OperatingStatus.DEREGISTERED).select_related("enterprise")
    ended = [cease_lock(lock.enterprise, acting) for lock in gone]
    found = [_change(pk, acting) for pk in list(uncarried_locks().values_list("pk", flat=True))]
    changes = [change for change in found if change is not None]
    tell_keepers(changes, acting)
    return len(ended) + len(changes)


@transaction.atomic
def _change(lock_id: int, acting: Acting) -> LockChange | None:
    """Open the change of one lock, if it is still to be opened now that its rows are locked."""
    lock = locked_lock(lock_id)
    if not uncarried_locks().filter(pk=lock_id).exists():
        return None
    moved = lock.body_id != lock.enterprise.tier_body_id
    cause = LockChange.Cause.TIER_BODY if moved else LockChange.Cause.POST_ENDED
    since = _day_moved(lock, acting.today) if moved else last_day_carried(lock, acting.today)
    day = max(since or acting.today, lock.locked_on)
    try:
        change = open_change(lock=lock, cause=cause, changed_on=min(day, acting.today), reason="", acting=acting)
    except StatedError:  # a calendar that does not reach: it must not keep the others from being found
        logger.exception("the change of lock %s could not be opened", lock_id)
        return None
    tell_trail(lock, "lock.change_found", acting, {"cause": cause, "changed_on": change.changed_on})
    return change


def _day_moved(lock: ResponsibilityLock, today: date) -> date:
    """The legal day since which another body answers for the unit; today where the history of tiers does not say."""
    record = TierRecord.objects.filter(
        enterprise=lock.enterprise_id, valid_to__isnull=True, tier_body=lock.enterprise.tier_body_id
    ).first()
    return legal_date(record.valid_from) if record else today
