"""How the deadlines of an area stood on days gone by, from the ledger."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from cases.models.deadline import Deadline, DeadlineEntry
from cases.rules.deadlines_then import Turn, overdue, stood_on, within_a_week

Event = DeadlineEntry.Event
_ENDED: Final = (Event.MET, Event.CANCELLED, Event.RECOMPUTED)
"""What may happen while the clock stands still."""


def running_by_due(deadlines: QuerySet[Deadline]) -> dict[date, int]:
    """How many deadlines run now, by their due day; one query."""
    running = deadlines.filter(state=Deadline.State.RUNNING).order_by().values_list("due_on")
    return dict(running.annotate(number=Count("pk")))


def overdue_on(deadlines: QuerySet[Deadline], days: Sequence[date], running: dict[date, int]) -> list[int]:
    """How many deadlines had run out when each day ended; one query, for those alone that ran out and then changed."""
    late = Q(due_before__lt=F("on"))
    return stood_on(days, running, _turns(deadlines, min(days), late), overdue)


def due_soon_on(deadlines: QuerySet[Deadline], days: Sequence[date], running: dict[date, int]) -> list[int]:
    """How many deadlines ended on each day or the seven after it, as they stood then; one query."""
    return stood_on(days, running, _turns(deadlines, min(days), Q()), within_a_week)


def _turns(deadlines: QuerySet[Deadline], after: date, which: Q) -> list[Turn]:
    """What happened after a day to clocks that were not standing still."""
    before = DeadlineEntry.objects.filter(
        deadline=OuterRef("deadline"), pk__lt=OuterRef("pk"), event__in=(Event.SUSPENDED, Event.RESUMED)
    )
    rows = (
        DeadlineEntry.objects.filter(which, on__gt=after)
        .exclude(event=Event.REASSIGNED)
        .filter(Exists(deadlines.filter(pk=OuterRef("deadline"))))
        .annotate(clock=Coalesce(Subquery(before.order_by("-pk").values("event")[:1]), Value("")))
        .exclude(event__in=_ENDED, clock=Event.SUSPENDED)
        .order_by()
        .values_list("event", "on", "due_before", "due_after")
        .annotate(number=Count("pk"))
    )
    return [Turn(*row) for row in rows]
