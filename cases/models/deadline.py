"""Deadlines as first-class rows, the ledger of what happened to them, and the calendar they are counted by."""

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from cases.models.enterprise import Enterprise


MATTERS: Final = ("check", "warning", "assistance")
"""What has periods and a page of its own, but no case."""


class Deadline(models.Model):
    """One running clock: what must happen by when, by which clause, and who answers for it.

    ``next_check_on`` is the day the sweep must look again (a reminder rung, or the day after ``due_on``); it is null
    when nothing is to come, so the sweep costs what is due and not what is open.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        SUSPENDED = "suspended", _("Suspended")
        MET = "met", _("Met")
        CANCELLED = "cancelled", _("Cancelled")

    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="deadlines")
    enterprise = models.ForeignKey("cases.Enterprise", null=True, on_delete=models.PROTECT, related_name="deadlines")
    """The unit of a clock that runs outside any case; where there is a case, it names the unit."""
    rule = models.CharField(max_length=40)  # code in packs/deadlines.yaml
    subject = models.CharField(max_length=60)  # what it is about: "step:propose", "order:17", "document:4"
    basis = models.CharField(max_length=200)
    source_tag = models.CharField(max_length=20)
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=12)
    start_on = models.DateField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False)
    accountable_body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    accountable_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    suspended_on = models.DateField(null=True)
    met_on = models.DateField(null=True)
    overdue_since = models.DateField(null=True)  # set once by the sweep
    escalation_level = models.PositiveSmallIntegerField(default=0)  # the highest escalate rung that has fired
    next_check_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("deadline")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "subject", "rule"],
                condition=Q(state__in=["running", "suspended"]),
                name="one_open_deadline_per_subject",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_check_on", "id"], name="deadline_sweep", condition=Q(next_check_on__isnull=False)
            ),
            models.Index(
                fields=["accountable_body", "due_on"],
                name="deadline_open",
                condition=Q(state__in=["running", "suspended"]),
            ),
            models.Index(fields=["accountable_body", "met_on"], name="deadline_met", condition=Q(state="met")),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.due_on}"

    @property
    def about(self) -> "Enterprise | None":
        """The unit it is about; None for what a body owes of itself."""
        return self.case.enterprise if self.case else self.enterprise

    @property
    def event_key(self) -> int | None:
        """Key of the risk event it is about (subjects ``event:7``, ``event:7:objection``)."""
        kind, _sep, rest = self.subject.partition(":")
        key = rest.partition(":")[0]
        return int(key) if kind == "event" and key.isdecimal() else None

    @property
    def matter(self) -> tuple[str, int] | None:
        """Kind and key of the matter without a case it is about (subjects ``check:3:decide``, ``assistance:5``)."""
        kind, _sep, rest = self.subject.partition(":")
        key = rest.partition(":")[0]
        return (kind, int(key)) if kind in MATTERS and key.isdecimal() else None

    @property
    def matter_page(self) -> str:
        """Name of the address of that matter's page."""
        return f"{self.matter[0]}_detail" if self.matter else ""


class DeadlineEntry(models.Model):
    """One line of a deadline's ledger. Append-only, and enough to count the due day again from the start."""

    class Event(models.TextChoices):
        STARTED = "started", _("Started")
        SUSPENDED = "suspended", _("Suspended")
        RESUMED = "resumed", _("Resumed")
        EXTENDED = "extended", _("Extended")
        RECOMPUTED = "recomputed", _("Recomputed")
        REASSIGNED = "reassigned", _("Reassigned")
        MET = "met", _("Met")
        CANCELLED = "cancelled", _("Cancelled")

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="entries")
    event = models.CharField(max_length=12, choices=Event)
    on = models.DateField()
    amount = models.PositiveSmallIntegerField(null=True)  # units extended by, or days a suspension took
    due_before = models.DateField(null=True)
    due_after = models.DateField(null=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("deadline entry")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["on"], name="deadline_entry_on"),
            models.Index(fields=["on"], name="deadline_entry_late", condition=Q(due_before__lt=F("on"))),
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.event}"


class DeadlineReminder(models.Model):
    """A rung of the reminder ladder that has fired; unique, so it fires exactly once, late rather than never."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="reminders")
    rung = models.CharField(max_length=20)  # "before:5", "overdue", "escalate:1", "urged:1" (by a person)
    due_on = models.DateField()  # the due date it reminded of: an extension opens the rungs anew
    fired_at = models.DateTimeField()

    class Meta:
        verbose_name = _("deadline reminder")
        constraints = [models.UniqueConstraint(fields=["deadline", "rung", "due_on"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.rung}"


class CalendarYear(models.Model):
    """Days off and make-up workdays of a year, imported from its State Council notice; overrides the packaged data."""

    year = models.PositiveSmallIntegerField(unique=True)
    days_off = models.JSONField(default=list)  # ISO dates
    makeup_days = models.JSONField(default=list)
    notice = models.CharField(max_length=120)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        verbose_name = _("calendar year")

    def __str__(self) -> str:
        return str(self.year)


class Notification(models.Model):
    """Something a person should know: a reminder, a return, an incident. Shown under the bell."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=120)  # the same news reaches a person once
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notification")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notification_user"),
            models.Index(fields=["user"], name="notification_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"
