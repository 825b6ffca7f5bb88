"""One row per piece of slow or outside work: the outbox and the queue alike."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """Work that must happen once, though workers die and brokers forget.

    Written in the business transaction that wants it; claimed with a lease and a fence; finished only by the worker
    whose fence still stands in the row.
    """

    class State(models.TextChoices):
        DUE = "due", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        DEAD = "dead", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=200, unique=True, help_text="Idempotency key: one job per key, for ever.")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DUE)
    run_after = models.DateTimeField(help_text="Not before this moment; moved on by backoff.")
    lease_seconds = models.PositiveIntegerField()
    lease_until = models.DateTimeField(null=True, blank=True, help_text="From here on another worker may take over.")
    fence = models.UUIDField(null=True, blank=True, help_text="New at every claim; a stale one cannot complete.")
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField()
    last_error = models.CharField(max_length=500, blank=True, help_text="Class and message, never local variables.")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["run_after", "id"], name="job_due", condition=Q(state="due")),
            models.Index(fields=["lease_until", "id"], name="job_leased", condition=Q(state="running")),
            models.Index(fields=["finished_at", "id"], name="job_dead", condition=Q(state="dead")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["due", "running", "done", "dead", "cancelled"]), name="job_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False, fence__isnull=False),
                name="job_running_has_lease_and_fence",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["due", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "dead", "cancelled"], finished_at__isnull=False),
                name="job_finished_exactly_when_over",
            ),
            models.CheckConstraint(
                condition=Q(attempts__lte=F("max_attempts"), max_attempts__gte=1), name="job_attempts_within_limit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk} ({self.state})"

    def is_claimable(self, now: datetime) -> bool:
        """Due, or running under a lease that has run out."""
        if self.state == self.State.DUE:
            return self.run_after <= now
        return self.state == self.State.RUNNING and self.lease_until is not None and self.lease_until <= now
