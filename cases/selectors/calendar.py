"""The working calendar as it stands: the packaged notices, overlaid by the years imported since."""

from datetime import date, datetime

from cases.models.deadline import CalendarYear
from cases.packs.loader import packaged_calendar
from cases.rules.working_days import WorkCalendar, YearCalendar

_Version = tuple[tuple[int, datetime], ...]
_built: tuple[_Version, WorkCalendar] | None = None


def work_calendar() -> WorkCalendar:
    """The calendar every period is counted by; one small query.

    What was built is kept for as long as no year has been imported since, by whichever process: a stale calendar would
    date a period wrongly for good.
    """
    global _built
    version = tuple(CalendarYear.objects.order_by("year").values_list("year", "imported_at"))
    if not version:
        return packaged_calendar()
    if _built is None or _built[0] != version:
        _built = (version, packaged_calendar().with_years(_imported()))
    return _built[1]


def missing_year(today: date, warn_from: tuple[int, int]) -> int | None:
    """Next year, if its official calendar is missing on or after the day `warn_from` (month, day) of this year."""
    if (today.month, today.day) < warn_from:
        return None
    following = today.year + 1
    return following if work_calendar().is_provisional(date(following, 1, 1)) else None


def _imported() -> list[YearCalendar]:
    return [
        YearCalendar(
            year=row.year,
            off_days=frozenset(map(date.fromisoformat, row.days_off)),
            makeup_days=frozenset(map(date.fromisoformat, row.makeup_days)),
            notice_no=row.notice,
            official=True,
        )
        for row in CalendarYear.objects.all()
    ]
