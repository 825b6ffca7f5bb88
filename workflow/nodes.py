"""The nodes our flows are made of: viewflow's, with their defects mended. System checks forbid the stock ones.

A flow subclasses viewflow's `Flow` directly, sets `lock_impl = LOCK`, `process_title`, and `obsolete = Obsolete()`.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Self

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import lock, nodes
from viewflow.workflow.base import Node
from viewflow.workflow.context import Context
from viewflow.workflow.models import Process, Task
from viewflow.workflow.nodes.mixins import NextNodeMixin, NodePermissionMixin
from viewflow.workflow.signals import flow_finished
from viewflow.workflow.status import STATUS

from cases.services.jobs import Payload, enqueue, job_handler
from workflow import activations, clock
from workflow.activations import NODE_JOB, TIMER_JOB, WAKE_JOB

#: One wait on the process row, as long as the database's lock timeout; waiting again would only keep the user longer.
LOCK = lock.SelectForUpdateLock(nowait=False, attempts=1)


class Host(Node):
    """A node that timers can be attached to."""

    def OnTimeout(  # noqa: N802 - viewflow's fluent style
        self, delay: Any, then: Any, interrupting: bool = True, title: Any = None
    ) -> Self:
        """Take the path `then` once `delay` has passed; interrupting cancels this task, else it stays open."""
        boundary = TimerBoundary(None, delay=delay, interrupting=interrupting).Next(then)
        if title is not None:
            boundary.Annotation(title=title)
        self._boundary_specs.append(("timeout", boundary))
        return self


class StartHandle(nodes.StartHandle):
    """Start from code: `Flow.start.run(**facts)` calls `func(activation, **facts)`, which returns the process."""


class Start(NodePermissionMixin, nodes.StartHandle):
    """Start by a person, who becomes the owner of the start: `Flow.start.run(by=user, **facts)`."""

    task_type = "HUMAN_START"

    def run(self, *, by: Any, **facts: Any) -> Process:
        begin = this.resolve(self.flow_class.instance, self._func)

        def begin_by_person(activation: Any, **given: Any) -> Process:
            activation.task.owner = by
            return begin(activation, **given) if begin else activation.process

        return self._create_wrapper_function(begin_by_person)(**facts)


class View(Host, nodes.View):
    """A step done by a person. Pages are ours and name the task, so the node needs no view of its own.

    Every one takes `.Annotation(title=gettext_lazy(...))` and `.Permission("cases.x", obj=lambda process: body)`;
    `obj` answers the body, or anything that has one.
    """

    activation_class = activations.ViewActivation

    def __init__(self, view: Any = None, undo_func: Any = None) -> None:
        super().__init__(view, undo_func=undo_func)


class Function(nodes.Function):
    """One quick service call inside the transaction of the step before; slow or outside work is a `Job`."""

    activation_class = activations.FunctionActivation


class If(nodes.If):
    activation_class = activations.IfActivation


class Switch(nodes.Switch):
    activation_class = activations.SwitchActivation


class Split(nodes.Split):
    activation_class = activations.SplitActivation


class Join(nodes.Join):
    activation_class = activations.JoinActivation


class End(nodes.End):
    activation_class = activations.EndActivation


class Timer(nodes.Timer):
    """Wait until a moment; a deadline with legal meaning is a row of its own, not a timer."""

    activation_class = activations.TimerActivation


class TimerBoundary(nodes.TimerBoundary):
    """The timer `View.OnTimeout` attaches."""

    activation_class = activations.TimerBoundaryActivation


class Job(Host, NextNodeMixin, Node):
    """Slow or outside work: `work(activation)` runs in a worker, outside any transaction, and returns a dict.

    `.OnDone(store)` names `store(activation, result)`, run once in the transaction that completes the task.
    """

    activation_class = activations.JobActivation
    task_type = "JOB"
    bpmn_element = "serviceTask"
    shape = nodes.AbstractJob.shape

    def __init__(
        self, work: Any, *, attempts: int = 5, lease: timedelta = timedelta(minutes=10), **options: Any
    ) -> None:
        super().__init__(**options)
        self.work = work
        self.store: Any = None
        self.attempts = attempts
        self.lease = lease

    def OnDone(self, store: Any) -> Self:  # noqa: N802 - viewflow's fluent style
        self.store = store
        return self

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)
        self.work = this.resolve(instance, self.work)
        self.store = this.resolve(instance, self.store)


class Subprocess(Host, NextNodeMixin, Node):
    """Start `Child.start` once, or once an item of `items(activation)` with `item=`; go on when all are over."""

    activation_class = activations.SubprocessActivation
    task_type = "SUBPROCESS"
    bpmn_element = "callActivity"
    shape = {
        "width": 150,
        "height": 100,
        "text-align": "middle",
        "svg": '<rect class="task" width="150" height="100" rx="5" ry="5" stroke-width="5"/>',
    }

    def __init__(self, start: Any, items: Callable[[Any], Any] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.start_node = start
        self.items = items

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)
        self.start_node = this.resolve(instance, self.start_node)
        self.items = this.resolve(instance, self.items)

    def arguments(self, activation: Any) -> Iterator[dict[str, Any]]:
        """The keyword arguments of each child to start."""
        if self.items is None:
            yield {}
        else:
            yield from ({"item": item} for item in self.items(activation))

    def _ready(self) -> None:
        super()._ready()
        name = f"{self.flow_class.__module__}.{self.flow_class.__name__}.{self.name}"
        flow_finished.connect(
            self._child_finished, sender=self.start_node.flow_class, weak=False, dispatch_uid=f"subprocess:{name}"
        )

    def _child_finished(self, process: Process, **_signal: Any) -> None:
        if process.parent_task is not None and process.parent_task.flow_task == self:
            wake_parent(process)


def wake_parent(child: Process) -> None:
    """Let the waiting parent look again, by a job: locks go from parent to child only, and a kill forgets nothing."""
    at = clock.now()
    key = f"wake:{child.parent_task_id}:{child.pk}:{at.isoformat()}"  # a child may end, be reopened and end again
    enqueue(kind=WAKE_JOB, payload={"task": child.parent_task_id}, key=key, at=at)


class Obsolete(nodes.Obsolete):
    """Stands in for removed nodes of tasks still in the database; declare as `obsolete` on every flow.

    Stock leaves such a task without an address, and one of them turns every list it is in into an error page.
    """

    activation_class = activations.ObsoleteActivation
    task_title = _("A step that no longer exists")

    def reverse(self, viewname: str, args: Any = None, kwargs: Any = None, current_app: str | None = None) -> str:
        return ""


def _waiting(payload: Payload) -> Task | None:
    """The task of a job, if it still waits for it."""
    task = Task._default_manager.filter(pk=payload["task"]).first()
    return task if task is not None and task.status == STATUS.SCHEDULED else None


@job_handler(NODE_JOB, lease=timedelta(minutes=10), max_attempts=5)
def work_on_node(payload: Payload) -> Payload:
    task = _waiting(payload)
    if task is None:
        return {}
    if not isinstance(task.flow_task, Job):
        raise LookupError(f"task {task.pk} names a node that no longer exists")
    return task.flow_task.work(task.flow_task.activation_class(task)) or {}


@work_on_node.on_done
def complete_node(payload: Payload, result: Payload, at: datetime) -> None:
    task = _waiting(payload)
    if task is None:
        return
    with clock.at_moment(at), task.activation() as activation:
        if not activation.start.can_proceed():
            return
        activation.start()
        if activation.flow_task.store is not None:
            activation.flow_task.store(activation, result)
        activation.execute()


@work_on_node.on_given_up
def fail_node(payload: Payload, error: str, at: datetime) -> None:
    task = _waiting(payload)
    if task is None or not isinstance(task.flow_task, Job):
        return
    with clock.at_moment(at), task.activation() as activation:
        if activation.give_up.can_proceed():
            activation.give_up(error)


@work_on_node.on_retry
def retry_node(payload: Payload, at: datetime) -> None:
    task = Task._default_manager.get(pk=payload["task"])
    with clock.at_moment(at), task.activation() as activation:
        activation.retry()


@job_handler(TIMER_JOB, lease=timedelta(minutes=2), max_attempts=5)
def wait_for_timer(payload: Payload) -> Payload:
    """Nothing to do outside the transaction: the timer's work is to let the process go on."""
    return {}


