"""The deadlines a person may see, and what the oversight board says about them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
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


def counts_by_place(deadlines: QuerySet[Deadline], today: date) -> dict[int, Counts]:
    """The counts of every place with deadlines, by the position of its body; one query."""
    recent = Q(state__in=OPEN) | Q(state=State.MET, met_on__gte=today - LOOK_BACK)
    rows = with_place(deadlines).filter(recent).order_by().values("place").annotate(**_aggregates(today))
    return {row.pop("place"): Counts(**row) for row in list(rows)}


def total(counts: Iterable[Counts]) -> Counts:
    """All counts together."""
    return sum(counts, start=NOTHING)


def due_strip(deadlines: QuerySet[Deadline], today: date) -> list[DueDay]:
    """How many running deadlines end on each of the next 14 days, today first; one query."""
    last = today + timedelta(days=STRIP_DAYS - 1)
    ending = deadlines.filter(state=State.RUNNING, due_on__range=(today, last))
    numbers = dict(ending.order_by().values_list("due_on").annotate(number=Count("pk")))
    fullest = max(numbers.values(), default=0)
    days = [today + timedelta(days=offset) for offset in range(STRIP_DAYS)]
    return [DueDay(day, numbers.get(day, 0), _heat(numbers.get(day, 0), fullest)) for day in days]


def open_deadline(*, subject: str, case_id: int | None, rule: str = "") -> Deadline | None:
    """The open deadline of a subject, the earliest due where several rules run on it."""
    found = Deadline.objects.filter(case=case_id, subject=subject, state__in=OPEN)
    return (found.filter(rule=rule) if rule else found).order_by("due_on", "pk").first()


def overdue_count(user: User, today: date) -> int:
    """How many deadlines under the person's oversight have run out."""
    return visible_deadlines(user, "view_oversight").filter(_tiles(today)["overdue"]).count()


def _tiles(today: date) -> dict[str, Q]:
    running = Q(state=State.RUNNING)
    met = Q(state=State.MET, met_on__gte=today - LOOK_BACK)
    return {
        "overdue": running & Q(due_on__lt=today),
        "today": running & Q(due_on=today),
        "week": running & Q(due_on__range=(today, today + timedelta(days=7))),
        "running": running,
        "suspended": Q(state=State.SUSPENDED),
        "met": met,
        "late": met & Q(met_on__gt=F("due_on")),
    }


def _aggregates(today: date) -> dict[str, Any]:
    named = {"met_late": "late"}
    tiles = _tiles(today)
    return {name: Count("pk", filter=tiles[named.get(name, name)]) for name in Counts.__slots__}


def _heat(number: int, fullest: int) -> int:
    """Which third of the fullest day; few deadlines are no heat at all."""
    if number == 0 or fullest == 0:
        return 0
    return min(3, 1 + (3 * (number - 1)) // fullest)
