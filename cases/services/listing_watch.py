"""Note that a unit's list may have to change, so that the next scan looks at it (38号 三; P4 step 1)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from cases.models import ListingWatch


@transaction.atomic
def look_again(*, enterprise_ids: Iterable[int], on: date) -> None:
    """Have the units judged by the first scan on or after `on`; a day noted earlier stays.

    Called in the transaction of whatever changes what the rule counts: an event, a credit rating, the tier, the kinds.
    """
    wanted = set(enterprise_ids)
    watches = ListingWatch.objects.filter(enterprise__in=wanted)
    known = set(watches.values_list("enterprise", flat=True))
    watches.filter(next_on__gt=on).update(next_on=on)
    ListingWatch.objects.bulk_create(
        [ListingWatch(enterprise_id=pk, next_on=on) for pk in sorted(wanted - known)], ignore_conflicts=True
    )
