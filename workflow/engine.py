"""What can be done with a task or a process: open, claim, finish, hand back, give on, cancel, revive, retry.

Pure token moves. Who may do them is asked by guards before; here only ownership and the state of the task count.
Lock order: the process first (here), then the case (in the service called inside).
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.utils.translation import gettext_noop as _
from viewflow.workflow.exceptions import FlowLockFailed
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import PROCESS, STATUS

from cases.acting import Acting
from cases.models.job import Job
from cases.models.people import User
from cases.rules.errors import NotPermitted, RuleError
from cases.services.jobs import retry_job
from workflow import clock
from workflow.nodes import wake_parent

OPEN = (STATUS.NEW, STATUS.ASSIGNED)


class TaskGone(RuleError):  # noqa: N818 - says what happened to the task
    """The task is no longer open, or no longer free: `by` did it `at`."""

    def __init__(self, code: str, message: str, *, by: User | None = None, at: datetime | None = None) -> None:
        super().__init__(code, message, by=str(by) if by else "", at=at.isoformat() if at else "")
        self.by = by
        self.at = at


def start_process(start: Any, *, acting: Acting, **facts: Any) -> Process:
    """Run a start node (`SomeFlow.start`) with the facts its function takes; answers the process."""
    if start.task_type == "HUMAN_START":
        facts["by"] = acting.person
    with clock.at_moment(acting.at):
        process: Process = start.run(**facts)
    return process


@contextmanager
def open_task(task_pk: int, *, acting: Acting, process_pk: int | None = None) -> Iterator[Any]:
    """Lock the task's process, read the task anew and yield its activation, all in one transaction.

    `process_pk` is the process the address names, where it names one. Raises TaskGone (task_unknown, task_done,
    task_cancelled, task_not_human) and RuleError (process_busy).
    """
    with _locked(task_pk, acting, process_pk) as activation:
        _must_be_open(activation.task)
        yield activation


@contextmanager
def _locked(task_pk: int, acting: Acting, process_pk: int | None = None) -> Iterator[Any]:
    task = Task._default_manager.filter(pk=task_pk).first()
    if task is None or task.flow_task is None:
        raise TaskGone("task_unknown", _("There is no such task."))
    if process_pk is not None and task.process_id != process_pk:
        raise TaskGone("task_unknown", _("This task does not belong to that case."))
    with clock.at_moment(acting.at), _process_lock(task.flow_task.flow_class, task.process_id):
        task.refresh_from_db()
        yield task.flow_task.activation_class(task)


@contextmanager
def _process_lock(flow_class: Any, process_pk: int) -> Iterator[None]:
    """Hold the process in a transaction that ends only after viewflow has done what it put off until the unlocking."""
    with ExitStack() as held:
        try:
            held.enter_context(transaction.atomic())
            held.enter_context(flow_class.lock(process_pk))
        except (FlowLockFailed, OperationalError):
            raise RuleError("process_busy", _("Someone else is working on this case. Please try again.")) from None
        yield


def _must_be_open(task: Task) -> None:
    if task.status in OPEN:
        return
    if task.status == STATUS.DONE and task.owner is not None:
        raise TaskGone("task_done", _("%(by)s has already finished this task."), by=task.owner, at=task.finished)
    if task.status == STATUS.DONE:
        raise TaskGone("task_done", _("The system has already finished this task."), at=task.finished)
    if task.status in (STATUS.SCHEDULED, STATUS.STARTED):
        raise TaskGone("task_not_human", _("This task is not waiting for a person."), at=task.finished)
    raise TaskGone("task_cancelled", _("This task was cancelled."), at=task.finished)


def _must_be_free_for(task: Task, acting: Acting) -> None:
    if task.owner_id is None or task.owner_id in {acting.person.pk, getattr(acting.on_behalf_of, "pk", None)}:
        return
    raise TaskGone("task_claimed", _("%(by)s is working on this task."), by=task.owner, at=task.assigned)


def finish(activation: Any, *, acting: Acting) -> None:
    """Complete an opened task in the name of the acting person and let the process go on."""
    task = activation.task
    _must_be_free_for(task, acting)
    task.owner = acting.person
    if task.status == STATUS.NEW:
        task.assigned = acting.at
        activation.assign(acting.person)
    activation.start(None)
    activation.execute()


def finish_by_system(activation: Any) -> None:
    """Complete an opened task because an event did what it waited for; whoever held it keeps their name on it."""
    if activation.task.status == STATUS.NEW:
        activation.assign(None)
    activation.start(None)
    activation.execute()


def claim(task_pk: int, *, acting: Acting) -> Task:
    """Take an open task; taking one's own again changes nothing. Raises TaskGone (task_claimed) if another has it."""
    with open_task(task_pk, acting=acting) as activation:
        task: Task = activation.task
        _must_be_free_for(task, acting)
        if task.status == STATUS.NEW:
            task.assigned = acting.at
            activation.assign(acting.person)
    return task


