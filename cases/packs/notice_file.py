"""Read a holiday notice from a file of the form of packs/calendar/holidays.yaml."""

from pathlib import Path

from cases.packs.marked import read_yaml
from cases.rules.working_days import YearCalendar


def read_notices(path: Path) -> tuple[YearCalendar, ...]:
    """The years of a file, each with `year`, `notice_no`, `off_days` and `makeup_days` as "MM-DD".

    Raises PackError with file, line and reason, and RuleError for a day that is both off and worked.
    """
    years = []
    for value in read_yaml(path).sequence():
        row = value.table("year notice_no off_days makeup_days")
        year = row["year"].integer()
        off, makeup = (
            frozenset(day.month_day(year) for day in row[key].sequence()) for key in ("off_days", "makeup_days")
        )
        years.append(YearCalendar(year, off, makeup, row["notice_no"].text(), official=True))
    return tuple(years)
