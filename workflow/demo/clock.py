"""A clock for stories: it moves over working days and never runs past its end."""

from datetime import date, datetime, time, timedelta

from cases.acting import LEGAL_ZONE, legal_date
from cases.services.calendar import work_calendar


class StoryClock:
    """Starts at nine on a working day; ``end`` is the instant no story may pass."""

    def __init__(self, start: date, end: datetime) -> None:
        self.end = end
        self.now = _morning(_workday_from(start))

    @property
    def today(self) -> date:
        return legal_date(self.now)

    @property
    def over(self) -> bool:
        return self.now > self.end

    def wait(self, *, minutes: int = 0, working_days: int = 0) -> None:
        """Move on; what would fall outside office hours falls on the next working morning."""
        calendar = work_calendar()
        day, clock = self.today, self.now.astimezone(LEGAL_ZONE).time()
        if working_days:
            day = calendar.due(day, working_days, "working_day").due
        moment = datetime.combine(day, clock, LEGAL_ZONE) + timedelta(minutes=minutes)
        if moment.hour >= 17 or not calendar.is_workday(moment.date()):
            moment = _morning(_workday_from(moment.date() + timedelta(days=1))) + timedelta(minutes=minutes % 90)
        self.now = moment

    def jump(self, moment: datetime) -> None:
        """Move on to an instant, not back."""
        self.now = max(self.now, moment)


def _workday_from(day: date) -> date:
    calendar = work_calendar()
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return day


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9, 0), LEGAL_ZONE)