def release(task_pk: int, *, acting: Acting) -> Task:
    """Put one's own task back into the queue."""
    with open_task(task_pk, acting=acting) as activation:
        task: Task = activation.task
        if task.status != STATUS.ASSIGNED:
            raise RuleError("task_not_claimed", _("Nobody has taken this task."))
        if task.owner_id != acting.person.pk:
            raise NotPermitted("task_of_another", _("Only the person who took a task can put it back."))
        task.assigned = None
        activation.unassign()
    return task


def reassign(task_pk: int, *, to: User, acting: Acting) -> Task:
    """Give an open task to a person, whoever has it now."""
    with open_task(task_pk, acting=acting) as activation:
        task: Task = activation.task
        task.assigned = acting.at
        if task.status == STATUS.NEW:
            activation.assign(to)
        else:
            activation.reassign(to)
    return task


def cancel_task(task_pk: int, *, acting: Acting) -> Task:
    """Cancel one task that is open, waiting or failed; joins and the end look again afterwards."""
    with _locked(task_pk, acting) as activation:
        if not activation.cancel.can_proceed():
            raise RuleError("task_not_cancellable", _("This task cannot be cancelled."))
        activation.cancel()
        task: Task = activation.task
    return task


def revive_task(task_pk: int, *, acting: Acting) -> Task:
    """Open a cancelled or failed task anew; answers the new task."""
    with _locked(task_pk, acting) as activation:
        if not activation.revive.can_proceed():
            raise RuleError("task_not_revivable", _("This task cannot be opened again."))
        task: Task = activation.revive()
    return task


def undo_task(task_pk: int, *, acting: Acting) -> Task:
    """Take a finished task back (it is then cancelled and can be revived); what followed must be cancelled first."""
    with _locked(task_pk, acting) as activation:
        if not activation.undo.can_proceed():
            raise RuleError("task_not_undoable", _("This task cannot be taken back: a later step depends on it."))
        activation.undo()
        task: Task = activation.task
    return task


def retry_task(task_pk: int, *, acting: Acting) -> Task:
    """Try a failed step again: the job of a job step, otherwise the step anew."""
    task = Task._default_manager.filter(pk=task_pk).first()
    job = Job.objects.filter(key=f"node:{task_pk}", state__in=[Job.State.DEAD, Job.State.CANCELLED]).first()
    if task is None or task.status != STATUS.ERROR:
        raise RuleError("task_not_failed", _("This step has not failed."))
    if job is None:
        return revive_task(task_pk, acting=acting)
    retry_job(job.pk, acting)
    task.refresh_from_db()
    return task


def cancel_process(process_pk: int, *, acting: Acting) -> Process:
    """Cancel everything a process still waits for, its children included. A process that is over stays as it is."""
    stored = Process._default_manager.filter(pk=process_pk).first()
    if stored is None or stored.flow_class is None:
        raise RuleError("process_unknown", _("There is no such process."))
    with clock.at_moment(acting.at), _process_lock(stored.flow_class, process_pk):
        process: Process = stored.flow_class.process_class._default_manager.get(pk=process_pk)
        if process.status != PROCESS.NEW:
            raise RuleError("process_over", _("This process is already over."))
        stored.flow_class.instance.cancel(process)
        if process.parent_task is not None:
            wake_parent(process)
    return process