@wait_for_timer.on_done
def fire_timer(payload: Payload, result: Payload, at: datetime) -> None:
    task = _waiting(payload)
    if task is None or not isinstance(task.flow_task, nodes.Timer):
        return
    with clock.at_moment(at), task.activation() as activation:
        if activation.start.can_proceed():
            activation.start()
            activation.execute()


@job_handler(WAKE_JOB, lease=timedelta(minutes=2), max_attempts=5)
def wait_for_children(payload: Payload) -> Payload:
    """Nothing to do outside the transaction, as for a timer."""
    return {}


@wait_for_children.on_done
def go_on_after_children(payload: Payload, result: Payload, at: datetime) -> None:
    task = Task._default_manager.filter(pk=payload["task"]).first()
    if task is None or not isinstance(task.flow_task, Subprocess):
        return
    with clock.at_moment(at), task.activation() as activation:
        if activation.complete.can_proceed():
            activation.complete()
            with Context(propagate_exception=False):
                activation.activate_next()


__all__ = [
    "LOCK",
    "End",
    "Function",
    "If",
    "Job",
    "Join",
    "Obsolete",
    "Split",
    "Start",
    "StartHandle",
    "Subprocess",
    "Switch",
    "Timer",
    "TimerBoundary",
    "View",
    "wake_parent",
]
