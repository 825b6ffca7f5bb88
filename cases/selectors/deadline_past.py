"""How the deadlines of an area stood on days gone by, from the ledger."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from cases.models.deadline import Deadline, DeadlineEntry
from cases.rules.deadlines_then import ENDS, Turn, overdue, running_on, stood_on, within_a_week
from cases.selectors.deadlines import LOOK_BACK, WEEK, Counts, listed, with_place

Event = DeadlineEntry.Event
_ENDED: Final = (Event.MET, Event.CANCELLED, Event.RECOMPUTED)
"""What may happen while the clock stands still."""


def running_by_due(deadlines: QuerySet[Deadline]) -> dict[date, int]:
    """How many deadlines run now, by their due day; one query."""
    running = deadlines.filter(state=Deadline.State.RUNNING).order_by().values_list("due_on")
    return dict(running.annotate(number=Count("pk")))


def stood(
    deadlines: QuerySet[Deadline], long: Sequence[date], short: Sequence[date], running: Mapping[date, int]
) -> tuple[list[int], list[int]]:
    """What was overdue on each of the `long` and then the `short` days, and what was due soon on the `short` ones.

    One query for both: of the lines since the first of the long days those of deadlines that had run out by then, of
    those since the first of the short days all.
    """
    lately = Q(on__gt=min(short))
    turns = _turns(deadlines, min(min(long), min(short)), lately | Q(due_before__lt=F("on")))
    recent = [turn for turn in turns if turn.on > min(short)]
    late = [turn for turn in turns if turn.due_before is not None and turn.due_before < turn.on]
    return stood_on([*long, *short], running, late, overdue), stood_on(short, running, recent, within_a_week)


def running_by_place_on(deadlines: QuerySet[Deadline], day: date) -> dict[int, dict[date, int]]:
    """The deadlines that ran when a day ended: by the position of their place, then by their due day then; two queries.

    A deadline counts where its unit stands today.
    """
    placed = with_place(deadlines)
    now: dict[int, dict[date, int]] = defaultdict(dict)
    running = placed.filter(state=Deadline.State.RUNNING).order_by().values_list("place", "due_on")
    for place, due, number in running.annotate(number=Count("pk")):
        now[place][due] = number
    since: dict[int, list[Turn]] = defaultdict(list)
    place_of = Subquery(placed.filter(pk=OuterRef("deadline")).values("place")[:1])
    rows = _turned(deadlines, day, Q()).annotate(place=place_of).order_by()
    for place, event, on, before, after, number in rows.values_list("place", *TURN).annotate(number=Count("pk")):
        since[place].append(Turn(event, on, before, after, number))
    found = {place: running_on(day, now[place], since[place]) for place in [*now, *since]}
    return {place: by_due for place, by_due in found.items() if by_due}


def counts_by_place_on(
    deadlines: QuerySet[Deadline], day: date, running: Mapping[int, Mapping[date, int]]
) -> dict[int, Counts]:
    """The counts of every place when a day ended, but for suspended deadlines, which are not told; one query.

    `running` as `running_by_place_on` answers; what was met in time is counted over the 90 days up to the day.
    """
    met = with_place(deadlines).filter(state=Deadline.State.MET, met_on__range=(day - LOOK_BACK, day)).order_by()
    late = Count("pk", filter=Q(met_on__gt=F("due_on")))
    done = {place: numbers for place, *numbers in met.values_list("place").annotate(met=Count("pk"), late=late)}
    return {place: _counts_on(running.get(place, {}), day, *done.get(place, (0, 0))) for place in running.keys() | done}


def _counts_on(running: Mapping[date, int], day: date, met: int, late: int) -> Counts:
    def number(first: date | None, last: date | None) -> int:
        return sum(n for due, n in running.items() if (first is None or due >= first) and (last is None or due <= last))

    return Counts(
        running=number(None, None),
        suspended=0,
        overdue=sum(n for due, n in running.items() if due < day),
        today=number(day, day),
        week=number(day, day + WEEK),
        met=met,
        met_late=late,
    )


def listed_overdue_on(deadlines: QuerySet[Deadline], day: date) -> QuerySet[Any]:
    """The deadlines that had run out when a day ended, as a list shows them; `due_then` is the day they were due then.

    What came first after that day says how a deadline stood on it; where nothing came, it stands as it stood.
    """
    changed = DeadlineEntry.objects.filter(on__gt=day).exclude(event=Event.REASSIGNED)
    following = changed.filter(deadline=OuterRef("pk")).order_by("pk")
    clock = DeadlineEntry.objects.filter(
        deadline=OuterRef("pk"), on__lte=day, event__in=(Event.SUSPENDED, Event.RESUMED)
    )
    stands = Q(turn__isnull=True, state=Deadline.State.RUNNING, due_on__lt=day)
    stood = Q(turn__in=ENDS, due_turn__lt=day) & ~Q(turn__in=_ENDED, clock=Event.SUSPENDED)
    late = deadlines.filter(
        Q(state=Deadline.State.RUNNING, due_on__lt=day)
        | Q(pk__in=changed.filter(due_before__lt=day).values("deadline"))
    ).annotate(
        turn=Subquery(following.values("event")[:1]),
        due_turn=Subquery(following.values("due_before")[:1]),
        clock=Coalesce(Subquery(clock.order_by("-pk").values("event")[:1]), Value("")),
    )
    due_then = Case(When(turn__isnull=True, then=F("due_on")), default=F("due_turn"))
    return listed(late.filter(stands | stood)).annotate(due_then=due_then).order_by("due_then", "pk")


TURN: Final = ("event", "on", "due_before", "due_after")


def _turns(deadlines: QuerySet[Deadline], after: date, which: Q) -> list[Turn]:
    """What happened after a day to clocks that were not standing still."""
    rows = _turned(deadlines, after, which).order_by().values_list(*TURN).annotate(number=Count("pk"))
    return [Turn(*row) for row in rows]


def _turned(deadlines: QuerySet[Deadline], after: date, which: Q) -> QuerySet[Any]:
    """The lines of the ledger after a day, of clocks that were not standing still."""
    before = DeadlineEntry.objects.filter(
        deadline=OuterRef("deadline"), pk__lt=OuterRef("pk"), event__in=(Event.SUSPENDED, Event.RESUMED)
    )
    return (
        DeadlineEntry.objects.filter(which, on__gt=after)
        .exclude(event=Event.REASSIGNED)
        .filter(Exists(deadlines.filter(pk=OuterRef("deadline"))))
        .annotate(clock=Coalesce(Subquery(before.order_by("-pk").values("event")[:1]), Value("")))
        .exclude(event__in=_ENDED, clock=Event.SUSPENDED)
    )
