"""Responsibility locks (监管责任建档锁定): a named officer for every likely-major-risk unit; 38号 二（一）, P6."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ResponsibilityLock(models.Model):
    """One officer's answerability for one unit. It lasts until a successor's lock is recorded; one is open per unit."""

    class End(models.TextChoices):
        HANDED_OVER = "handed_over", pgettext_lazy("of a lock", "Handed over")
        RELEASED = "released", pgettext_lazy("of a lock", "No longer likely to bring a major risk")
        CEASED = "ceased", pgettext_lazy("of a lock", "The unit ceased to exist")

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="locks")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="locks")
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    """The body of the level that selected the unit."""
    study = models.TextField()  # 研判记录: why a major risk is likely
    locked_on = models.DateField()
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)
    end = models.CharField(max_length=11, choices=End, blank=True)
    end_reason = models.TextField(blank=True)
    since = models.DateField()
    """The day since which the unit has been locked without a break, whoever its officer was."""
    previous = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="successor")
    clock = models.ForeignKey("cases.Deadline", null=True, on_delete=models.PROTECT, related_name="+")
    """The running clock of the next on-site check: the unit's, so that it goes on when the officer changes."""
    last_check_on = models.DateField(null=True)
    """A copy that lists sort by; the checks themselves are ``OnsiteCheck`` rows."""

    class Meta:
        verbose_name = _("responsibility lock")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(ended_on__isnull=True), name="one_open_lock_per_unit"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end="") | (Q(ended_on__gte=F("locked_on")) & ~Q(end="")),
                name="lock_interval",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=False) | Q(clock__isnull=False), name="open_lock_has_a_clock"
            ),
        ]
        indexes = [
            models.Index(fields=["officer"], name="lock_officer", condition=Q(ended_on__isnull=True)),
            models.Index(fields=["body"], name="lock_body", condition=Q(ended_on__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.officer_id}"


class LockChange(models.Model):
    """A lock that no longer stands as recorded; it is brought up to date within five working days (38号 二（一）)."""

    class Cause(models.TextChoices):
        REPORTED = "reported", pgettext_lazy("of a change", "Reported")
        POST_ENDED = "post_ended", pgettext_lazy("of a change", "The officer's post no longer reaches the unit")
        TIER_BODY = "tier_body", pgettext_lazy("of a change", "Another body now answers for the unit")

    class Outcome(models.TextChoices):
        HANDED_OVER = "handed_over", pgettext_lazy("of a change", "The successor is recorded")
        WITHDRAWN = "withdrawn", pgettext_lazy("of a change", "Withdrawn: the officer stays")
        LOCK_ENDED = "lock_ended", pgettext_lazy("of a change", "The lock ended")

    lock = models.ForeignKey(ResponsibilityLock, on_delete=models.PROTECT, related_name="changes")
    cause = models.CharField(max_length=10, choices=Cause, default=Cause.REPORTED)
    changed_on = models.DateField()
    reason = models.TextField(blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    """Null where the system found it: a post that ended on its day, a unit that moved to another tier."""
    clock = models.ForeignKey("cases.Deadline", on_delete=models.PROTECT, related_name="+")
    settled_on = models.DateField(null=True)
    outcome = models.CharField(max_length=11, choices=Outcome, blank=True)

    class Meta:
        verbose_name = _("change of the responsible officer")
        constraints = [
            models.UniqueConstraint(fields=["lock"], condition=Q(settled_on__isnull=True), name="one_open_lock_change"),
            models.CheckConstraint(
                condition=Q(settled_on__isnull=True, outcome="") | (Q(settled_on__isnull=False) & ~Q(outcome="")),
                name="lock_change_settled_somehow",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lock_id} {self.changed_on}"

    @property
    def late(self) -> bool:
        """Whether the successor was recorded after the fifth working day; what was late stays late."""
        return self.settled_on is not None and self.settled_on > self.clock.due_on


class OnsiteCheck(models.Model):
    """An on-site check of a unit, whatever it was made for; the half-year clock of a lock counts them all."""

    class Occasion(models.TextChoices):
        CASE = "case", _("Inspection of a case")
        TASK_LIST = "task_list", _("Supervision task list")
        LOCK = "lock", _("Half-year check")

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="onsite_checks")
    occasion = models.CharField(max_length=9, choices=Occasion)
    checked_on = models.DateField()
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    second_officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approval = models.CharField(max_length=200, blank=True)
    """Who approved the visit, and when, where no case says so (国办发〔2024〕54号)."""
    findings = models.TextField(blank=True)
    subject = models.CharField(max_length=40)  # "case:3/1" (case and round), "task_list:5", "lock:7/2026-11-26"
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("on-site check")
        constraints = [models.UniqueConstraint(fields=["subject"], name="onsite_check_once")]
        indexes = [models.Index(fields=["enterprise", "-checked_on"], name="onsite_check_latest")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.checked_on}"
