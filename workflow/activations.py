"""What mended tasks do, and the mends they share: revive, disarm, settle.

Each mend names the defect of viewflow 2.4 it answers; tests/engine shows every one of them on the stock node.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from viewflow import this
from viewflow.workflow import lock, nodes
from viewflow.workflow.activation import (
    Activation,
    has_manage_permission,
    process_not_cancelled,
)
from viewflow.workflow.context import Context
from viewflow.workflow.models import Process, Task
from viewflow.workflow.nodes import boundary
from viewflow.workflow.nodes.mixins import NextNodeActivationMixin
from viewflow.workflow.signals import flow_finished, task_failed, task_started
from viewflow.workflow.status import PROCESS, STATUS

from cases.services.jobs import drop_job, enqueue
from workflow import clock

OVER = (STATUS.DONE, STATUS.CANCELED, STATUS.REVIVED)
NODE_JOB = "workflow.node"
TIMER_JOB = "workflow.timer"
WAKE_JOB = "workflow.wake"


def open_tasks(process: Process) -> QuerySet[Task]:
    """Tasks the process still waits for; one in ERROR counts, for a person has yet to mend it."""
    return Task._default_manager.filter(process_id=process.pk).exclude(status__in=OVER)


def finish_process(process: Process, task: Task) -> None:
    process.status = PROCESS.DONE
    process.finished = clock.now()
    process.save()
    flow_finished.send(sender=process.flow_class, process=process, task=task)


def settle(process_pk: int, flow_class: Any) -> None:
    """Let waiting joins look again, and finish a process that has nothing left to wait for.

    Stock joins look only when a branch reaches them, and stock ends only when they are reached: a branch that is
    cancelled or ends elsewhere leaves the process open for ever.
    """
    with flow_class.lock(process_pk):
        process = flow_class.process_class._default_manager.get(pk=process_pk)
        if process.status != PROCESS.NEW:
            return
        tasks = Task._default_manager.filter(process_id=process_pk)
        for waiting in tasks.filter(flow_task_type="JOIN", status=STATUS.STARTED):
            activation = waiting.flow_task.activation_class(waiting)
            if activation.complete.can_proceed():
                with Context(propagate_exception=False):
                    activation.complete()
                    if activation.create_next.can_proceed():
                        activation.activate_next()
        process.refresh_from_db()
        end = tasks.filter(flow_task_type="END", status=STATUS.DONE).order_by("-pk").first()
        if process.status == PROCESS.NEW and end is not None and not open_tasks(process).exists():
            finish_process(process, end)


def settle_later(process: Process) -> None:
    """Settle once the lock is released: while it is held, more branches may be cancelled or opened."""
    flow_class = process.flow_class
    moment = clock.now()

    def run() -> None:
        with clock.at_moment(moment):
            settle(process.pk, flow_class)

    lock.after_lock_released(run)


def disarm(task: Task) -> None:
    """Cancel the boundary timers of a task; stock does so when it is finished, not when it is cancelled.

    What leads on from an unfinished task can only be its timers, also where their node no longer exists.
    """
    for armed in task.leading.exclude(status__in=OVER):
        activation = armed.flow_task.activation_class(armed)
        if activation.cancel.can_proceed():
            activation.cancel()


def nothing_follows(activation: Activation) -> bool:
    """All tasks that follow are cancelled; a reminder that has fired is no follower but a boundary of this task."""
    followers = activation.task.leading.exclude(status__in=[STATUS.CANCELED, STATUS.REVIVED])
    return not followers.exclude(flow_task__in=activation.flow_task._boundary_events).exists()


class Revivable:
    """Revive as `create` makes a task: with permission, owner and boundaries. Stock copies none of them."""

    task: Task
    process: Process
    flow_task: Any
    _activate_next: Callable[[set[Any]], None]

    @Activation.status.transition(
        source=[STATUS.CANCELED, STATUS.ERROR],
        target=STATUS.REVIVED,
        conditions=[process_not_cancelled],
        permission=has_manage_permission,
    )
    def revive(self) -> Task:
        data = {name: value for name, value in (self.task.data or {}).items() if name != "_exception"}
        revived = self.flow_task._create(self, self.task.token, data=data, seed=self.task.seed)
        revived.task.previous.add(*self.task.previous.all())
        self.hand_over(revived.task)
        self.task.save(update_fields=["status"])
        if self.process.status == PROCESS.DONE:
            self.process.status, self.process.finished = PROCESS.NEW, None
            self.process.save()
        self._activate_next({revived})
        return revived.task

    def hand_over(self, revived: Task) -> None:
        """What the revived task takes over from this one."""


class Incident:
    """A failure becomes a task in ERROR, to be retried or cancelled, and never undoes the form before it.

    Stock propagates the exception into the request of whoever finished the step before, and rolls it back.
    """

    task: Task
    process: Process
    exception_guard: Callable[[], Any]

    @Activation.status.transition(source=STATUS.NEW)
    def activate(self) -> None:
        with Context(propagate_exception=False), self.exception_guard(), transaction.atomic(savepoint=True):
            super().activate.original()  # type: ignore[misc]

    @Activation.status.transition(source=STATUS.ERROR, target=STATUS.CANCELED, permission=has_manage_permission)
    def cancel(self) -> None:
        self.task.finished = clock.now()
        self.task.save()
        settle_later(self.process)


class FunctionActivation(Incident, Revivable, nodes.FunctionActivation):
    pass


class IfActivation(Incident, Revivable, nodes.IfActivation):
    pass


class SwitchActivation(Incident, Revivable, nodes.SwitchActivation):
    pass


class SplitActivation(Incident, Revivable, nodes.SplitActivation):
    pass


class ViewActivation(Revivable, nodes.ViewActivation):
    @Activation.status.transition(
        source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.CANCELED, permission=has_manage_permission
    )
    def cancel(self) -> None:
        super().cancel.original()
        disarm(self.task)
        settle_later(self.process)

    @Activation.status.transition(
        source=STATUS.DONE, target=STATUS.CANCELED, conditions=[nothing_follows], permission=has_manage_permission
    )
    def undo(self) -> None:
        super().undo.original()

    def hand_over(self, revived: Task) -> None:
        """The owner keeps the task, unless the flow names another or the owner has left."""
        owner = self.task.owner
        if owner is not None and owner.is_active and revived.owner_id is None:
            revived.owner = owner
            revived.assigned = clock.now()
            revived.status = STATUS.ASSIGNED
            revived.save()


class JoinActivation(nodes.JoinActivation):
    @Activation.status.transition(source=[STATUS.NEW, STATUS.STARTED, STATUS.ERROR], target=STATUS.CANCELED)
    def cancel(self) -> None:
        super().cancel.original()
        settle_later(self.process)


class EndActivation(nodes.EndActivation):
    @Activation.status.super()
    def activate(self) -> None:
        """Finish the process unless a task is open; stock takes a task in ERROR for a finished one."""
        with self.exception_guard(), transaction.atomic(savepoint=True):
            self.task.started = clock.now()
            task_started.send(sender=self.flow_class, process=self.process, task=self.task)
            if open_tasks(self.process).exclude(pk=self.task.pk).exists():
                settle_later(self.process)
            else:
                finish_process(self.process, self.task)


class JobActivation(NextNodeActivationMixin, Revivable, Activation):
    """A task whose work is a `cases.Job`: the row's lease and fence keep it from running twice to the end."""

    @property
    def key(self) -> str:
        return f"node:{self.task.pk}"

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.SCHEDULED)
    def activate(self) -> None:
        at = clock.now()
        self.task.scheduled = at
        self.task.save()
        enqueue(
            kind=NODE_JOB,
            payload={"task": self.task.pk},
            key=self.key,
            at=at,
            lease=self.flow_task.lease,
            max_attempts=self.flow_task.attempts,
        )

    @Activation.status.transition(source=STATUS.SCHEDULED, target=STATUS.STARTED)
    def start(self) -> None:
        self.task.started = clock.now()
        self.task.save()
        task_started.send(sender=self.flow_class, process=self.process, task=self.task)

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def complete(self) -> None:
        super().complete.original()

    @Activation.status.transition(source=STATUS.STARTED)
    def execute(self) -> None:
        self.complete()
        with Context(propagate_exception=False):
            self.activate_next()

    @Activation.status.transition(source=STATUS.SCHEDULED, target=STATUS.ERROR)
    def give_up(self, error: str) -> None:
        self.task.data = {**(self.task.data or {}), "_exception": {"title": error}}
        self.task.finished = clock.now()
        self.task.save()
        task_failed.send(sender=self.flow_class, process=self.process, task=self.task)

    @Activation.status.transition(source=STATUS.ERROR, target=STATUS.SCHEDULED, permission=has_manage_permission)
    def retry(self) -> None:
        """Wait again; called by the retry of the job's row, which brings it to run."""
        self.task.data = {name: value for name, value in self.task.data.items() if name != "_exception"}
        self.task.finished = None
        self.task.save()

    @Activation.status.transition(
        source=[STATUS.NEW, STATUS.SCHEDULED, STATUS.ERROR], target=STATUS.CANCELED, permission=has_manage_permission
    )
    def cancel(self) -> None:
        at = clock.now()
        self.task.finished = at
        self.task.save()
        drop_job(key=self.key, at=at)
        disarm(self.task)
        settle_later(self.process)

    @Activation.status.transition(
        source=STATUS.DONE, target=STATUS.CANCELED, conditions=[nothing_follows], permission=has_manage_permission
    )
    def undo(self) -> None:
        super().undo.original()


