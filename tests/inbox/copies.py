"""Multiply open work cheaply: rows like those of a case that a story told."""

from viewflow.workflow.models import Task

from cases.models import Assignment, Case, Deadline, Inspection, Opinion, Proposal
from tests.factories import make_enterprise
from workflow.models import CaseProcess, StepDraft, WorkItem

TOLD = (Assignment, Inspection, Proposal, Opinion, Deadline)


def copy_item(item: WorkItem, index: int) -> WorkItem:
    """Another case at the same step, with its inspectors, opinions, proposals and clocks, and a draft of its owner."""
    old = item.case
    case = Case.objects.get(pk=old.pk)
    case.pk = None
    case.number = f"{old.number}-{index}"
    case.enterprise = make_enterprise(territorial_body=old.territorial_body)
    case.save()
    for model in TOLD:
        for row in model.objects.filter(case=old):
            row.pk = None
            row.case = case
            row.save(force_insert=True)
    original = CaseProcess.objects.get(case=old)
    process = CaseProcess.objects.create(flow_class=original.flow_class, case=case, status=original.status)
    task = Task.objects.get(pk=item.pk)
    task.pk, task.process = None, process
    Task.objects.bulk_create([task])
    copy = WorkItem.objects.create(
        task=task,
        process=process,
        case=case,
        step=item.step,
        permission=item.permission,
        body=item.body,
        owner=item.owner,
        created_at=item.created_at,
        due_on=item.due_on,
    )
    if item.owner is not None:
        StepDraft.objects.create(task=task, user=item.owner, data={}, saved_at=item.created_at)
    return copy
