"""The page of a unit's locks: who answers for it, when it was visited and must be again, and who did before."""

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.acting import Acting
from cases.guards.conditions import Condition, failed
from cases.guards.locks import may_change, may_check, may_lock, may_report_change
from cases.models import Enterprise, OnsiteCheck, ResponsibilityLock
from cases.rules.onsite_checks import halves_of
from cases.selectors.calendar import work_calendar
from cases.selectors.locks import open_locks
from cases.selectors.scope import may
from cases.services.lock_records import open_change_of
from cases.views.registry import acting_of
from cases.views.unit_page import unit_context, visible_unit

CHECKS_SHOWN: Final = 20


@require_GET
def enterprise_locks(request: HttpRequest, uscc: str) -> HttpResponse:
    """Responsibility for one unit."""
    unit, acting = visible_unit(request, uscc), acting_of(request)
    locks = (
        unit.locks.select_related("officer", "body", "locked_by", "clock")
        .prefetch_related("changes__clock")
        .order_by("-locked_on", "-pk")
    )
    lock = next((each for each in locks if each.ended_on is None), None)
    checks = unit.onsite_checks.select_related("officer", "second_officer").order_by("-checked_on", "-pk")
    context = unit_context(
        request,
        unit,
        "enterprise_locks",
        lock=lock,
        history=_history(locks),
        checks=checks[:CHECKS_SHOWN],
        halves=_halves(unit, acting),
        **(_of_lock(lock, unit, acting) if lock else _without_lock(unit, acting)),
    )
    return render(request, "cases/locks/unit.html", context)


def card_of(unit: Enterprise, acting: Acting) -> dict[str, Any]:
    """What the overview of a unit says of its lock."""
    lock = open_locks().filter(enterprise=unit).select_related("officer", "body", "clock").first()
    return {"lock": lock, "left": _left(lock, acting), "may_lock": not lock and not failed(may_lock(unit, acting))}


def _of_lock(lock: ResponsibilityLock, unit: Enterprise, acting: Acting) -> dict[str, Any]:
    lock.enterprise = unit
    change = open_change_of(lock)
    calendar = work_calendar()
    return {
        "left": _left(lock, acting),
        "change": change,
        "change_left": calendar.days_left(acting.today, change.clock.due_on) if change else None,
        "may_hand_over": _all_hold(may_change(lock, acting)),
        "may_report": _all_hold(may_report_change(lock, acting)),
        "may_inspect": may(acting.person, "inspect_enterprise", unit.territorial_body),
        "check_conditions": may_check(lock, acting),
    }


def _without_lock(unit: Enterprise, acting: Acting) -> dict[str, Any]:
    conditions = may_lock(unit, acting)
    return {"may_lock": _all_hold(conditions), "manages": may(acting.person, "manage_lock", unit.tier_body)}


def _left(lock: ResponsibilityLock | None, acting: Acting) -> int | None:
    return work_calendar().days_left(acting.today, lock.clock.due_on) if lock and lock.clock else None


def _halves(unit: Enterprise, acting: Acting) -> list[dict[str, Any]]:
    """Both halves of this year, and whether the unit was visited in each."""
    days = list(
        OnsiteCheck.objects.filter(enterprise=unit, checked_on__year=acting.today.year).values_list(
            "checked_on", flat=True
        )
    )
    return [
        {
            "half": half,
            "visited": any(half.first <= day <= half.last for day in days),
            "running": half.first <= acting.today <= half.last,
            "past": half.last < acting.today,
        }
        for half in halves_of(acting.today.year)
    ]


def _history(locks: Iterable[ResponsibilityLock]) -> list[dict[str, Any]]:
    """The locks that ended, each with the change that ended it, where there was one."""
    return [
        {"lock": lock, "change": max(lock.changes.all(), key=lambda change: change.pk, default=None)}
        for lock in locks
        if lock.ended_on is not None
    ]


def _all_hold(conditions: list[Condition]) -> bool:
    return not failed(conditions)
