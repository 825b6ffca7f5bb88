"""The figures of the overseer's cockpit, each as it stands and as it stood; a constant number of queries.

What each figure counts is said in words on the page (`cases.views.cockpit_parts.DEFINITIONS`).
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import QuerySet

from cases.models.body import Body
from cases.models.deadline import Deadline
from cases.models.people import User
from cases.packs.settings import default_of
from cases.rules.colour import Palette
from cases.rules.rectification_rates import Kept, OrderFacts, kept, kept_in_time, mean_days, not_put_right
from cases.selectors.deadline_past import stood
from cases.selectors.deadlines import Counts, DueDay, Standing, standing, total
from cases.selectors.overseen import (
    NO_UNITS,
    Overseen,
    Units,
    open_cases,
    served_orders,
    units_by_place,
    worst_units_on,
)
from cases.selectors.settings import pack_for, setting_for

MONTHS: Final = 12
DAYS: Final = 14
WINDOW: Final = 30
"""Days over which rates and averages are taken, against as many days before."""
WEEK: Final = 7
UNRECTIFIED, ENDED, RECTIFIED = BY_ORDERS = "unrectified", "ended", "rectified"
"""Tiles of the list: orders overdue and not put right, periods that ended in the window, reports made in it."""


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month; the present one ends today."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Cockpit:
    """Everything the cockpit shows but the list. Series end today; their first entries are the oldest.

    Of a month gone by, `today` is its last day, and everything is told as it stood when that day ended.
    """

    today: date
    months: tuple[Month, ...]
    counts: Counts
    deadlines: Mapping[int, Counts]
    running: Mapping[date, int]
    overdue_days: Sequence[int]
    overdue_months: Sequence[int]
    soon_days: Sequence[int]
    cases: Mapping[int, int]
    cases_months: Sequence[int]
    orders: Sequence[OrderFacts]
    kept_now: Kept
    kept_before: Kept
    kept_months: Sequence[Kept]
    days_now: float | None
    days_before: float | None
    days_months: Sequence[float | None]
    units: Mapping[int, Units]
    worst_months: Sequence[int]
    target: int
    then: bool = False
    """Whether it tells of a month gone by."""

    @property
    def open_cases(self) -> int:
        return sum(self.cases.values())

    @property
    def all_units(self) -> Units:
        return sum(self.units.values(), start=NO_UNITS)

    @property
    def strip(self) -> list[DueDay]:
        """The next 14 days."""
        return Standing(self.deadlines, self.running).strip(self.today)

    @property
    def unrectified(self) -> int:
        """Orders whose last day has passed and whose demands still stand."""
        return len(not_put_right(self.orders, self.today + timedelta(days=1) if self.then else self.today))

    @property
    def longest_since(self) -> date | None:
        """The due day of what is overdue longest."""
        return min((due for due in self.running if due < self.today), default=None)

    @property
    def fullest(self) -> tuple[date, int] | None:
        """The day of the coming week on which most falls due, the earliest of several."""
        last = self.today + timedelta(days=WEEK)
        soon = [(number, due) for due, number in self.running.items() if self.today <= due <= last]
        if not soon:
            return None
        number, due = max(soon, key=lambda entry: (entry[0], -entry[1].toordinal()))
        return due, number


def cockpit_of(user: User, seen: Overseen, deadlines: QuerySet[Deadline], today: date) -> Cockpit:
    """The figures of an area; `deadlines` are those of the area that the person oversees."""
    months = months_until(today)
    ends = [month.last for month in months]
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    stands = standing(deadlines, today)
    overdue, soon = stood(deadlines, ends, days, stands.running)
    cases, cases_months = open_cases(user, seen, ends)
    orders = served_orders(user, seen, months[0].first)
    return Cockpit(
        today=today,
        months=months,
        counts=total(stands.by_place.values()),
        deadlines=stands.by_place,
        running=stands.running,
        overdue_days=overdue[MONTHS:],
        overdue_months=overdue[:MONTHS],
        soon_days=soon,
        cases=cases,
        cases_months=cases_months,
        orders=orders,
        kept_now=kept(orders, *_window(today), today),
        kept_before=kept(orders, *_window(today - timedelta(days=WINDOW)), today),
        kept_months=[kept(orders, month.first, month.last, today) for month in months],
        days_now=mean_days(orders, today - timedelta(days=WINDOW - 1), today),
        days_before=mean_days(orders, today - timedelta(days=2 * WINDOW - 1), today - timedelta(days=WINDOW)),
        days_months=[mean_days(orders, month.first, month.last) for month in months],
        units=units_by_place(user, seen),
        worst_months=worst_units_on(user, seen, ends),
        target=on_time_target(seen),
    )


def months_until(today: date) -> tuple[Month, ...]:
    """The twelve months up to the present one."""
    found = []
    year, month = today.year, today.month
    for _back in range(MONTHS):
        first = date(year, month, 1)
        found.append(Month(first, min(today, first.replace(day=monthrange(year, month)[1]))))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return tuple(reversed(found))


def orders_shown(orders: Iterable[OrderFacts], today: date) -> dict[str, list[int]]:
    """The keys of the orders behind the rate and the average: what the list shows for each."""
    first, last = _window(today)
    reported_from = today - timedelta(days=WINDOW - 1)
    known = list(orders)
    return {
        UNRECTIFIED: [order.key for order in not_put_right(known, today)],
        ENDED: [
            order.key for order in known if first <= order.due_on <= last and kept_in_time(order, today) is not None
        ],
        RECTIFIED: [order.key for order in known if order.reported_on and reported_from <= order.reported_on <= today],
    }


def _window(today: date) -> tuple[date, date]:
    """The thirty days before a day: periods that ended in them are over."""
    return today - timedelta(days=WINDOW), today - timedelta(days=1)


def on_time_target(seen: Overseen) -> int:
    """The target of the area in per cent [A]."""
    key = "oversight.on_time_target"
    return int(setting_for(_deciding(seen), key, default_of(key)))


def palette_of(seen: Overseen, today: date) -> tuple[Palette, str]:
    """The colours and bounds the area is drawn in [A], and the version of the pack they stand in."""
    pack = pack_for(_deciding(seen), "region_colour.pack", today)
    return next(iter(pack.palettes.values())), pack.ref


def _deciding(seen: Overseen) -> Body:
    """The body whose settings hold for the page."""
    return seen.area or seen.tops[0]
