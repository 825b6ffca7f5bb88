"""Run one human step: the single way for page, API, demo and walkthrough alike."""

from typing import Any

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import Condition, require
from cases.models import Case
from cases.rules.errors import RuleError
from notices.services.papers import papers_of_step
from workflow import engine
from workflow.models import CaseProcess, StepDraft, WorkItem
from workflow.steps import STEPS, Step


def conditions_of(step: Step, case: Case, acting: Acting) -> list[Condition]:
    """What must hold for the step, in the words the page shows."""
    return step.guard(case, acting)


def run_step(*, task_pk: int, facts: Any, acting: Acting) -> Any:
    """Do the step of an open task: guard, service and token move in one transaction, under the process lock.

    Returns what the service returned. ``TaskGone`` where somebody was faster, ``Blocked`` where a condition fails,
    ``RuleError`` (with ``field`` where one is to blame) where the facts will not do; nothing is written then.
    """
    with engine.open_task(task_pk, acting=acting) as activation:
        step = STEPS[activation.flow_task.name]
        if not isinstance(facts, step.facts):
            raise RuleError("wrong_facts", "These facts belong to another step.")
        case = Case.objects.select_related("enterprise", "body", "territorial_body").get(pk=activation.process.case_id)
        require(conditions_of(step, case, acting))
        result = step.service(case_id=case.pk, facts=facts, acting=acting)
        papers_of_step(kinds=step.papers, case=case, result=result, acting=acting)
        StepDraft.objects.filter(task_id=task_pk).delete()
        if step.completes(result):
            engine.finish(activation, acting=acting)
    return result


def finish_by_event(*, case: Case, step_code: str, acting: Acting, before: Any = None) -> bool:
    """Finish an open step because something else happened: a link was used, a period ran out, a notice took effect.

    ``before`` is a service to run first, in the same transaction. False where the step is not open.
    """
    item = WorkItem.objects.filter(case=case, step=step_code).first()
    if item is None:
        return False
    with engine.open_task(item.task_id, acting=acting) as activation:
        if before is not None:
            before()
        if acting.user is None:
            engine.finish_by_system(activation)
        else:
            engine.finish(activation, acting=acting)
    return True


@transaction.atomic
def stop_process(*, case: Case, acting: Acting) -> None:
    """Cancel the process of a case that ended outside it (the enterprise ceased to exist)."""
    process = CaseProcess.objects.filter(case=case).first()
    if process is not None:
        engine.cancel_process(process.pk, acting=acting)