class TimerActivation(Revivable, nodes.TimerActivation):
    """A timer whose moment is a `cases.Job`, so that it fires once, late rather than never."""

    @property
    def key(self) -> str:
        return f"timer:{self.task.pk}"

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.SCHEDULED)
    def activate(self) -> None:
        super().activate.original()
        if self.task.status == STATUS.SCHEDULED:
            at, due = clock.now(), self.task.scheduled
            enqueue(kind=TIMER_JOB, payload={"task": self.task.pk}, key=self.key, at=at, run_after=due)

    @Activation.status.transition(
        source=[STATUS.NEW, STATUS.SCHEDULED, STATUS.ERROR], target=STATUS.CANCELED, permission=has_manage_permission
    )
    def cancel(self) -> None:
        super().cancel.original()
        drop_job(key=self.key, at=clock.now())
        settle_later(self.process)


class TimerBoundaryActivation(TimerActivation, boundary.TimerBoundaryActivation):
    pass


class SubprocessActivation(NextNodeActivationMixin, Revivable, Activation):
    """A task that waits for the processes it started; the wheel at hand has none."""

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.STARTED)
    def activate(self) -> None:
        with Context(propagate_exception=False), self.exception_guard(), transaction.atomic(savepoint=True):
            self.task.started = clock.now()
            self.task.save()
            for arguments in self.flow_task.arguments(self):
                self.flow_task.start_node.run(_parent_task=self.task, **arguments)

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE, conditions=[this.children_over])
    def complete(self) -> None:
        super().complete.original()

    def children_over(self) -> bool:
        return not self.task.subprocesses.exclude(status__in=[PROCESS.DONE, PROCESS.CANCELED]).exists()

    @Activation.status.transition(
        source=[STATUS.STARTED, STATUS.ERROR], target=STATUS.CANCELED, permission=has_manage_permission
    )
    def cancel(self) -> None:
        for child in self.task.subprocesses.exclude(status__in=[PROCESS.DONE, PROCESS.CANCELED]):
            child.flow_class.instance.cancel(child)
        self.task.finished = clock.now()
        self.task.save()
        disarm(self.task)
        settle_later(self.process)


class ObsoleteActivation(nodes.ObsoleteActivation):
    """A task whose node was removed or renamed: it can be cancelled, and then the process goes on."""

    @Activation.status.transition(
        source=[STATUS.NEW, STATUS.ASSIGNED, STATUS.SCHEDULED, STATUS.STARTED, STATUS.ERROR],
        target=STATUS.CANCELED,
        permission=has_manage_permission,
    )
    def cancel(self) -> None:
        self.task.finished = clock.now()
        super().cancel.original()
        disarm(self.task)
        drop_job(key=f"node:{self.task.pk}", at=self.task.finished)
        drop_job(key=f"timer:{self.task.pk}", at=self.task.finished)
        settle_later(self.process)
