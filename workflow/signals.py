"""What the engine does when viewflow says that something happened."""

from typing import Any

from django.dispatch import receiver
from viewflow.workflow.models import Task
from viewflow.workflow.signals import task_failed


@receiver(task_failed, dispatch_uid="workflow.forget_locals")
def forget_locals(sender: type, task: Task, **kwargs: Any) -> None:
    """Viewflow stores every variable of the failing function with the task: names, numbers, whole forms. Drop them."""
    failure = (task.data or {}).get("_exception")
    if failure and failure.pop("locals", None) is not None:
        task.save(update_fields=["data"])
