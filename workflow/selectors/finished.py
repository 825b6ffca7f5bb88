"""What a person has finished: the steps they did, from the audit trail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, F, Q, QuerySet

from cases.acting import LEGAL_ZONE, legal_date
from cases.models import AuditEvent, Deadline, User
from workflow.steps import STEPS

_RECORDED_AS: Final = {
    "inspect": "submit_inspection",
    "draft_interview": "arrange_interview",
    "serve_interview": "document.served",
    "serve_order": "document.served",
    "serve_listing_notice": "document.served",
    "serve_lift_notice": "document.served",
}
FINISHING: Final = tuple(sorted({_RECORDED_AS.get(code, code) for code in STEPS}))
"""Actions of the audit trail by which a person finishes a step."""


@dataclass(frozen=True, slots=True)
class OnTime:
    """The clocks a person met since the first of the month, and how many of them late."""

    met: int
    late: int

    @property
    def rate(self) -> float | None:
        """Per cent met in time; None where nothing was met."""
        return round(100 * (self.met - self.late) / self.met, 1) if self.met else None


def month_start(at: datetime) -> datetime:
    """The first instant of the legal month of `at`."""
    return at.astimezone(LEGAL_ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def finished_this_month(user: User, at: datetime) -> QuerySet[AuditEvent]:
    """Steps the person finished since the first of the month, the latest first."""
    return (
        AuditEvent.objects.filter(actor=user, case__isnull=False, action__in=FINISHING)
        .filter(at__gte=month_start(at), at__lte=at)
        .select_related("case__enterprise", "case__territorial_body", "on_behalf_of")
        .order_by("-at", "-pk")
    )


def on_time_this_month(user: User, at: datetime) -> OnTime:
    """How punctual the person was this month; one query."""
    met = Deadline.objects.filter(
        accountable_user=user, state=Deadline.State.MET, met_on__gte=legal_date(month_start(at))
    )
    return OnTime(**met.aggregate(met=Count("pk"), late=Count("pk", filter=Q(met_on__gt=F("due_on")))))
