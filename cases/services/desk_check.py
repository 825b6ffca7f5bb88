"""Check the papers instead of the premises where they suffice (书面核查, P3 step 2; 国办发〔2024〕54号)."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p3 import may_desk_check
from cases.models import Case, Inspection
from cases.rules.errors import RuleError
from cases.services.audit import record_on_case
from cases.services.inspect_enterprise import InspectionFacts, begin_inspection, check_answers, store_form
from cases.services.lifecycle import advance, lock_case
from cases.services.opinions import choose, need_reason, record_opinion

_CLAUSE = "国办发〔2024〕54号"


@dataclass(frozen=True, slots=True)
class DeskFacts(InspectionFacts):
    """The form answered from papers; ``visited_on`` is the day of the check and ``note`` names the papers seen.

    ``outcome``: enough, or onsite with the reason why papers do not suffice and the day planned for the visit.
    """

    outcome: str = "enough"
    reason: str = ""
    planned_on: date | None = None


@transaction.atomic
def desk_check(*, case_id: int, facts: DeskFacts, acting: Acting) -> Inspection:
    """Submit the form where the papers suffice; else keep what they showed and ask for an inspection."""
    case = lock_case(case_id)
    require(may_desk_check(case, acting))
    check_desk(case=case, facts=facts, acting=acting)
    inspection = begin_inspection(case)
    store_form(inspection, facts, acting)
    if facts.outcome == "enough":
        inspection.submitted_at, inspection.submitted_by = acting.at, acting.person
        inspection.save(update_fields=["submitted_at", "submitted_by"])
        advance(case, "desk_enough")
    else:
        assert facts.planned_on is not None  # checked above
        case.planned_on = facts.planned_on
        case.save(update_fields=["planned_on"])
        advance(case, "need_onsite")
    record_opinion(case=case, step="desk_check", outcome=facts.outcome, reason=facts.reason.strip(), acting=acting)
    failing = sorted((item for item, answer in facts.answers.items() if answer.value == "fail"), key=int)
    record_on_case(
        case,
        "desk_check",
        acting,
        {
            "round": case.round,
            "outcome": facts.outcome,
            "checked_on": facts.visited_on,
            "failed": failing,
            "reason": facts.reason.strip(),
        },
    )
    return inspection


def check_desk(*, case: Case, facts: DeskFacts, acting: Acting) -> None:
    """Whether the form may be submitted as it is; ``RuleError`` names the field, or the items, that will not do."""
    choose(facts.outcome, ("enough", "onsite"))
    if facts.visited_on is not None and facts.visited_on > acting.today:
        raise RuleError("date_future", "The day of the check lies in the future.", field="visited_on")
    if facts.outcome == "onsite":
        need_reason(facts.reason)
        if facts.planned_on is None or facts.planned_on < acting.today:
            raise RuleError(
                "planned_day", "Enter the day planned for the visit, today or later.", _CLAUSE, field="planned_on"
            )
        return
    if facts.visited_on is None:
        raise RuleError("date_missing", "Enter the day of the check.", field="visited_on")
    if not facts.note.strip():
        raise RuleError("papers_missing", "Name the papers seen.", _CLAUSE, field="note")
    check_answers(case, facts)
