"""Import the holiday notice of a year, count again what was provisional, and warn while next year's is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.deadlines import importing_calendar
from cases.models.deadline import CalendarYear, Deadline, DeadlineEntry
from cases.models.people import Post, User
from cases.packs.settings import default_of
from cases.rules.errors import RuleError
from cases.rules.working_days import WorkCalendar, YearCalendar
from cases.selectors.calendar import missing_year, work_calendar
from cases.selectors.notifications import CALENDAR_MISSING
from cases.services.audit import record
from cases.services.deadline_ledger import OPEN, changes_of, count_due, enter, lock, move_due, publish
from cases.services.notify import notify

__all__ = ["ImportedYear", "import_calendar_year", "recompute", "warn_of_missing_calendar", "work_calendar"]

WARN_KEY: Final = "calendar.warn_from"


@dataclass(frozen=True, slots=True)
class ImportedYear:
    """What an import did: the year, and the deadlines whose due day it moved or confirmed."""

    year: int
    recomputed: tuple[int, ...]


@transaction.atomic
def import_calendar_year(
    *, year: int, days_off: Iterable[date], makeup_days: Iterable[date], notice: str, acting: Acting
) -> ImportedYear:
    """Store the official calendar of a year and count every open deadline it touches again.

    Provisional deadlines are counted again; where the year was official already (a corrected notice), the others it
    touches are too. RuleError: `calendar_stray_day`, `calendar_day_twice`, `notice_missing`. Importing the same again
    changes nothing.
    """
    if acting.user is not None:
        require(importing_calendar(acting))
    if not notice.strip():
        raise RuleError("notice_missing", _("Name the notice the calendar comes from."))
    official = not work_calendar().is_provisional(date(year, 1, 1))
    stated = YearCalendar(year, frozenset(days_off), frozenset(makeup_days), notice.strip(), official=True)
    if official and work_calendar().year(year) == stated:
        return ImportedYear(year, ())
    CalendarYear.objects.update_or_create(
        year=year,
        defaults={
            "days_off": [day.isoformat() for day in sorted(stated.off_days)],
            "makeup_days": [day.isoformat() for day in sorted(stated.makeup_days)],
            "notice": stated.notice_no,
            "imported_by": acting.user,
            "imported_at": acting.at,
        },
    )
    moved = _recompute_year(year, corrected=official, acting=acting)
    data = {"year": year, "notice": stated.notice_no, "days_off": len(stated.off_days), "recomputed": len(moved)}
    record(stream=f"calendar:{year}", action="calendar.imported", acting=acting, data=data)
    return ImportedYear(year, moved)


@transaction.atomic
def recompute(*, deadline: Deadline, calendar: WorkCalendar, acting: Acting) -> bool:
    """Count an open deadline again from its ledger; whether its due day or its being provisional changed."""
    deadline = lock(deadline)
    if deadline.state not in OPEN:
        return False
    counted = count_due(deadline, changes_of(deadline), calendar)
    before, was_provisional = deadline.due_on, deadline.provisional
    if (counted.due, counted.provisional) == (before, was_provisional):
        return False
    move_due(deadline, counted, acting.today)
    enter(deadline, DeadlineEntry.Event.RECOMPUTED, acting, on=acting.today, before=before, after=counted.due)
    data = {"due_before": before, "provisional": counted.provisional}
    publish(deadline, "deadline.recomputed", acting, calendar, data)
    return True


@transaction.atomic
def warn_of_missing_calendar(*, acting: Acting) -> int | None:
    """From 15 November [A]: tell every platform administrator, once a year, that next year's calendar is missing.

    Answers the missing year, or None.
    """
    month, day = (int(part) for part in str(default_of(WARN_KEY)).split("-"))
    year = missing_year(acting.today, (month, day))
    if year is None:
        return None
    posts = Post.objects.active(acting.today).filter(role="platform_admin")
    admins = User.objects.filter(is_active=True, pk__in=posts.values("user"))
    notify(users=admins, kind=CALENDAR_MISSING, key=f"{CALENDAR_MISSING}:{year}", data={"year": year}, at=acting.at)
    return year


def _recompute_year(year: int, *, corrected: bool, acting: Acting) -> tuple[int, ...]:
    calendar = work_calendar()
    touched = Q(provisional=True) | Q(start_on__lte=date(year, 12, 31)) if corrected else Q(provisional=True)
    deadlines = Deadline.objects.filter(touched, state__in=OPEN, due_on__gte=date(year, 1, 1)).order_by("case", "pk")
    return tuple(
        deadline.pk for deadline in deadlines if recompute(deadline=deadline, calendar=calendar, acting=acting)
    )
