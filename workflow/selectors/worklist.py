"""How a list of open work is narrowed, ordered, grouped and counted. The rows given are scoped already."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, When

from cases.models import Body, BodyClosure
from cases.rules.uscc import normalised_uscc
from workflow.models import WorkItem
from workflow.selectors.work import EARLIEST_FIRST

WEEK: Final = timedelta(days=7)
"""How far ahead the tile and the group “within 7 days” look; calendar days, like the board's."""
GROUPS: Final = ("overdue", "today", "next", "later")
UNCLASSED: Final = "none"
SHORTEST_CODE: Final = 6
MOST_NEIGHBOURS: Final = 2000
MOST_AREAS: Final = 80
"""Areas offered at most, before towns are left out."""
ORDERS: Final[Mapping[str, tuple[object, ...]]] = {
    "due": EARLIEST_FIRST,
    "-due": (F("due_on").desc(nulls_last=True), "-task_id"),
    "name": ("case__enterprise__name", "task_id"),
    "-name": ("-case__enterprise__name", "-task_id"),
    "class": ("case__enterprise__quality_class", *EARLIEST_FIRST),
    "-class": ("-case__enterprise__quality_class", *EARLIEST_FIRST),
}


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What a list is narrowed to; an empty value narrows nothing. `area` is a body's code, `due` one of the tiles."""

    area: str = ""
    classes: tuple[str, ...] = ()
    step: str = ""
    due: str = ""
    text: str = ""
    order: str = "due"


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of a list lies where; `week` counts today too, `week_c` the class C enterprises in it."""

    total: int
    overdue: int
    today: int
    next: int
    later: int
    week: int
    week_c: int
    earliest: date | None

    def of(self, group: str) -> int:
        number: int = getattr(self, group)
        return number


def windows(today: date) -> dict[str, Q]:
    """The condition of each group and tile; a suspended clock falls due nowhere."""
    running = Q(paused=False)
    last = today + WEEK
    return {
        "overdue": running & Q(due_on__lt=today),
        "today": running & Q(due_on=today),
        "next": running & Q(due_on__gt=today, due_on__lte=last),
        "week": running & Q(due_on__range=(today, last)),
        "later": Q(paused=True) | Q(due_on__isnull=True) | Q(due_on__gt=last),
    }


def group_of(item: WorkItem, today: date) -> str:
    """The group of one row, as `windows` would say."""
    return _group(item.due_on, getattr(item, "paused", False), today)


def _group(due: date | None, paused: bool, today: date) -> str:
    if due is None or paused or due > today + WEEK:
        return "later"
    if due == today:
        return "today"
    return "overdue" if due < today else "next"


def narrowed(rows: QuerySet[WorkItem], wanted: WorkFilter, today: date) -> QuerySet[WorkItem]:
    """Narrow and order."""
    if wanted.due in windows(today):
        rows = rows.filter(windows(today)[wanted.due])
    return narrowed_but_for_due(rows, wanted).order_by(*ORDERS[wanted.order])  # type: ignore[arg-type]


def narrowed_but_for_due(rows: QuerySet[WorkItem], wanted: WorkFilter) -> QuerySet[WorkItem]:
    """Narrow by everything else."""
    if wanted.area:
        span = Body.objects.filter(code=wanted.area)
        rows = rows.filter(
            case__territorial_body__position__gte=span.values("position"),
            case__territorial_body__position__lte=span.values("last"),
        )
    if wanted.classes:
        rows = rows.filter(
            case__enterprise__quality_class__in=["" if each == UNCLASSED else each for each in wanted.classes]
        )
    if wanted.step:
        rows = rows.filter(step=wanted.step)
    return _found(rows, wanted.text)


def _found(rows: QuerySet[WorkItem], text: str) -> QuerySet[WorkItem]:
    text = text.strip()
    if not text:
        return rows
    matches = Q(case__enterprise__name__icontains=text) | Q(case__number__icontains=text)
    code = normalised_uscc(text)
    if len(code) >= SHORTEST_CODE and code.isascii() and code.isalnum():
        matches |= Q(case__enterprise__uscc__startswith=code)
    return rows.filter(matches)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a task stands in a list: `place` from 1 among `total`, 0 where it is not (or no longer) in it."""

    previous: int | None
    following: int | None
    place: int
    total: int


def neighbours(rows: QuerySet[WorkItem], task_pk: int) -> Neighbours:
    """The tasks before and after this one in the order of the rows; of one not in it, the first follows; one query."""
    tasks = list(rows.values_list("pk", flat=True)[:MOST_NEIGHBOURS])
    if task_pk not in tasks:
        return Neighbours(None, tasks[0] if tasks else None, 0, len(tasks))
    place = tasks.index(task_pk)
    before = tasks[place - 1] if place else None
    after = tasks[place + 1] if place + 1 < len(tasks) else None
    return Neighbours(before, after, place + 1, len(tasks))


@dataclass(frozen=True, slots=True)
class Tally:
    """A list counted once, finely enough that every count of its page is a sum: `tally_of` reads it in one query."""

    today: date
    numbers: Mapping[tuple[str, date | None, bool, bool], int]
    """By step, due day, whether the clock is suspended, and whether the enterprise is of class C."""

    def counts(self, step: str = "") -> Counts:
        """All counts of the list, or of one step of it."""
        groups = dict.fromkeys(("total", *GROUPS, "week", "week_c"), 0)
        earliest: date | None = None
        for (at, due, paused, worst), number in self.numbers.items():
            if step and at != step:
                continue
            group = _group(due, paused, self.today)
            groups["total"] += number
            groups[group] += number
            if group in ("today", "next"):
                groups["week"] += number
                groups["week_c"] += number if worst else 0
            if due is not None and not paused and (earliest is None or due < earliest):
                earliest = due
        return Counts(**groups, earliest=earliest)

    def steps(self) -> list[tuple[str, int]]:
        """The steps with how many rows each has, the most first."""
        found: dict[str, int] = {}
        for (step, *_rest), number in self.numbers.items():
            found[step] = found.get(step, 0) + number
        return sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))


def tally_of(rows: QuerySet[WorkItem], today: date) -> Tally:
    """Count a list by everything its page counts by; one query."""
    worst = Case(When(case__enterprise__quality_class="C", then=True), default=False, output_field=BooleanField())
    found = rows.order_by().values_list("step", "due_on", "paused", worst).annotate(number=Count("pk"))
    return Tally(today, {(step, due, bool(paused), bool(c)): number for step, due, paused, c, number in found})


def counted(rows: QuerySet[WorkItem], today: date) -> Counts:
    """All counts of a list in one query."""
    return tally_of(rows, today).counts()


def counts_here(rows: QuerySet[WorkItem], wanted: WorkFilter, tally: Tally) -> Counts:
    """The counts of the list as narrowed but for the due day: from its tally where that knows them, else one query."""
    if wanted.area or wanted.classes or wanted.text.strip():
        return counted(narrowed_but_for_due(rows, wanted), tally.today)
    return tally.counts(wanted.step)


def areas_of(rows: QuerySet[WorkItem]) -> list[Body]:
    """Cities, counties and towns where this work lies; only cities and counties where there are too many; one query."""
    above = BodyClosure.objects.filter(descendant__in=rows.order_by().values("case__territorial_body"))
    levels = (Body.Level.CITY, Body.Level.COUNTY, Body.Level.TOWNSHIP)
    found = list(Body.objects.filter(pk__in=above.values("ancestor"), level__in=levels).order_by("position"))
    if len(found) > MOST_AREAS:
        found = [body for body in found if body.level != Body.Level.TOWNSHIP]
    return found
