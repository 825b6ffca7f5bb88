"""Make supervision task lists: for one unit, or in the background for all units of an area (38号 二（二）, 附件2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.task_sheets import may_list_unit, may_manage
from cases.models import Body, Enterprise, ResponsibilityLock, TaskLine, TaskSheet, User
from cases.models.listing import UnitKind
from cases.rules.errors import RuleError
from cases.rules.task_list import ANNEX, Period, PlannedLine, period_from, planned_lines
from cases.selectors.settings import PackFinder
from cases.selectors.task_sheets import (
    PACK,
    SELECTIONS,
    body_tasks_for,
    risk_points_of,
    sections_of,
    units_to_list,
)
from cases.services.audit import record
from cases.services.enterprise_checks import locked_enterprise, stream_of
from cases.services.jobs import enqueue, job_handler
from cases.services.opinions import choose

JOB: Final = "cases.generate_task_sheets"
CHUNK: Final = 200


@transaction.atomic
def generate_task_sheet(*, enterprise_id: int, list_code: str, period: str, acting: Acting) -> TaskSheet:
    """Make one unit's list for the period (2026, 2026-H2, 2026-Q4, 2026-11); the one that stands is answered again.

    RuleError: `period`, `choice_unknown`; Blocked where the guard says no.
    """
    choose(list_code, tuple(UnitKind.values), field="list_code")
    span = _open_period(period, acting)
    enterprise = locked_enterprise(enterprise_id)
    require(may_list_unit(enterprise, list_code, acting))
    _make([enterprise], list_code, span, acting)
    sheet = TaskSheet.objects.exclude(state=TaskSheet.State.CANCELLED).get(
        enterprise=enterprise, list_code=list_code, period=span.code
    )
    record(
        stream=stream_of(enterprise),
        action="task_sheet.generated",
        acting=acting,
        body=enterprise.territorial_body,
        data={"sheet": sheet.pk, "list": list_code, "period": span.code},
    )
    return sheet


@transaction.atomic
def generate_task_sheets(*, body: Body, list_codes: Sequence[str], period: str, selection: str, acting: Acting) -> int:
    """Have lists made in the background for the units of the body's area; answers how many units there are now.

    A unit that has its list for the period keeps it, so asking twice makes none twice. RuleError: `period`,
    `choice_unknown`, `no_units`; Blocked.
    """
    require(may_manage(body, acting))
    for code in list_codes:
        choose(code, tuple(UnitKind.values), field="list_codes")
    choose(selection, SELECTIONS, field="selection")
    span = _open_period(period, acting)
    counts = {code: units_to_list(acting.authority, body, code, selection).count() for code in list_codes}
    if not sum(counts.values()):
        raise RuleError("no_units", "No unit of this area answers to what you chose.", ANNEX, field="selection")
    payload = {
        "body": body.pk,
        "lists": list(list_codes),
        "period": span.code,
        "selection": selection,
        "user": acting.authority.pk,
    }
    enqueue(kind=JOB, payload=payload, key=f"task_sheets:{body.code}:{span.code}:{acting.at.isoformat()}", at=acting.at)
    record(stream=f"task_sheets:{body.code}", action="task_sheets.asked_for", acting=acting, body=body, data=payload)
    return sum(counts.values())


@job_handler(JOB, lease=timedelta(minutes=30), max_attempts=5)
def generate_job(payload: dict[str, Any]) -> dict[str, Any]:
    """Make what is missing, some units a transaction; a run broken off goes on where it stopped."""
    acting = Acting(User.objects.get(pk=payload["user"]), timezone.now())
    body, span = Body.objects.get(pk=payload["body"]), period_from(payload["period"])
    made = {code: _generate_all(body, code, span, payload["selection"], acting) for code in payload["lists"]}
    return {"made": made}


@generate_job.on_done
def generated(payload: dict[str, Any], result: dict[str, Any], at: datetime) -> None:
    body = Body.objects.get(pk=payload["body"])
    record(
        stream=f"task_sheets:{body.code}",
        action="task_sheets.generated",
        acting=Acting(None, at),
        body=body,
        data={"period": payload["period"], **result},
    )


def _generate_all(body: Body, list_code: str, span: Period, selection: str, acting: Acting) -> int:
    made = last = 0
    rows = units_to_list(acting.authority, body, list_code, selection).select_related("territorial_body", "tier_body")
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        with transaction.atomic():
            made += _make(chunk, list_code, span, acting)
        last = chunk[-1].pk
    return made


def _make(units: Sequence[Enterprise], list_code: str, span: Period, acting: Acting) -> int:
    """Make the lists that these units do not have yet, with their lines; answers how many."""
    standing = TaskSheet.objects.filter(enterprise__in=units, list_code=list_code, period=span.code)
    having = set(standing.exclude(state=TaskSheet.State.CANCELLED).values_list("enterprise", flat=True))
    missing = [unit for unit in units if unit.pk not in having]
    packs = PackFinder(PACK, acting.today)
    points = risk_points_of([unit.pk for unit in missing], acting.today)
    officers = _officers(missing)
    added: dict[int, Mapping[str, list[str]]] = {}
    sheets = [
        _sheet(unit, list_code, span, officers.get(unit.pk), packs.of(unit.territorial_body).ref, acting)
        for unit in missing
    ]
    TaskSheet.objects.bulk_create(sheets, ignore_conflicts=True)
    stored = {
        sheet.enterprise_id: sheet
        for sheet in TaskSheet.objects.filter(
            enterprise__in=missing, list_code=list_code, period=span.code, created_at=acting.at
        )
    }
    lines: list[TaskLine] = []
    for unit in missing:
        if unit.pk not in stored:
            continue  # somebody made it in the meantime
        place = unit.territorial_body
        if place.pk not in added:
            added[place.pk] = body_tasks_for(place, list_code)
        sections = sections_of(packs.of(place).task_lists[list_code])
        planned = planned_lines(sections=sections, body_tasks=added[place.pk], unit_points=points.get(unit.pk, ()))
        lines += [_line(stored[unit.pk], at, line) for at, line in enumerate(planned, start=1)]
    TaskLine.objects.bulk_create(lines, batch_size=1000)
    return len(stored)


def _officers(units: Sequence[Enterprise]) -> dict[int, int]:
    """The responsible officer of each unit that has one; one query."""
    locks = ResponsibilityLock.objects.filter(enterprise__in=units, ended_on__isnull=True)
    return dict(locks.values_list("enterprise", "officer"))


def _sheet(unit: Enterprise, list_code: str, span: Period, officer: int | None, pack: str, acting: Acting) -> TaskSheet:
    return TaskSheet(
        enterprise=unit,
        list_code=list_code,
        period=span.code,
        first_day=span.first,
        last_day=span.last,
        body=unit.territorial_body,
        officer_id=officer,
        pack=pack,
        tier=unit.tier,
        tier_level=unit.tier_body.level,
        department=unit.territorial_body.office_name,
        contact="　".join(part for part in (unit.contact, unit.phone) if part),
        created_at=acting.at,
    )


def _line(sheet: TaskSheet, position: int, line: PlannedLine) -> TaskLine:
    return TaskLine(
        sheet=sheet,
        position=position,
        section=line.section,
        key_work=line.key_work,
        number=line.number,
        text=line.text,
        origin=line.origin,
    )


def _open_period(code: str, acting: Acting) -> Period:
    """A period that is not over yet. RuleError: `period`, `period_over`."""
    span = period_from(code)
    if span.last < acting.today:
        raise RuleError(
            "period_over", "This period is over; nothing can be checked in it any more.", ANNEX, field="period"
        )
    return span
