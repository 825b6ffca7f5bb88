"""The deadlines a person may see, and what the oversight board says about them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Case, Count, DateField, Exists, F, OuterRef, Prefetch, Q, QuerySet, When
from django.db.models.functions import Coalesce

from cases.acting import LEGAL_ZONE
from cases.models.body import Body
from cases.models.deadline import Deadline, DeadlineReminder
from cases.models.enterprise import ClassRecord
from cases.models.people import User
from cases.selectors.scope import within

State = Deadline.State
OPEN: Final = (State.RUNNING, State.SUSPENDED)
STRIP_DAYS: Final = 14
WEEK: Final = timedelta(days=7)
LOOK_BACK: Final = timedelta(days=90)
"""How far back the on-time rate looks."""
RECTIFICATION: Final = "rectification"
"""The rule of the period an enterprise has been ordered to put things right in."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many deadlines stand where; `met` and `met_late` of the last 90 days."""

    running: int
    suspended: int
    overdue: int
    today: int
    week: int
    met: int
    met_late: int

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, name) + getattr(other, name) for name in Counts.__slots__))

    @property
    def on_time(self) -> float | None:
        """Share of what was met that was met in time, in per cent; None where nothing was met."""
        return round(100 * (self.met - self.met_late) / self.met, 1) if self.met else None


