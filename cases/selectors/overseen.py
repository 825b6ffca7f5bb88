"""What a person oversees: the area chosen within it, the bodies it falls into, and its units and cases by place."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Generic, TypeVar

from django.db.models import Aggregate, Count, DateTimeField, F, IntegerField, Q, QuerySet, Value

from cases.acting import LEGAL_ZONE, legal_date
from cases.models.body import Body
from cases.models.case import Case
from cases.models.enterprise import ClassRecord, Enterprise, OperatingStatus
from cases.models.measures import RectificationOrder, RectificationReport
from cases.models.people import User
from cases.rules.lifecycle import FINAL
from cases.rules.rectification_rates import OrderFacts
from cases.selectors.scope import within

PERMISSION: Final = "view_oversight"
WORST: Final = "C"
CLASSES: Final = ("AA", "A", "B", "C")
SHORT_CODE: Final = 6
Number = TypeVar("Number")


@dataclass(frozen=True, slots=True)
class Units:
    """Units of a place by quality class; `active` and `active_worst` of those in operation."""

    by_class: Mapping[str, int]
    active: int
    active_worst: int

    @property
    def classed(self) -> int:
        return sum(self.by_class.get(name, 0) for name in CLASSES)

    @property
    def worst(self) -> int:
        return self.by_class.get(WORST, 0)

    def __add__(self, other: "Units") -> "Units":
        names = self.by_class.keys() | other.by_class.keys()
        together = {name: self.by_class.get(name, 0) + other.by_class.get(name, 0) for name in names}
        return Units(together, self.active + other.active, self.active_worst + other.active_worst)


NO_UNITS: Final = Units({}, 0, 0)


class Placed(Generic[Number]):
    """Numbers by the position of the body where they lie, sorted once, so that any subtree is a slice of them."""

    def __init__(self, numbers: Mapping[int, Number]) -> None:
        self._places = sorted(numbers)
        self._numbers = [numbers[place] for place in self._places]

    def total(self, body: Body, nothing: Number) -> Number:
        """What lies in the subtree of a body, added to `nothing`."""
        first, end = bisect_left(self._places, body.position), bisect_right(self._places, body.last)
        return sum(self._numbers[first:end], start=nothing)  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class Overseen:
    """The area a page is about. `area` is None for everything overseen by a person with posts at several bodies."""

    area: Body | None
    chosen: bool
    """Whether the area was asked for, and is not simply everything."""
    tops: tuple[Body, ...]
    """The highest bodies the person oversees."""
    parts: tuple[Body, ...]
    """The bodies right below the area, or the highest ones."""

    @property
    def narrowing(self) -> Body | None:
        return self.area if self.chosen else None


def overseen(user: User, code: str) -> Overseen:
    """The area of a code (a region's two, four or six digits, an office's nine), within what the person oversees.

    A code that names nothing there is passed over. At most three queries.
    """
    mine = Body.objects.filter(within(user, PERMISSION, ""))
    tops = tuple(mine.filter(~within(user, PERMISSION, "parent")).order_by("position"))
    named = mine.filter(code=code.ljust(SHORT_CODE, "0")).first() if code else None
    chosen = named is not None and (named,) != tops
    area = named if chosen else tops[0] if len(tops) == 1 else None
    parts = tops if area is None else tuple(Body.objects.filter(parent=area).order_by("position"))
    return Overseen(area, chosen, tops, parts)


def line_above(user: User, body: Body) -> list[Body]:
    """The bodies above that the person oversees as well, the highest first; one query."""
    above = Body.objects.filter(position__lt=body.position, last__gte=body.position)
    return list(above.filter(within(user, PERMISSION, "")).order_by("position"))


def _here(user: User, seen: Overseen, path: str) -> Q:
    inside = within(user, PERMISSION, path)
    area = seen.narrowing
    return inside & Q(**{f"{path}__position__range": (area.position, area.last)}) if area else inside


def units_by_place(user: User, seen: Overseen) -> dict[int, Units]:
    """The units of every place by class and operation, by the position of its body; one query."""
    rows = (
        Enterprise.objects.filter(_here(user, seen, "territorial_body"))
        .order_by()
        .values_list("territorial_body__position", "quality_class", "status")
        .annotate(number=Count("pk"))
    )
    found: dict[int, Units] = {}
    for place, quality_class, status, number in rows:
        active = number if status == OperatingStatus.ACTIVE else 0
        worst = active if quality_class == WORST else 0
        found[place] = found.get(place, NO_UNITS) + Units({quality_class: number}, active, worst)
    return found


def units_by_place_on(user: User, seen: Overseen, day: date) -> dict[int, Units]:
    """The units of every place by the class in force when a day ended; one query.

    A unit counts where it stands today; whether it was in operation then is not kept, so none counts as active.
    """
    then = Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    rows = (
        ClassRecord.objects.filter(_here(user, seen, "enterprise__territorial_body"), then)
        .order_by()
        .values_list("enterprise__territorial_body__position", "quality_class")
        .annotate(number=Count("enterprise", distinct=True))
    )
    found: dict[int, Units] = {}
    for place, quality_class, number in rows:
        found[place] = found.get(place, NO_UNITS) + Units({quality_class: number}, 0, 0)
    return found


def open_cases_by_place_on(user: User, seen: Overseen, day: date) -> dict[int, int]:
    """The cases that had been opened and not closed when a day ended, by the position of their place; one query."""
    rows = _cases(user, seen).filter(_open_at(_end_of(day))).order_by().values_list("territorial_body__position")
    return dict(rows.annotate(number=Count("pk")))


def open_cases(user: User, seen: Overseen, days: Sequence[date]) -> tuple[dict[int, int], list[int]]:
    """The cases that have not ended, by the position of their place; and how many had been opened and not closed when
    each day ended; one query for both.
    """
    counts = {f"day_{place}": OpenAt(_end_of(day)) for place, day in enumerate(days)}
    goes_on = Count("pk", filter=~Q(status__in=FINAL))
    rows = _cases(user, seen).order_by().values_list("territorial_body__position")
    found: list[tuple[int, ...]] = list(rows.annotate(now=goes_on, **counts))
    by_place = {place: now for place, now, *_then in found if now}
    return by_place, [sum(row[column] for row in found) for column in range(2, 2 + len(days))]


def open_cases_on(user: User, seen: Overseen, days: Sequence[date]) -> list[int]:
    """How many cases had been opened and not closed when each day ended; one query."""
    counts = {f"day_{place}": OpenAt(_end_of(day)) for place, day in enumerate(days)}
    counted = _cases(user, seen).aggregate(**counts)
    return [counted[name] for name in counts]


class OpenAt(Aggregate):
    """How many cases had been opened and not closed at a moment: what `Count` with a filter says, but a dozen of them
    in one query are built in a fraction of the time.
    """

    function = "COUNT"
    name = "OpenAt"
    output_field = IntegerField()

    def __init__(self, moment: datetime, **extra: Any) -> None:
        super().__init__(F("opened_at"), F("closed_at"), Value(moment, output_field=DateTimeField()), **extra)

    arity = 3

    def as_sql(  # type: ignore[override]  # asks for nothing but the compiler
        self, compiler: Any, connection: Any, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        opened, closed, moment = (compiler.compile(each) for each in self.get_source_expressions()[:3])
        sql = f"COUNT(CASE WHEN {opened[0]} < {moment[0]} AND ({closed[0]} IS NULL OR {closed[0]} >= {moment[0]}) THEN 1 END)"  # noqa: E501
        params = (*opened[1], *moment[1], *closed[1], *closed[1], *moment[1])
        return sql, params


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, LEGAL_ZONE)


def _open_at(moment: datetime) -> Q:
    return Q(opened_at__lt=moment) & (Q(closed_at__isnull=True) | Q(closed_at__gte=moment))


def _cases(user: User, seen: Overseen) -> QuerySet[Case]:
    return Case.objects.filter(_here(user, seen, "territorial_body"))


def worst_units_on(user: User, seen: Overseen, days: Iterable[date]) -> list[int]:
    """How many units were of the worst class when each day ended, by the class history; one query.

    A unit counts where it stands today.
    """
    rows = (
        ClassRecord.objects.filter(_here(user, seen, "enterprise__territorial_body"), quality_class=WORST)
        .order_by()
        .values_list("valid_from", "valid_to")
        .annotate(number=Count("pk"))
    )
    spans = list(rows)
    return [sum(number for first, end, number in spans if first <= day and (end is None or end > day)) for day in days]


def served_orders(user: User, seen: Overseen, since: date, open_on: date | None = None) -> list[OrderFacts]:
    """The served rectification orders that fell due, or were reported on, since a day, and those of open cases; one
    query. With `open_on`, those of cases that were open when that day ended, too.
    """
    moment = datetime.combine(since, time.min, LEGAL_ZONE)
    going_on = Q(case__closed_at__isnull=True)
    if open_on is not None:
        going_on |= Q(case__closed_at__gte=_end_of(open_on))
    rows = (
        RectificationOrder.objects.filter(_here(user, seen, "case__territorial_body"), served_on__isnull=False)
        .filter(Q(due_on__gte=since) | Q(report__submitted_at__gte=moment) | going_on)
        .order_by()
        .values_list(
            "pk",
            "case",
            "served_on",
            "due_on",
            "report__via",
            "report__submitted_at",
            "visit__result",
            "visit__recorded_at",
            "case__closed_at",
        )
    )
    orders = []
    for key, case, served_on, due_on, via, reported_at, visit, visited_at, closed_at in rows:
        if served_on is None or due_on is None:
            continue
        expired = via == RectificationReport.Via.EXPIRED
        reported_on = legal_date(reported_at) if reported_at and not expired else None
        ended_on = legal_date(closed_at) if closed_at else None
        visit_on = legal_date(visited_at) if visited_at else None
        orders.append(OrderFacts(key, case, served_on, due_on, reported_on, expired, visit or "", ended_on, visit_on))
    return orders


def below(parts: Iterable[Body], numbers: Mapping[int, Number], nothing: Number) -> dict[int, Number]:
    """For each body the sum of what lies in its subtree, by the position of the body."""
    placed = Placed(numbers)
    return {part.position: placed.total(part, nothing) for part in parts}


def places_of(seen: Overseen) -> list[tuple[Body, list[Body]]]:
    """The parts of the area, each with the bodies right below it: what a map shows one hexagon for; one query.

    Parts with nothing below them are themselves what is shown, in a group of the area.
    """
    by_parent: dict[int, list[Body]] = defaultdict(list)
    for child in Body.objects.filter(parent__in=[part.pk for part in seen.parts]).order_by("position"):
        if child.parent_id is not None:
            by_parent[child.parent_id].append(child)
    if seen.area is None:
        return [(part, by_parent[part.pk]) for part in seen.parts]
    alone = [part for part in seen.parts if part.pk not in by_parent]
    groups = [(part, by_parent[part.pk]) for part in seen.parts if part.pk in by_parent]
    return [(seen.area, alone), *groups] if alone or not groups else groups
