"""Open a case from the plan or on an event (P1 node 1)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import Condition, require
from cases.guards.p1 import may_open_case
from cases.models import Body, Case, Enterprise, Procedure, TaskSheet
from cases.rules.errors import RuleError
from cases.services.create_case import create_case
from cases.services.opinions import choose

ORIGINS: Final = ("plan", "campaign", "complaint", "transfer", "hazard", "return_visit")
"""What a person may open a main case on; the other origins belong to procedures of their own."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Facts of a new case; ``planned_on`` is the day of the visit as planned."""

    enterprise_id: int
    form: str
    origin: str
    planned_on: date
    origin_note: str = ""
    task_sheet_id: int | None = None
    """The filled task list whose findings give rise to it."""


def handling_body(enterprise: Enterprise) -> Body:
    """The grassroots body (基层: city or county) that handles the unit: its county, or the city where no county is."""
    body: Body | None = enterprise.territorial_body
    while body is not None and body.level == Body.Level.TOWNSHIP:
        body = body.parent
    if body is None or body.level not in (Body.Level.COUNTY, Body.Level.CITY):
        raise RuleError("no_grassroots_body", "No county or city body stands above this enterprise.")
    return body


def conditions(enterprise: Enterprise, acting: Acting) -> list[Condition]:
    return may_open_case(enterprise, acting)


@transaction.atomic
def open_case(*, facts: OpenCase, acting: Acting) -> Case:
    """Create the case and its number ``<机关代字>检〔year〕n号``; one open case per enterprise at a time."""
    enterprise = (
        Enterprise.objects.select_for_update(of=("self",))
        .select_related("territorial_body__parent", "tier_body")
        .get(pk=facts.enterprise_id)
    )
    require(conditions(enterprise, acting))
    choose(facts.form, tuple(Case.Form.values), field="form")
    choose(facts.origin, ORIGINS, field="origin")
    if facts.origin != Case.Origin.PLAN and not facts.origin_note.strip():
        raise RuleError("origin_note_missing", "Say what gave rise to this case.", field="origin_note")
    if facts.planned_on < acting.today:
        raise RuleError("date_past", "The planned day must not lie in the past.", field="planned_on")
    case = create_case(
        enterprise=enterprise,
        body=handling_body(enterprise),
        procedure=Procedure.MAIN,
        origin=facts.origin,
        origin_note=facts.origin_note.strip(),
        planned_on=facts.planned_on,
        form=facts.form,
        acting=acting,
    )
    if facts.task_sheet_id is not None:
        TaskSheet.objects.filter(
            pk=facts.task_sheet_id, enterprise=enterprise, state=TaskSheet.State.FILLED, case__isnull=True
        ).update(case=case)
    return case
