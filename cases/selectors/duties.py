"""What is known of the control records a unit owes, for the rule of their gaps."""

from collections import defaultdict
from datetime import date
from typing import Final

from django.db.models import Min

from cases.models.archive import DutyRecord, SafetyPerson, StatusRecord, Stoppage
from cases.models.enterprise import Enterprise, OperatingStatus
from cases.packs.settings import default_of
from cases.rules.duty_gaps import DUTY_KINDS, Duties, Stretch
from cases.rules.status_line import status_line
from cases.selectors.calendar import work_calendar
from cases.selectors.settings import setting_for

MONTHLY_DUE_DAY: Final = "duty.monthly_due_day"
AT_WORK: Final = frozenset({OperatingStatus.ACTIVE, OperatingStatus.ABNORMAL})
"""Statuses in which records are owed: whoever stands on the abnormal operation list may well go on producing."""


def duties_of(enterprise: Enterprise, first: date, last: date, today: date) -> Duties:
    """The unit's records beginning from `first` to `last`, when it did not work, and since when it owes them.

    It owes them from the appointment of its first director or officer, else from its first entry.
    """
    records = defaultdict(set)
    kept = DutyRecord.objects.filter(enterprise=enterprise, period_start__range=(first, last))
    for kind, start in kept.values_list("kind", "period_start"):
        records[kind].add(start)
    stopped = Stoppage.objects.filter(enterprise=enterprise).values_list("first_day", "last_day")
    body = enterprise.territorial_body
    return Duties(
        owed_from=_first_appointment(enterprise) or enterprise.first_entered_on,
        today=today,
        monthly_due_day=setting_for(body, MONTHLY_DUE_DAY, default_of(MONTHLY_DUE_DAY)),
        calendar=work_calendar(),
        records={kind: frozenset(records[kind]) for kind in DUTY_KINDS},
        stopped=(*stopped, *_out_of_business(enterprise)),
    )


def _first_appointment(enterprise: Enterprise) -> date | None:
    posts = [SafetyPerson.Role.DIRECTOR, SafetyPerson.Role.OFFICER]
    people = SafetyPerson.objects.filter(enterprise=enterprise, role__in=posts)
    first: date | None = people.aggregate(first=Min("appointed_on"))["first"]
    return first


def _out_of_business(enterprise: Enterprise) -> list[Stretch]:
    stated = StatusRecord.objects.filter(enterprise=enterprise).order_by("pk").values_list("status", "valid_from")
    return [(held.first, held.last) for held in status_line(stated) if held.status not in AT_WORK]
