"""Risk warnings to the local government (警情通报; P8): a signal, its level, what is asked, what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RiskWarning(models.Model):
    """One warning about a product in a region. ``grounds`` say why the level is what it is; nothing of it is public."""

    class Signal(models.TextChoices):
        SAMPLING = "sampling", _("Rate of failed samplings of the product in the region")
        COLOUR = "colour", _("Colour of the region worsened")
        EXTERNAL = "external", _("Warning from outside")
        EVENTS = "events", _("Risk events that mount up")

    class Level(models.TextChoices):
        SERIOUS = "S", pgettext_lazy("level of a warning", "Serious (red)")
        HIGH = "H", pgettext_lazy("level of a warning", "High (orange)")
        MEDIUM = "M", pgettext_lazy("level of a warning", "Medium (yellow)")
        LOW = "L", pgettext_lazy("level of a warning", "Low (blue)")

    class State(models.TextChoices):
        DRAFTED = "drafted", pgettext_lazy("of a warning", "Being studied")
        ISSUED = "issued", pgettext_lazy("of a warning", "Issued")
        SERVED = "served", _("Waiting for feedback")
        ANSWERED = "answered", _("Feedback received")
        LIFTING = "lifting", _("Lifting decided")
        LIFTED = "lifted", pgettext_lazy("of a warning", "Lifted")
        DROPPED = "dropped", pgettext_lazy("of a warning", "Dropped")

    region = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    """The body in whose area the risk lies."""
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    """The city's body, which approves and issues it."""
    product = models.CharField(max_length=100)
    signal = models.CharField(max_length=8, choices=Signal)
    probability = models.PositiveSmallIntegerField()  # row of the matrix, 1 the most probable
    severity = models.PositiveSmallIntegerField()  # column of the matrix, 1 to 4
    level = models.CharField(max_length=1, choices=Level)
    grounds = models.JSONField(default=list)
    facts = models.TextField()
    measures = models.TextField()  # one a line
    government = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFTED)
    served_on = models.DateField(null=True)
    feedback = models.TextField(blank=True)
    feedback_on = models.DateField(null=True)
    lift_reason = models.TextField(blank=True)
    lifted_on = models.DateField(null=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("risk warning")
        default_permissions = ()
        indexes = [models.Index(fields=["region", "state"], name="risk_warning_region")]
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__range=(1, 4)) & Q(probability__range=(1, 8)), name="warning_within_the_matrix"
            )
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.product}"
