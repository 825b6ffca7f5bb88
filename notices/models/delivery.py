"""Electronic service by link: the message carries an address, and behind it the party fetches its document."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notices.models.document import Document
from notices.models.service import AddressConfirmation, ServiceRecord


class DeliveryLink(models.Model):
    """One link to one document, sent to an address the party confirmed. Only the hash of its secret is kept.

    ``opened_at`` is when the document was first fetched, ``received_at`` when somebody confirmed its receipt; whichever
    comes first makes the service. Only these and the end of the link are ever written afterwards.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("Text message")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=5, choices=Channel)
    address = models.CharField(max_length=254)
    confirmation = models.ForeignKey(AddressConfirmation, on_delete=models.PROTECT, related_name="deliveries")
    secret_hash = models.CharField(max_length=64, unique=True)
    message = models.OneToOneField("cases.OutboxMessage", on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.CharField(max_length=100, blank=True)
    service = models.OneToOneField(ServiceRecord, null=True, on_delete=models.PROTECT, related_name="delivery")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("link for electronic service")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(service__isnull=True) | Q(opened_at__isnull=False) | Q(received_at__isnull=False),
                name="delivered_when_fetched_or_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by="")
                | Q(received_at__isnull=False) & ~Q(received_by=""),
                name="receipt_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.channel} until {self.expires_at:%F}"

    def is_open(self, at: datetime) -> bool:
        """Whether it still leads to the document at `at`."""
        return self.revoked_at is None and at < self.expires_at
