"""The audit trail: append-only, hash-chained per stream, guarded by database triggers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One thing somebody did. ``hash`` covers the content and the hash before it in the same stream.

    ``stream`` is ``case:<pk>`` for everything about a case, else ``<kind>:<key>``.
    """

    stream = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("cases.Body", null=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="events")
    action = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit event")
        constraints = [models.UniqueConstraint(fields=["stream", "sequence"], name="audit_stream_sequence")]
        indexes = [models.Index(fields=["case", "-sequence"], name="audit_case")]

    def __str__(self) -> str:
        return f"{self.stream}#{self.sequence} {self.action}"