NOTHING: Final = Counts(0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class DueDay:
    """One day of the strip."""

    day: date
    number: int
    heat: int
    """0 (nothing) to 3 (the fullest days)."""


def visible_deadlines(user: User | AnonymousUser, codename: str = "view_case") -> QuerySet[Deadline]:
    """Deadlines of cases and units in the subtree of the person's posts, and those a body of it answers for."""
    territory = within(user, codename, "case__territorial_body") | within(
        user, codename, "enterprise__territorial_body"
    )
    return Deadline.objects.filter(territory | within(user, codename, "accountable_body"))


def in_area(deadlines: QuerySet[Deadline], area: Body | None) -> QuerySet[Deadline]:
    """The deadlines that belong to the area of a body; all of them where it is None."""
    return with_place(deadlines).filter(place__range=(area.position, area.last)) if area else deadlines


def with_place(deadlines: QuerySet[Deadline]) -> QuerySet[Any]:
    """Each deadline with the position of the body it belongs to: where the unit stands, else the one that answers."""
    place = Coalesce(
        F("case__territorial_body__position"),
        F("enterprise__territorial_body__position"),
        F("accountable_body__position"),
    )
    return deadlines.annotate(place=place)


def narrowed(
    deadlines: QuerySet[Deadline],
    *,
    today: date,
    due: str = "",
    day: date | None = None,
    orders: Mapping[str, Collection[int]] | None = None,
) -> QuerySet[Deadline]:
    """The deadlines of one tile (`due`: overdue, today, week, running, suspended, met, late), or due on one day.

    `orders` names further tiles, each by the keys of the rectification orders whose periods it shows.
    """
    if day is not None:
        return deadlines.filter(state=State.RUNNING, due_on=day)
    if orders is not None and due in orders:
        return deadlines.filter(rule=RECTIFICATION, subject__in=[f"order:{key}" for key in orders[due]])
    return deadlines.filter(_tiles(today).get(due, Q(state__in=OPEN)))


def not_yet_pressed(deadlines: QuerySet[Deadline], today: date) -> QuerySet[Deadline]:
    """Those that nobody has pressed for today: a second time a day is refused."""
    since = datetime.combine(today, time.min, LEGAL_ZONE)
    pressed = DeadlineReminder.objects.filter(deadline=OuterRef("pk"), rung__startswith="urged:", fired_at__gte=since)
    return deadlines.filter(~Exists(pressed))


def listed(deadlines: QuerySet[Deadline]) -> QuerySet[Deadline]:
    """Rows with everything a list shows, the earliest due first; a constant number of queries."""
    in_force = ClassRecord.objects.filter(valid_to__isnull=True)
    records = Prefetch("case__enterprise__class_records", in_force, to_attr="class_in_force")
    return (
        deadlines.select_related(
            "case__enterprise",
            "case__territorial_body",
            "enterprise__territorial_body",
            "accountable_body",
            "accountable_user",
        )
        .prefetch_related(records)
        .annotate(
            reminded=Count("reminders", distinct=True),
            urged=Count("reminders", filter=Q(reminders__rung__startswith="urged:"), distinct=True),
        )
        .order_by("due_on", "pk")
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """The deadlines of an area as they stand: the counts of every place, and those that run by their due day."""

    by_place: Mapping[int, Counts]
    running: Mapping[date, int]

    def strip(self, today: date) -> list[DueDay]:
        """How many running deadlines end on each of the next 14 days, today first."""
        return _strip(self.running, today)


def standing(deadlines: QuerySet[Deadline], today: date) -> Standing:
    """The counts of every place with deadlines, and the due days of those that run; one query for both."""
    recent = Q(state__in=OPEN) | Q(state=State.MET, met_on__gte=today - LOOK_BACK)
    due = Case(When(state=State.RUNNING, then=F("due_on")), default=None, output_field=DateField())
    late = Case(When(state=State.MET, met_on__gt=F("due_on"), then=True), default=False, output_field=BooleanField())
    rows = with_place(deadlines).filter(recent).order_by().values_list("place", "state", due, late)
    by_place: dict[int, list[int]] = {}
    running: dict[date, int] = {}
    for place, state, due_on, met_late, number in rows.annotate(number=Count("pk")):
        counts = by_place.setdefault(place, [0] * len(Counts.__slots__))
        if state == State.MET:
            counts[_MET] += number
            counts[_MET_LATE] += number if met_late else 0
        elif state == State.SUSPENDED:
            counts[_SUSPENDED] += number
        else:
            running[due_on] = running.get(due_on, 0) + number
            counts[_RUNNING] += number
            counts[_OVERDUE] += number if due_on < today else 0
            counts[_TODAY] += number if due_on == today else 0
            counts[_WEEK] += number if today <= due_on <= today + WEEK else 0
    return Standing({place: Counts(*counts) for place, counts in by_place.items()}, running)


_RUNNING, _SUSPENDED, _OVERDUE, _TODAY, _WEEK, _MET, _MET_LATE = range(7)
"""Where `Counts` keeps each."""


def total(counts: Iterable[Counts]) -> Counts:
    """All counts together."""
    return sum(counts, start=NOTHING)


def _strip(numbers: Mapping[date, int], today: date) -> list[DueDay]:
    days = [today + timedelta(days=offset) for offset in range(STRIP_DAYS)]
    fullest = max((numbers.get(day, 0) for day in days), default=0)
    return [DueDay(day, numbers.get(day, 0), _heat(numbers.get(day, 0), fullest)) for day in days]


def open_deadline(*, subject: str, case_id: int | None, rule: str = "") -> Deadline | None:
    """The open deadline of a subject, the earliest due where several rules run on it."""
    found = Deadline.objects.filter(case=case_id, subject=subject, state__in=OPEN)
    return (found.filter(rule=rule) if rule else found).order_by("due_on", "pk").first()


def overdue_deadlines(user: User, today: date) -> QuerySet[Deadline]:
    """The deadlines under the person's oversight that have run out."""
    return visible_deadlines(user, "view_oversight").filter(state=State.RUNNING, due_on__lt=today)


def overdue_count(user: User, today: date) -> int:
    """How many deadlines under the person's oversight have run out."""
    return overdue_deadlines(user, today).count()


def _tiles(today: date) -> dict[str, Q]:
    running = Q(state=State.RUNNING)
    met = Q(state=State.MET, met_on__gte=today - LOOK_BACK)
    return {
        "overdue": running & Q(due_on__lt=today),
        "today": running & Q(due_on=today),
        "week": running & Q(due_on__range=(today, today + WEEK)),
        "running": running,
        "suspended": Q(state=State.SUSPENDED),
        "met": met,
        "late": met & Q(met_on__gt=F("due_on")),
    }


def _heat(number: int, fullest: int) -> int:
    """Which third of the fullest day; few deadlines are no heat at all."""
    if number == 0 or fullest == 0:
        return 0
    return min(3, 1 + (3 * (number - 1)) // fullest)
