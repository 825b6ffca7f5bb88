"""Technical assistance to a unit in which a risk was found (质量技术帮扶; 38号 三, P10): from request to closing."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Assistance(models.Model):
    """One request of a unit and what was done for it. The visit is no inspection: nothing found there is evidence."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        DECLINED = "declined", pgettext_lazy("of technical assistance", "Declined")
        ACCEPTED = "accepted", _("Visit to come")
        VISITED = "visited", _("Advice being prepared")
        ADVISED = "advised", _("To be followed up")
        FOLLOWED = "followed", _("Followed up")
        CLOSED = "closed", pgettext_lazy("of technical assistance", "Closed")

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="assistances")
    event = models.ForeignKey("cases.RiskEvent", on_delete=models.PROTECT, related_name="assistances")
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    asked_by = models.CharField(max_length=60)  # who asked for the unit
    wish = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)
    visited_on = models.DateField(null=True)
    team = models.CharField(max_length=300, blank=True)  # experts and officers of the visit
    account = models.TextField(blank=True)
    served_on = models.DateField(null=True)
    followed_on = models.DateField(null=True)
    follow_up = models.TextField(blank=True)
    satisfaction = models.PositiveSmallIntegerField(null=True)  # 1 to 5, as the unit says
    satisfaction_words = models.TextField(blank=True)

    class Meta:
        verbose_name = _("technical assistance")
        default_permissions = ()
        indexes = [models.Index(fields=["body", "state"], name="assistance_body")]
        constraints = [
            models.UniqueConstraint(
                fields=["event"], condition=~Q(state__in=["declined", "closed"]), name="one_open_assistance_per_event"
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(1, 5)), name="satisfaction_one_to_five"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.asked_on}"


class AssistanceMeasure(models.Model):
    """One measure that was advised: the problem, and what would put it right."""

    assistance = models.ForeignKey(Assistance, on_delete=models.PROTECT, related_name="measures")
    number = models.PositiveSmallIntegerField()
    problem = models.TextField()
    measure = models.TextField()

    class Meta:
        verbose_name = _("advised measure")
        default_permissions = ()
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["assistance", "number"], name="assistance_measure_once")]

    def __str__(self) -> str:
        return f"{self.assistance_id}.{self.number}"
