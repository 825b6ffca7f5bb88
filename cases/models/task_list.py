"""Supervision task lists (监管任务清单, 38号 附件2): generated per unit and period, filled in on site."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.listing import UnitKind


class BodyTask(models.Model):
    """A task a body adds to the annex for itself and the bodies below (“包括但不限于以上内容”)."""

    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    list_code = models.CharField(_("list"), max_length=10, choices=UnitKind)
    section = models.CharField(_("section"), max_length=4)
    text = models.CharField(_("task"), max_length=300)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("task added by a body")
        constraints = [
            models.UniqueConstraint(
                fields=["body", "list_code", "section", "text"],
                condition=Q(retired_at__isnull=True),
                name="body_task_once",
            )
        ]

    def __str__(self) -> str:
        return self.text


class TaskSheet(models.Model):
    """The task list of one unit for one period, with the head of the template; its lines are frozen when generated."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("of a task list", "To be filled in")
        FILLED = "filled", pgettext_lazy("of a task list", "Filled in")
        CANCELLED = "cancelled", pgettext_lazy("of a task list", "Cancelled")

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="task_sheets")
    list_code = models.CharField(max_length=10, choices=UnitKind)
    period = models.CharField(max_length=10)  # 2026, 2026-H2, 2026-Q4, 2026-11
    first_day = models.DateField()
    last_day = models.DateField()
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")  # 填表单位: the territorial body
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    pack = models.CharField(max_length=40)
    tier = models.CharField(max_length=1, blank=True)  # as it stood when the list was generated
    tier_level = models.CharField(max_length=10)
    department = models.CharField(max_length=60, blank=True)  # 责任部门
    contact = models.CharField(max_length=160, blank=True)  # 联系人及联系方式
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    checked_on = models.DateField(null=True)
    filled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    second_officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    filled_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(null=True)
    """Who saved `version`, and when: named to a colleague who saves over it."""
    created_at = models.DateTimeField()
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="task_sheets")
    """The case its results gave rise to."""

    class Meta:
        verbose_name = _("supervision task list")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "list_code", "period"],
                condition=~Q(state="cancelled"),
                name="task_sheet_once_a_period",
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="task_sheet_period"),
            models.CheckConstraint(
                condition=~Q(state="filled") | (Q(checked_on__isnull=False) & Q(filled_by__isnull=False)),
                name="filled_sheet_names_day_and_officer",
            ),
        ]
        indexes = [
            models.Index(fields=["body", "state", "last_day"], name="task_sheet_body"),
            models.Index(fields=["officer", "state"], name="task_sheet_officer"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.list_code} {self.period}"


class TaskLine(models.Model):
    """One task: whether it was done, and apart from that whether the unit complied; a bare √ would say neither."""

    class Origin(models.TextChoices):
        ANNEX = "annex", _("Annex")
        BODY = "body", _("Added by a body")
        UNIT = "unit", _("Key risk point of the unit")

    sheet = models.ForeignKey(TaskSheet, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=4)
    key_work = models.CharField(max_length=60)
    number = models.CharField(max_length=8)
    text = models.TextField()
    origin = models.CharField(max_length=5, choices=Origin, default=Origin.ANNEX)
    task_done = models.BooleanField(null=True)
    compliant = models.BooleanField(null=True)
    remark = models.TextField(blank=True)
    hazard = models.BooleanField(default=False)  # to be reported as a risk event when the list is submitted
    event = models.ForeignKey("cases.RiskEvent", null=True, on_delete=models.PROTECT, related_name="task_lines")

    class Meta:
        verbose_name = _("task")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "position"], name="task_line_once"),
            models.CheckConstraint(
                condition=Q(compliant__isnull=True) | Q(task_done=True), name="compliance_known_only_when_done"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}.{self.number}"
