"""The statistics of a period and an area, and the rows behind each figure; one query for each kind of row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from cases.models import Body, User
from cases.rules.errors import RuleError
from cases.rules.rectification_rates import OrderFacts, kept_in_time
from cases.rules.task_list import MONTHS, Period, period_from, period_of
from cases.selectors.overseen import PERMISSION, Overseen, Placed, served_orders
from cases.selectors.scope import within
from workflow.selectors.report_figures import FIGURES, SOURCES, Figure, Source, Span

Counted = Mapping[str, Mapping[int, int]]
"""By the code of a figure, how many rows lie at which position of the tree."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: in the period, in the one before, and in the period by the parts of the area."""

    figure: Figure
    now: int
    before: int
    parts: tuple[int, ...]

    @property
    def rest(self) -> int:
        """What lies at the body of the area itself, or elsewhere."""
        return self.now - sum(self.parts)


@dataclass(frozen=True, slots=True)
class Section:
    source: Source
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of a period; `span` holds the days of it that have come."""

    period: Period
    previous: Period
    span: Span
    sections: tuple[Section, ...]
    parts: tuple[Body, ...]

    @property
    def has_rest(self) -> bool:
        return bool(self.parts) and any(line.rest for section in self.sections for line in section.lines)

    def now(self, code: str) -> int:
        return next(line.now for section in self.sections for line in section.lines if line.figure.code == code)


def previous_of(period: Period) -> Period:
    """The period of the same kind right before."""
    return period_of(kind_of_period(period), period.first - timedelta(days=1))


def kind_of_period(period: Period) -> str:
    """Its kind, by its months."""
    months = 12 * (period.last.year - period.first.year) + period.last.month - period.first.month + 1
    return next(kind for kind, number in MONTHS.items() if number == months)


def period_asked(code: str, today: date) -> Period:
    """The period of a code, if it has begun; else the present month."""
    try:
        period = period_from(code)
    except RuleError:
        return period_of("month", today)
    return period if period.first <= today else period_of("month", today)


def report_of(user: User, seen: Overseen, period: Period, today: date) -> Report:
    """Every figure of the area, in the period and the one before."""
    previous = previous_of(period)
    orders = served_orders(user, seen, previous.first)
    spans = {"now": _span(period, orders, today), "before": _span(previous, orders, today)}
    sections = []
    for source in SOURCES:
        counted = _counted(user, seen, source, spans)
        sections.append(Section(source, tuple(_line(figure, counted, seen.parts) for figure in source.figures)))
    return Report(period, previous, spans["now"], tuple(sections), seen.parts)


def rows_of(user: User, seen: Overseen, period: Period, code: str, today: date) -> QuerySet[Any]:
    """The rows that a figure counts, the latest first."""
    source, figure = FIGURES[code]
    span = _span(period, served_orders(user, seen, period.first), today)
    rows = _scoped(user, seen, source).filter(figure.during.rows(span))
    return rows.order_by(f"-{figure.during.day}", "-pk")


def _span(period: Period, orders: Sequence[OrderFacts], today: date) -> Span:
    verdicts = {
        order.key: kept_in_time(order, today) for order in orders if period.first <= order.due_on <= period.last
    }
    ended = frozenset(key for key, verdict in verdicts.items() if verdict is not None)
    in_time = frozenset(key for key, verdict in verdicts.items() if verdict)
    return Span(period.first, min(period.last, today), ended, in_time)


def _scoped(user: User, seen: Overseen, source: Source) -> QuerySet[Any]:
    rows = source.rows(user).filter(within(user, PERMISSION, source.place))
    area = seen.narrowing
    if area is None:
        return rows
    return rows.filter(**{f"{source.place}__position__range": (area.position, area.last)})


def _counted(user: User, seen: Overseen, source: Source, spans: Mapping[str, Span]) -> Counted:
    counts = {
        f"{figure.code}__{name}": Count("pk", filter=figure.during.rows(span))
        for figure in source.figures
        for name, span in spans.items()
    }
    anything = Q(pk__in=[])
    for figure in source.figures:
        for span in () if figure.inner else spans.values():  # an inner figure is a part of the one above it
            anything |= figure.during.rows(span)
    place = f"{source.place}__position"
    rows = _scoped(user, seen, source).filter(anything).order_by().values(place).annotate(**counts)
    counted: dict[str, dict[int, int]] = {name: {} for name in counts}
    for row in rows:
        for name in counts:
            if row[name]:
                counted[name][row[place]] = row[name]
    return counted


def _line(figure: Figure, counted: Counted, parts: Sequence[Body]) -> Line:
    now, before = counted[f"{figure.code}__now"], counted[f"{figure.code}__before"]
    placed = Placed(now)
    by_part = tuple(placed.total(part, 0) for part in parts)
    return Line(figure, sum(now.values()), sum(before.values()), by_part)
