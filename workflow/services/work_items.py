"""Keep ``WorkItem`` and the step's deadline in step with the engine's task, in its own transaction."""

from django.db.models import Sum
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from cases.acting import Acting
from cases.models import (
    Case,
    Deadline,
    DeadlineEntry,
    ListedOversight,
    ListNotice,
    RectificationOrder,
    RectificationReport,
)
from cases.services.deadlines import cancel_deadline, meet_deadline, reassign_accountable, start_deadline
from workflow import clock
from workflow.models import WorkItem
from workflow.steps import STEPS, Step

OPEN = (STATUS.NEW, STATUS.ASSIGNED)
STEP_OF_CLOCK = {"order": "report_rectification", "oversight": "ask_lifting", "list_views": "record_views"}
"""The step that waits for what a clock of its own counts."""


def step_of(task: Task) -> Step | None:
    """The step a task is an instance of; None for nodes no person does."""
    node = task.flow_task
    return STEPS.get(node.name) if node is not None and task.flow_task_type == "HUMAN" else None


def sync_work_item(task: Task) -> None:
    """Called after every save of a human task."""
    step = step_of(task)
    if step is None:
        return
    item = WorkItem.objects.select_related("case").filter(pk=task.pk).first()
    if task.status in OPEN:
        if item is None:
            _open(task, step)
        elif item.owner_id != task.owner_id:
            item.owner_id = task.owner_id
            item.save(update_fields=["owner"])
            _hand_over(item.case, step, task)
    elif item is not None and task.status in (STATUS.DONE, STATUS.CANCELED, STATUS.ERROR, STATUS.REVIVED):
        _close(item, step, task)


def _system() -> Acting:
    return Acting(user=None, at=clock.now())


def _open(task: Task, step: Step) -> None:
    case = task.process.coerced.case
    acting = _system()
    body = step.body(case)
    due_on = None
    if step.rule:
        deadline = start_deadline(
            rule=step.rule,
            subject=f"step:{step.code}",
            case=case,
            start_on=acting.today,
            accountable_body=body,
            accountable_user=task.owner,
            acting=acting,
        )
        due_on = deadline.due_on
    elif step.code == "report_rectification":
        order = case.orders.order_by("-attempt").first()
        due_on = order.due_on if order else None
    elif step.code == "ask_lifting":
        due_on = case.listed_oversight.due_on
    elif step.code == "record_views":
        due_on = case.list_notice.views_until
    WorkItem.objects.create(
        task=task,
        process_id=task.process_id,
        case=case,
        step=step.code,
        permission=step.permission,
        body=body,
        owner=task.owner,
        created_at=acting.at,
        due_on=due_on,
    )


def _hand_over(case: Case, step: Step, task: Task) -> None:
    for deadline in Deadline.objects.filter(
        case=case, subject=f"step:{step.code}", state__in=[Deadline.State.RUNNING, Deadline.State.SUSPENDED]
    ):
        reassign_accountable(deadline=deadline, user=task.owner, acting=_system())


def _close(item: WorkItem, step: Step, task: Task) -> None:
    acting = _system()
    subject = f"step:{step.code}"
    if task.status == STATUS.DONE:
        meet_deadline(subject=subject, case=item.case, on=acting.today, acting=acting)
        if step.code == "report_rectification":
            order = item.case.orders.order_by("-attempt").first()
            if order is not None:
                _end_order_clock(item.case, order, acting)
    else:
        cancel_deadline(subject=subject, case=item.case, acting=acting)
    item.delete()


def _end_order_clock(case: Case, order: RectificationOrder, acting: Acting) -> None:
    """A report meets the period; a period that ran out was not met and only stops being watched."""
    if order.report.via == RectificationReport.Via.EXPIRED:
        cancel_deadline(subject=f"order:{order.pk}", case=case, reason="期满未提交整改报告", acting=acting)
    else:
        meet_deadline(subject=f"order:{order.pk}", case=case, on=acting.today, acting=acting)


def follow_deadline(deadline: Deadline) -> None:
    """Copy a moved due day onto the open work it belongs to."""
    if deadline.case_id is None:
        return
    kind, _, key = deadline.subject.partition(":")
    step = key if kind == "step" else STEP_OF_CLOCK.get(kind, "")
    if kind == "order":
        RectificationOrder.objects.filter(pk=int(key)).update(due_on=deadline.due_on)
    elif kind == "oversight":
        longer = deadline.entries.filter(event=DeadlineEntry.Event.EXTENDED).aggregate(days=Sum("amount"))["days"] or 0
        ListedOversight.objects.filter(pk=int(key)).update(due_on=deadline.due_on, extended_days=longer)
    elif kind == "list_views":
        ListNotice.objects.filter(pk=int(key)).update(views_until=deadline.due_on)
    if step:
        WorkItem.objects.filter(case_id=deadline.case_id, step=step).update(due_on=deadline.due_on)
