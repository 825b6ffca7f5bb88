"""The working calendar as it stands: the packaged notices, overlaid by the years imported since."""

from datetime import date

from cases.models.deadline import CalendarYear
from cases.packs.loader import packaged_calendar
from cases.rules.working_days import WorkCalendar, YearCalendar

_Row = tuple[int, list[str], list[str], str]
_built: tuple[list[_Row], WorkCalendar] | None = None


def work_calendar() -> WorkCalendar:
    """The calendar every period is counted by; one small query.

    What was built is kept for as long as the imported years read the same, whichever process imported them: a stale
    calendar would date a period wrongly for good.
    """
    global _built
    rows = list(CalendarYear.objects.order_by("year").values_list("year", "days_off", "makeup_days", "notice"))
    if not rows:
        return packaged_calendar()
    if _built is None or _built[0] != rows:
        _built = (rows, packaged_calendar().with_years(map(_imported, rows)))
    return _built[1]


def missing_year(today: date, warn_from: tuple[int, int]) -> int | None:
    """Next year, if its official calendar is missing on or after the day `warn_from` (month, day) of this year."""
    if (today.month, today.day) < warn_from:
        return None
    following = today.year + 1
    return following if work_calendar().is_provisional(date(following, 1, 1)) else None


def _imported(row: _Row) -> YearCalendar:
    year, days_off, makeup_days, notice = row
    return YearCalendar(
        year=year,
        off_days=frozenset(map(date.fromisoformat, days_off)),
        makeup_days=frozenset(map(date.fromisoformat, makeup_days)),
        notice_no=notice,
        official=True,
    )
