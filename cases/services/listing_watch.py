"""Note that a unit's list may have to change, so that the next scan looks at it (38号 三; P4 step 1)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from cases.acting import Acting
from cases.models import Case, ListCandidate, ListingWatch


@transaction.atomic
def look_again(*, enterprise_ids: Iterable[int], on: date) -> None:
    """Have the units judged by the first scan on or after `on`; a day noted earlier stays.

    Called in the transaction of whatever changes what the rule counts: an event, a credit rating, the tier, the kinds.
    The notes are locked until that transaction ends, as a scan locks them before it reads: a scan that judges the unit
    meanwhile either waits and sees the change, or is over and finds the unit noted anew.
    """
    wanted = set(enterprise_ids)
    watches = ListingWatch.objects.filter(enterprise__in=wanted)
    known = set(watches.select_for_update().order_by("pk").values_list("pk", flat=True))
    ListingWatch.objects.bulk_create(
        [ListingWatch(enterprise_id=pk, next_on=on) for pk in sorted(wanted - known)], ignore_conflicts=True
    )
    watches.filter(next_on__gt=on).update(next_on=on)


@transaction.atomic
def drop_candidate_of(*, case: Case, acting: Acting) -> None:
    """The case of a candidate ended before anything was decided: the next scan judges the unit anew."""
    kept = ListCandidate.objects.filter(case=case, state=ListCandidate.State.KEPT)
    if kept.update(state=ListCandidate.State.OUTDATED):
        look_again(enterprise_ids=[case.enterprise_id], on=acting.today)
