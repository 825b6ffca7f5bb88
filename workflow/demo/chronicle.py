"""Many stories at once, in the order of time: numbers, letters and reminders come as they would have come."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from heapq import heapify, heappop, heappush

from cases.acting import LEGAL_ZONE, Acting, legal_date
from cases.models import User
from cases.selectors.calendar import work_calendar
from cases.services.scan_candidates import begin_scan_of_the_month
from cases.services.sweep_deadlines import sweep
from cases.services.sweep_reviews import sweep_reviews
from notices.models import Document, Kind
from notices.services.issue_document import issue_document
from notices.services.record_service import ServiceFacts, record_service

Acts = Iterator[datetime]
"""Yields the moment of its next act; the act is done when it is resumed."""

Tell = Callable[[datetime, User, Document], None]


def play(acts: Sequence[Acts]) -> None:
    """Let whoever is next act, until nobody has anything left to do."""
    waiting = [(moment, place) for place, each in enumerate(acts) if (moment := next(each, None)) is not None]
    heapify(waiting)
    while waiting:
        moment, place = heappop(waiting)
        following = next(acts[place], None)
        if following is not None:
            heappush(waiting, (max(moment, following), place))


def midnight(day: date) -> datetime:
    """The first instant of a legal day."""
    return datetime.combine(day, time(0, 0), LEGAL_ZONE)


def nightly_sweeps(first: date, last: date, run_jobs: Callable[[datetime], None]) -> Acts:
    """What the clock of the engine does each day, the first and last included: reviews, deadlines, scans, jobs."""
    day = first
    while day <= last:
        moment = midnight(day)
        yield moment
        sweep_reviews(now=moment)
        sweep(now=moment)
        begin_scan_of_the_month(now=moment)
        run_jobs(moment)
        day += timedelta(days=1)


def send_reminder_letters(
    *, signer: User, sender: User, first: date, end: datetime, patience: int, most: int, tell: Tell | None = None
) -> Acts:
    """The body above issues and sends the reminder letters that have lain as drafts for `patience` working days."""
    calendar = work_calendar()
    day, sent = first, 0
    while sent < most and (moment := midnight(day) + timedelta(hours=10)) <= end:
        yield moment
        for document in _ripe_drafts(signer, moment, patience)[: most - sent] if calendar.is_workday(day) else ():
            _send(document, signer, sender, moment, sent + 1)
            sent += 1
            if tell is not None:
                tell(moment, signer, document)
        day += timedelta(days=1)


def _ripe_drafts(signer: User, now: datetime, patience: int) -> list[Document]:
    """Drafts of the bodies where the signer holds a post, old enough to be sent."""
    calendar = work_calendar()
    drafts = Document.objects.filter(
        kind=Kind.REMINDER_LETTER, state=Document.State.DRAFT, body__in=signer.posts.values("body")
    )
    today = legal_date(now)
    return [
        draft
        for draft in drafts.order_by("pk")
        if calendar.working_days_between(legal_date(draft.drafted_at), today) >= patience
    ]


def _send(document: Document, signer: User, sender: User, moment: datetime, number: int) -> None:
    issued = issue_document(document=document, acting=Acting(signer, moment))
    facts = ServiceFacts(
        kind="mail",
        attempted_on=legal_date(moment),
        received_on=legal_date(moment),
        recipient=document.addressee,
        reference=f"机要交换第{number:03d}号",
    )
    record_service(document=issued, facts=facts, acting=Acting(sender, moment + timedelta(hours=2)))
