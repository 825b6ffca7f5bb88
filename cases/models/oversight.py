"""Tiers confirmed, units taken over by the body above, and listed oversight (挂牌督办); 38号 二（一）, P5."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TierConfirmation(models.Model):
    """The tier body's platform administrator has looked at the tier and accepted it (P5 step 2)."""

    record = models.OneToOneField("cases.TierRecord", on_delete=models.PROTECT, related_name="confirmation")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("tier confirmation")

    def __str__(self) -> str:
        return f"{self.record_id}"


class EscalationProposal(models.Model):
    """What the tier body asks of the body above: to take the unit over, or to list the matter (请示; P5 step 3)."""

    class Wanted(models.TextChoices):
        UPPER_TIER = "upper_tier", _("Supervision by the upper tier")
        LISTED_OVERSIGHT = "listed_oversight", _("Listed oversight")

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="escalation_proposal")
    wanted = models.CharField(max_length=16, choices=Wanted)
    from_body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    """The body that asks, and that is watched if the matter is listed."""
    to_body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    grounds = models.JSONField(default=list)
    source_case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    """The case whose escalation (P1 node 22) asked for it, where there is one."""

    class Meta:
        verbose_name = _("escalation proposal")

    def __str__(self) -> str:
        return f"{self.case_id} {self.wanted}"


class UpperSupervision(models.Model):
    """A unit supervised by the body above its tier body, from when to when. One row is open."""

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="upper_supervisions")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="upper_supervisions")
    from_body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    taken_on = models.DateField()
    counted_from = models.DateField()
    """Day from which the months without a hazard are counted: the taking over, or the latest hazard since."""
    review_on = models.DateField()
    """Day from which it may go back, if no major hazard was found since (12 months [A])."""
    ended_on = models.DateField(null=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("supervision by the upper tier")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(ended_on__isnull=True), name="one_open_upper_supervision"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("taken_on")), name="upper_supervision_interval"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.taken_on}"


class ListedOversight(models.Model):
    """A matter put on the watch board (挂牌督办): facts, demands, the person who answers, and until when."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("of listed oversight", "Running")
        LIFT_ASKED = "lift_asked", pgettext_lazy("of listed oversight", "Lifting asked for")
        LIFTED = "lifted", pgettext_lazy("of listed oversight", "Lifted")
        REFERRED = "referred", pgettext_lazy("of listed oversight", "Referred")
        ENDED = "ended", pgettext_lazy("of listed oversight", "Ended with the enterprise")

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="listed_oversight")
    listed_by = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    watched_body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    facts = models.TextField()
    demands = models.TextField()
    answerable = models.CharField(max_length=100)
    days = models.PositiveSmallIntegerField()
    opened_on = models.DateField(null=True)  # day of service
    due_on = models.DateField(null=True)
    extended_days = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    lift_request = models.TextField(blank=True)
    lift_asked_on = models.DateField(null=True)
    lifted_on = models.DateField(null=True)
    lift_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("listed oversight")
        indexes = [models.Index(fields=["state", "due_on"], name="listed_oversight_due")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"


class OversightProgress(models.Model):
    """A report on the progress of a listed matter, every 15 days [A]. Append-only."""

    oversight = models.ForeignKey(ListedOversight, on_delete=models.PROTECT, related_name="progress")
    reported_on = models.DateField()
    content = models.TextField()
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    class Meta:
        verbose_name = _("progress report")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.oversight_id} {self.reported_on}"
