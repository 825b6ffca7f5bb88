"""The engine's token rows, bound to our cases, and the read model of open human work."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import Process, Task


class CaseProcess(Process):
    """A process of a case. Facts live on the case; the engine only moves the token."""

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="process")

    class Meta:
        verbose_name = _("case process")

    def __str__(self) -> str:
        return f"process of {self.case_id}"


class WorkItem(models.Model):
    """One open human task: what inbox and queue read, scoped by permission and body.

    Kept in step with the engine's task in the same transaction; gone as soon as the task is no longer open.
    """

    task = models.OneToOneField(Task, primary_key=True, on_delete=models.CASCADE, related_name="work_item")
    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="work_items")
    step = models.CharField(max_length=40)
    permission = models.CharField(max_length=60)  # codename on cases.Body
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    # no index of its own: SQLite would take it for the rows without an owner, that is, for nearly all of them
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="work_items", db_index=False
    )
    created_at = models.DateTimeField()
    due_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("work item")
        indexes = [
            models.Index(
                fields=["permission", "body", "due_on", "task"], name="workitem_scope", condition=Q(owner__isnull=True)
            ),
            models.Index(fields=["due_on", "task"], name="workitem_due", condition=Q(owner__isnull=True)),
            models.Index(fields=["owner", "due_on", "task"], name="workitem_owner", condition=Q(owner__isnull=False)),
            models.Index(fields=["case"], name="workitem_case"),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.case_id}"


class StepDraft(models.Model):
    """What somebody has typed into a step's form but not yet submitted; nothing typed is lost."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft")
        constraints = [models.UniqueConstraint(fields=["task", "user"], name="draft_once")]

    def __str__(self) -> str:
        return f"draft of {self.task_id}"
