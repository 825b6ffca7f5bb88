"""The deadlines a person may see, and what the oversight board says about them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce, Substr

from cases.models.body import Body
from cases.models.deadline import Deadline
from cases.models.enterprise import ClassRecord
from cases.models.people import User
from cases.selectors.scope import within

State = Deadline.State
OPEN: Final = (State.RUNNING, State.SUSPENDED)
STRIP_DAYS: Final = 14
LOOK_BACK: Final = timedelta(days=90)
"""How far back the on-time rate looks."""
MOST_ROWS: Final = 20
"""Rows of the table by region at most, before it is drawn one level higher."""
REGION_DIGITS: Final = (6, 4, 2)
"""Digits of a region code that name a county, a city, a province."""


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

    @property
    def on_time(self) -> float | None:
        """Share of what was met that was met in time, in per cent; None where nothing was met."""
        return round(100 * (self.met - self.met_late) / self.met, 1) if self.met else None


@dataclass(frozen=True, slots=True)
class RegionCounts:
    """The counts of one region; `code` narrows the board to it."""

    code: str
    name: str
    counts: Counts


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


def in_area(deadlines: QuerySet[Deadline], area: str) -> QuerySet[Deadline]:
    """The deadlines of a region, named by the first digits of its code; all of them where `area` is empty."""
    return with_region(deadlines).filter(region__startswith=area) if area else deadlines


def narrowed(
    deadlines: QuerySet[Deadline], *, today: date, due: str = "", day: date | None = None
) -> QuerySet[Deadline]:
    """The deadlines of one tile (`due`: overdue, today, week, running, suspended, met, late), or due on one day."""
    if day is not None:
        return deadlines.filter(state=State.RUNNING, due_on=day)
    return deadlines.filter(_tiles(today).get(due, Q(state__in=OPEN)))


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


def count_deadlines(deadlines: QuerySet[Deadline], today: date) -> Counts:
    """All counts in one query."""
    return Counts(**deadlines.aggregate(**_aggregates(today)))


def due_strip(deadlines: QuerySet[Deadline], today: date) -> list[DueDay]:
    """How many running deadlines end on each of the next 14 days, today first; one query."""
    last = today + timedelta(days=STRIP_DAYS - 1)
    ending = deadlines.filter(state=State.RUNNING, due_on__range=(today, last))
    numbers = dict(ending.order_by().values_list("due_on").annotate(number=Count("pk", distinct=True)))
    fullest = max(numbers.values(), default=0)
    days = [today + timedelta(days=offset) for offset in range(STRIP_DAYS)]
    return [DueDay(day, numbers.get(day, 0), _heat(numbers.get(day, 0), fullest)) for day in days]


def count_by_region(deadlines: QuerySet[Deadline], today: date) -> list[RegionCounts]:
    """The counts of every county with deadlines; of every city or province where there are too many; two queries."""
    rows = (
        with_region(deadlines)
        .filter(Q(state__in=OPEN) | Q(state=State.MET, met_on__gte=today - LOOK_BACK))
        .order_by()
        .values("region")
        .annotate(**_aggregates(today))
    )
    counted = {row.pop("region"): Counts(**row) for row in list(rows)}
    for digits in REGION_DIGITS:
        together = _together(counted, digits)
        if len(together) <= MOST_ROWS:
            break
    names = dict(Body.objects.filter(code__in=[_full(code) for code in together]).values_list("code", "short_name"))
    return [RegionCounts(code, names.get(_full(code), code), counts) for code, counts in sorted(together.items())]


def with_region(deadlines: QuerySet[Deadline]) -> QuerySet[Any]:
    """Each deadline with the region code it belongs to: where the unit stands, else where its body does."""
    place = Coalesce(
        F("case__territorial_body__region_code"),
        F("enterprise__territorial_body__region_code"),
        F("accountable_body__region_code"),
    )
    return deadlines.annotate(region=Substr(place, 1, 6))


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
    return {name: Count("pk", filter=tiles[named.get(name, name)], distinct=True) for name in Counts.__slots__}


def _heat(number: int, fullest: int) -> int:
    """Which third of the fullest day; few deadlines are no heat at all."""
    if number == 0 or fullest == 0:
        return 0
    return min(3, 1 + (3 * (number - 1)) // fullest)


def _together(counted: dict[str, Counts], digits: int) -> dict[str, Counts]:
    together: dict[str, Counts] = {}
    for region, counts in counted.items():
        code = region[:digits]
        together[code] = _sum([together[code], counts]) if code in together else counts
    return together


def _sum(several: Iterable[Counts]) -> Counts:
    total = Counts(0, 0, 0, 0, 0, 0, 0)
    for counts in several:
        total = replace(total, **{name: getattr(total, name) + getattr(counts, name) for name in Counts.__slots__})
    return total


def _full(code: str) -> str:
    """The six-digit code of the body of a region whose code was cut to its level."""
    return code.ljust(6, "0")
