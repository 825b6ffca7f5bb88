"""The clocks of tiers that wait for their confirmation (P5 step 2): one a body and legal day, however many units.

An import may tier a hundred thousand units at once. A clock for each would be a hundred thousand rows with as many
audit events, reminders and sweeps, to say what one line says: this body has the tiers of that day to confirm by then.
All of them fall due on the same day anyway, for they begin on the same day and the period is that of the body. The
clock is met once the last of them is confirmed or has lapsed because the unit was tiered anew.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from cases.acting import LEGAL_ZONE, Acting, legal_date
from cases.models.body import Body
from cases.models.deadline import Deadline
from cases.models.enterprise import TierRecord
from cases.selectors.tier_confirmations import RULE, clock_subject
from cases.services.deadline_ledger import OPEN
from cases.services.deadlines import meet_deadline, start_deadline


def await_confirmation(records: Iterable[TierRecord], at: datetime) -> None:
    """Start the clocks of newly opened records where none is running yet; their `tier_body` has been read."""
    acting = Acting(user=None, at=at)
    bodies = {(record.tier_body_id, legal_date(record.valid_from)): record.tier_body for record in records}
    for (_pk, day), body in sorted(bodies.items()):
        subject = clock_subject(body.code, day)
        if _running(subject):
            continue
        Body.objects.select_for_update(of=("self",)).get(pk=body.pk)  # of two at once the second finds the clock
        if not _running(subject):
            start_deadline(rule=RULE, subject=subject, case=None, start_on=day, accountable_body=body, acting=acting)


def let_lapse(records: Iterable[TierRecord], at: datetime) -> None:
    """These records wait no longer, confirmed or superseded: meet the clocks on which nothing else waits."""
    acting = Acting(user=None, at=at)
    for body_id, day in sorted({(record.tier_body_id, legal_date(record.valid_from)) for record in records}):
        if not _waiting(body_id, day):
            body = Body.objects.get(pk=body_id)
            meet_deadline(subject=clock_subject(body.code, day), case=None, on=acting.today, acting=acting)


def _running(subject: str) -> bool:
    return Deadline.objects.filter(case=None, subject=subject, rule=RULE, state__in=OPEN).exists()


def _waiting(body_id: int, day: date) -> bool:
    begins = datetime.combine(day, time(0, 0), LEGAL_ZONE)
    of_the_day = TierRecord.objects.filter(
        tier_body=body_id,
        valid_to__isnull=True,
        confirmation__isnull=True,
        valid_from__gte=begins,
        valid_from__lt=begins + timedelta(days=1),
    )
    return of_the_day.exists()
