"""What the phone brings from the spot: photos on their way, and signatures given there."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PhotoUpload(models.Model):
    """A photo that arrives piece by piece; the phone names it, so that whatever it sends twice is kept once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=14)
    item = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(null=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    accuracy = models.PositiveIntegerField(null=True)
    """Of the place, in metres, as the device reckons it."""
    received = models.PositiveIntegerField(default=0)
    """Bytes that are safely here; the next piece begins there."""
    touched_at = models.DateTimeField()
    attachment = models.ForeignKey("cases.Attachment", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("photo on its way")
        constraints = [models.CheckConstraint(condition=Q(received__lte=F("size")), name="upload_within_its_size")]

    def __str__(self) -> str:
        return f"{self.id} {self.received}/{self.size}"


class OnsiteSignature(models.Model):
    """Who signed the record of an on-site check on the spot, and what it said then. Append-only."""

    class Role(models.TextChoices):
        LEAD = "lead", _("Lead inspector")
        SECOND = "second", _("Second inspector")
        PARTY = "party", _("Representative of the enterprise")

    class Way(models.TextChoices):
        DRAWN = "drawn", _("Drawn on the screen")
        TYPED = "typed", _("Confirmed by typing the name")
        REFUSED = "refused", _("Refused to sign")

    inspection = models.ForeignKey("cases.Inspection", on_delete=models.PROTECT, related_name="signatures")
    role = models.CharField(max_length=6, choices=Role)
    way = models.CharField(max_length=7, choices=Way)
    name = models.CharField(max_length=100, blank=True)
    post = models.CharField(max_length=100, blank=True)
    opinion = models.TextField(blank=True)
    """What the enterprise has to say of the record; empty: no objection."""
    reason = models.TextField(blank=True)
    """Why the enterprise does not sign."""
    strokes = models.JSONField(default=list)
    content_sha256 = models.CharField(max_length=64)
    """Of the form as it was signed."""
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("signature on the spot")
        constraints = [models.UniqueConstraint(fields=["inspection", "role"], name="onsite_signature_once")]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.role}: {self.way}"
