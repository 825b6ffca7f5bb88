"""What is to be said to the outside: mails, text messages and webhooks, written with the business, sent by a job."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    """One message to one recipient; its job sends it once the transaction that wrote it has committed."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("Text message")
        WEBHOOK = "webhook", _("Webhook")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    channel = models.CharField(max_length=7, choices=Channel.choices)
    recipient = models.CharField(max_length=254, help_text="E-mail address, mobile number, or a webhook's event.")
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(help_text="Plain text of a message, JSON of a webhook.")
    key = models.CharField(max_length=190, unique=True, help_text="Idempotency key, sent along with the message.")
    state = models.CharField(max_length=6, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("outgoing message")
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=["email", "sms", "webhook"]), name="outbox_channel_known"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | Q(state__in=["queued", "failed"], sent_at__isnull=True),
                name="outbox_sent_exactly_when_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} #{self.pk} ({self.state})"
