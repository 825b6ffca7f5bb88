"""Moves of a test through a flow, the same for stock nodes and ours."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from viewflow.workflow.models import Process, Task
from viewflow.workflow.timers import fire_due_timers

from cases.models.job import Job
from cases.services.jobs import run_due_jobs


def task_of(process: Process, node: Any) -> Task:
    """The newest task of a node."""
    return Task.objects.filter(process_id=process.pk, flow_task=node).order_by("-pk")[0]


def do(task: Task, user: Any) -> None:
    """Finish a human task by viewflow's own moves."""
    with task.activation() as activation:
        if activation.assign.can_proceed():
            activation.assign(user)
        activation.start(None)
        activation.execute()


def cancel(task: Task) -> None:
    with task.activation() as activation:
        activation.cancel()


def revive(task: Task) -> Task:
    with task.activation() as activation:
        return activation.revive()


def let_timer_fire(task: Task) -> None:
    """Bring a timer's moment forward to now, and let the dispatcher of its kind look."""
    past = timezone.now() - timedelta(seconds=1)
    Task.objects.filter(pk=task.pk).update(scheduled=past)
    if Job.objects.filter(key=f"timer:{task.pk}", state=Job.State.DUE).update(run_after=past):
        run_due_jobs(timezone.now)
    else:
        fire_due_timers()


def run_jobs(process: Process) -> dict[int, str]:
    """Run the process's jobs as if their backoff were over; job id → outcome."""
    keys = [f"node:{pk}" for pk in Task.objects.filter(process_id=process.pk).values_list("pk", flat=True)]
    Job.objects.filter(key__in=keys, state=Job.State.DUE).update(run_after=timezone.now() - timedelta(seconds=1))
    return run_due_jobs(timezone.now)


def status(row: Any) -> str:
    row.refresh_from_db()
    return row.status
