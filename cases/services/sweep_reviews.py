"""The yearly review of every class: opened ahead of its day, once, and marked where its day has passed (P3, art. 21).

Like the sweep of the clocks it reads only what is due, in order of keys, each in a transaction of its own that looks
again under the lock of the unit: a sweep that dies, or a second one at the same time, opens nothing twice.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from cases.acting import Acting
from cases.models import BodySetting, Case, ClassRecord, Enterprise, Procedure
from cases.models.enterprise import OperatingStatus
from cases.packs.settings import default_of
from cases.selectors.notifications import REVIEW_OVERDUE
from cases.selectors.recipients import overseers_of
from cases.selectors.standing import deciding_case, review_year_began
from cases.services.audit import record as record_event
from cases.services.create_case import create_case
from cases.services.deadlines import start_deadline
from cases.services.notify import notify
from cases.services.open_case import handling_body
from cases.services.take_effect import REVIEW

logger = logging.getLogger(__name__)

RULE: Final = "class_cycle"
LEAD: Final = "review.lead_days"
GONE: Final = (OperatingStatus.DEREGISTERED, OperatingStatus.REVOKED)


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """How many reviews a sweep opened, how many it marked as overdue, and the records that failed and stay due."""

    opened: int = 0
    overdue: int = 0
    failed: tuple[int, ...] = ()


def sweep_reviews(*, now: datetime, limit: int = 500) -> ReviewReport:
    """Open every review whose day is near enough, and mark every class whose year is over without one."""
    acting = Acting(user=None, at=now)
    opened, overdue, failed = 0, 0, []
    for row in _due_reviews(acting.today, limit):
        try:
            opened += open_review(record_id=row.pk, acting=acting) is not None
        except Exception:  # one broken row must not keep the others from being opened; it stays due and is logged
            logger.exception("the review of class record %s could not be opened; it stays due", row.pk)
            failed.append(row.pk)
    for row in _batches(_standing(review_overdue_since__isnull=True, next_review_on__lt=acting.today), limit):
        overdue += mark_overdue(record_id=row.pk, acting=acting)
    return ReviewReport(opened, overdue, tuple(failed))


@transaction.atomic
def open_review(*, record_id: int, acting: Acting) -> Case | None:
    """Open the review of a class in force; None where it has one, or another case is deciding the class."""
    row = ClassRecord.objects.get(pk=record_id)
    enterprise = Enterprise.objects.select_for_update(of=("self",)).get(pk=row.enterprise_id)
    record = ClassRecord.objects.filter(pk=record_id, valid_to__isnull=True, review__isnull=True).first()
    if record is None or enterprise.status in GONE or deciding_case(enterprise) is not None:
        return None
    case = create_case(
        enterprise=enterprise,
        body=handling_body(enterprise),
        procedure=Procedure.REVIEW,
        origin=Case.Origin.REVIEW,
        origin_note="",
        planned_on=record.next_review_on,
        acting=acting,
    )
    record.review = case
    record.save(update_fields=["review"])
    start_deadline(
        rule=RULE,
        subject=REVIEW,
        case=case,
        start_on=review_year_began(record),
        accountable_body=case.body,
        acting=acting,
    )
    return case


@transaction.atomic
def mark_overdue(*, record_id: int, acting: Acting) -> bool:
    """Mark a class whose review is overdue and tell who oversees the handling body; the class itself stays."""
    since = ClassRecord.objects.select_related("enterprise__territorial_body").get(pk=record_id)
    day = since.next_review_on + timedelta(days=1)
    standing = ClassRecord.objects.filter(pk=record_id, valid_to__isnull=True, review_overdue_since__isnull=True)
    if not standing.update(review_overdue_since=day):
        return False
    enterprise = since.enterprise
    record_event(
        stream=f"enterprise:{enterprise.pk}",
        action="review_overdue",
        acting=acting,
        body=enterprise.territorial_body,
        data={"due": since.next_review_on, "quality_class": since.quality_class},
    )
    notify(
        users=overseers_of(handling_body(enterprise), acting.today),
        kind=REVIEW_OVERDUE,
        key=f"{REVIEW_OVERDUE}:{record_id}",
        case=since.review,
        data={"enterprise": enterprise.name, "due": since.next_review_on.isoformat()},
        at=acting.at,
        mail=True,
    )
    return True


def _standing(**conditions: object) -> QuerySet[ClassRecord]:
    """Classes in force of units that exist."""
    return ClassRecord.objects.filter(valid_to__isnull=True, **conditions).exclude(enterprise__status__in=GONE)


def _batches(rows: QuerySet[ClassRecord], limit: int) -> Iterator[ClassRecord]:
    """The rows in the order of their keys, so that a failing one is passed and not met again."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk").select_related("enterprise__territorial_body")[:limit]):
        yield from batch
        last = batch[-1].pk


def _due_reviews(today: date, limit: int) -> Iterator[ClassRecord]:
    """Classes without a review whose day is as near as their body has set; the longest lead says how far to look."""
    leads = _Leads.read()
    rows = _standing(review__isnull=True, next_review_on__lte=today + timedelta(days=leads.longest))
    for row in _batches(rows, limit):
        if row.next_review_on <= today + timedelta(days=leads.at(row.enterprise.territorial_body.position)):
            yield row


@dataclass(frozen=True, slots=True)
class _Leads:
    """The days ahead that bodies have set, as ranges of the tree from the top down, read once a sweep."""

    default: int
    ranges: tuple[tuple[int, int, int], ...]

    @classmethod
    def read(cls) -> "_Leads":
        rows = BodySetting.objects.filter(key=LEAD).order_by("body__position")
        ranges = tuple((row.body.position, row.body.last, int(row.value)) for row in rows.select_related("body"))
        return cls(int(default_of(LEAD)), ranges)

    @property
    def longest(self) -> int:
        return max([self.default, *(days for _first, _last, days in self.ranges)])

    def at(self, position: int) -> int:
        """The days of the nearest body: the last range that holds the position."""
        held = [days for first, last, days in self.ranges if first <= position <= last]
        return held[-1] if held else self.default
