"""When a case must begin, and when it must reach its last step, so that its deadline falls where the plot wants it."""

from datetime import date, datetime, time, timedelta
from typing import Final

from cases.acting import LEGAL_ZONE
from cases.packs.loader import load_deadline_rules
from cases.selectors.calendar import work_calendar
from workflow.demo.plots import MAIN, Plot
from workflow.demo.story import WORKING_DAYS
from workflow.steps import STEPS

ORDER_DAYS: Final = 15
WAIT_FOR_INTERVIEW: Final = 6
SPARE: Final = 2
"""Working days a story has in hand: where it gets on faster, it waits before the step that leads to its last one."""


def arrival_of(plot: Plot, today: date) -> datetime | None:
    """The moment its last step opens; None for a case that ends."""
    if not plot.until:
        return None
    calendar = work_calendar()
    yesterday = calendar.workday_before(today, 1)
    day = min(_opening_day(plot, today), yesterday)
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    return datetime.combine(day, time(9 + (len(plot.until) + plot.county) % 7, 15), LEGAL_ZONE)


def beginning_of(plot: Plot, today: date) -> date:
    """A day early enough to get through all steps before the last one."""
    calendar = work_calendar()
    arrival = arrival_of(plot, today)
    if arrival is None:
        return calendar.workday_before(today, plot.ended)
    return calendar.workday_before(arrival.date(), _length(plot))


def _opening_day(plot: Plot, today: date) -> date:
    calendar = work_calendar()
    if plot.until == "report_rectification":
        return today + timedelta(days=plot.days_left - ORDER_DAYS)
    rule = load_deadline_rules()[STEPS[plot.until].rule]
    if plot.days_left >= 0:
        due = calendar.due(today, plot.days_left, "working_day").due
    else:
        due = calendar.workday_before(today, -plot.days_left)
    return calendar.workday_before(due, rule.amount or 0)


def _length(plot: Plot) -> int:
    """Working days from the beginning to the last step, with something to spare."""
    if not plot.after:
        return 0
    reached = MAIN.index(plot.after) + 1
    steps = [*MAIN[:reached], *(outcome for given in plot.outcomes.values() for outcome in given[1:])]
    days = sum(WORKING_DAYS.get(step, 1) for step in steps)
    if plot.after in MAIN[MAIN.index("hold_interview") :]:
        days += WAIT_FOR_INTERVIEW * max(1, len(plot.outcomes.get("hold_interview", ())))
    return days + len(steps) // 12 + SPARE
