"""Whether enterprises put right in time what they were ordered to, and how long it took them.

An order counts once its last day has passed. It was kept in time if the enterprise reported on that day or before and
the return visit, where there was one, found everything put right (试行办法 art. 17, 18). An order that ended with its
case, or was withdrawn, counts for nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

PUT_RIGHT = "pass"
REFUTED = frozenset({"partly", "fail"})
"""Results of a return visit after which an order was not kept, whatever was reported."""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One served order. `reported_on` is None without a report; `ended_on` is the day its case was closed."""

    key: int
    case: int
    served_on: date
    due_on: date
    reported_on: date | None
    expired: bool
    visit: str
    ended_on: date | None
    visit_on: date | None = None
    """The day the return visit was recorded."""

    @property
    def days(self) -> int | None:
        """Calendar days from service to the enterprise's report."""
        return None if self.reported_on is None else (self.reported_on - self.served_on).days


@dataclass(frozen=True, slots=True)
class Kept:
    """Orders whose period has ended, and how many of them were kept in time."""

    ended: int = 0
    in_time: int = 0

    @property
    def rate(self) -> float | None:
        """Per cent; None where no period ended."""
        return round(100 * self.in_time / self.ended, 1) if self.ended else None


def known_on(orders: Iterable[OrderFacts], day: date) -> list[OrderFacts]:
    """The orders served by the end of a day, without what happened to them later; their last days as they are now."""
    return [_known_on(order, day) for order in orders if order.served_on <= day]


def _known_on(order: OrderFacts, day: date) -> OrderFacts:
    reported = order.reported_on if order.reported_on is not None and order.reported_on <= day else None
    visited = order.visit_on is None or order.visit_on <= day
    return replace(
        order,
        reported_on=reported,
        expired=order.expired and order.due_on < day,
        visit=order.visit if visited else "",
        visit_on=order.visit_on if visited else None,
        ended_on=order.ended_on if order.ended_on is not None and order.ended_on <= day else None,
    )


def kept_in_time(order: OrderFacts, today: date) -> bool | None:
    """Whether the order was kept in time; None while its last day has not passed, or where it counts for nothing."""
    if order.due_on >= today:
        return None
    if order.reported_on is not None:
        return order.reported_on <= order.due_on and order.visit not in REFUTED
    if not order.expired and order.ended_on is not None and order.ended_on <= order.due_on:
        return None
    return False


def not_put_right(orders: Iterable[OrderFacts], today: date) -> list[OrderFacts]:
    """The orders whose last day has passed and whose demands still stand.

    Nothing was reported or the return visit refuted it, the case goes on, and no later order has taken its place.
    """
    known = list(orders)
    latest: dict[int, int] = {}
    for order in known:
        latest[order.case] = max(order.key, latest.get(order.case, 0))
    return [
        order
        for order in known
        if order.due_on < today
        and order.ended_on is None
        and order.key == latest[order.case]
        and ((order.reported_on is None and order.visit != PUT_RIGHT) or order.visit in REFUTED)
    ]


def kept(orders: Iterable[OrderFacts], first: date, last: date, today: date) -> Kept:
    """The orders whose last day lies between two days, both included."""
    verdicts = [kept_in_time(order, today) for order in orders if first <= order.due_on <= last]
    counted = [verdict for verdict in verdicts if verdict is not None]
    return Kept(len(counted), sum(counted))


def mean_days(orders: Iterable[OrderFacts], first: date, last: date) -> float | None:
    """Calendar days from service to report, on average over the reports between two days, both included."""
    taken = [
        order.days
        for order in orders
        if order.reported_on is not None and order.days is not None and first <= order.reported_on <= last
    ]
    return round(sum(taken) / len(taken), 1) if taken else None
