"""The cockpit of a month gone by: its figures as they stood when the month ended, from the ledger and dated records.

Nothing of it is kept anywhere. What no record tells of the past is not shown for it: whether a unit was in operation
(so the map tells of today), and suspended deadlines.
"""

from datetime import date, timedelta

from django.db.models import QuerySet

from cases.models.deadline import Deadline
from cases.models.people import User
from cases.rules.rectification_rates import kept, known_on, mean_days
from cases.selectors.cockpit import DAYS, MONTHS, Cockpit, months_until, on_time_target
from cases.selectors.deadline_past import (
    counts_by_place_on,
    running_by_due,
    running_by_place_on,
    stood,
)
from cases.selectors.deadlines import total
from cases.selectors.overseen import (
    Overseen,
    open_cases_by_place_on,
    open_cases_on,
    served_orders,
    units_by_place_on,
    worst_units_on,
)


def cockpit_then(user: User, seen: Overseen, deadlines: QuerySet[Deadline], last: date) -> Cockpit:
    """The figures of an area when a month ended, `last` being its last day; a constant number of queries.

    Rates and averages are those of the month and of the one before it, by what was known when the month ended.
    """
    months = months_until(last)
    ends = [month.last for month in months]
    days = [last - timedelta(days=back) for back in reversed(range(DAYS))]
    running = running_by_place_on(deadlines, last)
    by_place = counts_by_place_on(deadlines, last, running)
    overdue, soon = stood(deadlines, ends, days, running_by_due(deadlines))
    orders = known_on(served_orders(user, seen, months[0].first, open_on=last), last)
    over = last + timedelta(days=1)
    kept_months = [kept(orders, month.first, month.last, over) for month in months]
    days_months = [mean_days(orders, month.first, month.last) for month in months]
    return Cockpit(
        today=last,
        months=months,
        counts=total(by_place.values()),
        deadlines=by_place,
        running=_together(running),
        overdue_days=overdue[MONTHS:],
        overdue_months=overdue[:MONTHS],
        soon_days=soon,
        cases=open_cases_by_place_on(user, seen, last),
        cases_months=open_cases_on(user, seen, ends),
        orders=orders,
        kept_now=kept_months[-1],
        kept_before=kept_months[-2],
        kept_months=kept_months,
        days_now=days_months[-1],
        days_before=days_months[-2],
        days_months=days_months,
        units=units_by_place_on(user, seen, last),
        worst_months=worst_units_on(user, seen, ends),
        target=on_time_target(seen),
        then=True,
    )


def _together(running: dict[int, dict[date, int]]) -> dict[date, int]:
    found: dict[date, int] = {}
    for by_due in running.values():
        for due, number in by_due.items():
            found[due] = found.get(due, 0) + number
    return found
