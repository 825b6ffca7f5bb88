#!/usr/bin/env python
"""Export the years `chinesecalendar` knows from State Council notices into cases/packs/calendar/holidays.yaml.

Run after raising the version of chinesecalendar: `.venv/bin/python bin/build_calendar.py`.
"""

import datetime
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from chinese_calendar.constants import holidays, in_lieu_days, workdays

TARGET = Path(__file__).resolve().parent.parent / "cases" / "packs" / "calendar" / "holidays.yaml"


def month_days(days: Iterable[datetime.date], year: int) -> str:
    """The days of `year` as a YAML flow list of quoted MM-DD."""
    return ", ".join(f'"{day:%m-%d}"' for day in sorted(days) if day.year == year)


def calendar_text() -> str:
    """The whole file: one entry a year, first to last."""
    lines = [
        "# 国务院办公厅历年部分节假日安排通知: days off (weekends inside a holiday included) and make-up working days.",
        f"# Written by bin/build_calendar.py from chinesecalendar {version('chinesecalendar')} (MIT); do not edit.",
    ]
    days_off = {*holidays, *in_lieu_days}
    for year in sorted({day.year for day in days_off}):
        lines += [
            f"- year: {year}",
            f"  notice_no: 国务院办公厅关于{year}年部分节假日安排的通知",
            f"  off_days: [{month_days(days_off, year)}]",
            f"  makeup_days: [{month_days(workdays, year)}]",
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(calendar_text(), encoding="utf-8")
    sys.stdout.write(f"{TARGET.name}: {TARGET.stat().st_size} bytes\n")
