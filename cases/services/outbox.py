"""Mails, text messages and webhooks: written in the business transaction, sent by a durable job.

Sending and recording that it was sent cannot be one transaction with an outside server, so a worker that dies between
the two sends again; the key goes along (Message-ID, Idempotency-Key) for the receiver to recognise it.
"""

import hashlib
import json
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from cases.models.outbox import OutboxMessage
from cases.services.jobs import Payload, enqueue, job_handler
from cases.services.sms import sms_sender

SEND_JOB = "outbox.send"
WEBHOOK_TIMEOUT_SECONDS = 10

WebhookSender = Callable[[OutboxMessage], None]
_webhook_sender: WebhookSender | None = None


def set_webhook_sender(sender: WebhookSender | None) -> None:
    """Replace how webhooks leave the house; None: the POST to WEBHOOK_URL, or nothing where that is empty."""
    global _webhook_sender
    _webhook_sender = sender


def webhooks_are_on() -> bool:
    return _webhook_sender is not None or bool(settings.WEBHOOK_URL)


def send_mail_later(*, recipient: str, subject: str, body: str, key: str, at: datetime) -> OutboxMessage:
    """Queue a mail; a second call with the same key returns the first message."""
    one_line = " ".join(subject.split())  # a line break in a subject would be a header of its own
    return _queue(OutboxMessage.Channel.EMAIL, recipient=recipient, subject=one_line, body=body, key=key, at=at)


def send_sms_later(*, recipient: str, body: str, key: str, at: datetime) -> OutboxMessage:
    """Queue a text message to a mobile number; a second call with the same key returns the first message."""
    return _queue(OutboxMessage.Channel.SMS, recipient=recipient, subject="", body=body, key=key, at=at)


def send_webhook_later(*, event: str, payload: dict[str, Any], key: str, at: datetime) -> OutboxMessage | None:
    """Queue a webhook; None, and nothing written, where webhooks are off (the default)."""
    if not webhooks_are_on():
        return None
    body = json.dumps(payload, cls=DjangoJSONEncoder, ensure_ascii=False)
    return _queue(OutboxMessage.Channel.WEBHOOK, recipient=event, subject="", body=body, key=key, at=at)


@transaction.atomic
def _queue(channel: str, *, recipient: str, subject: str, body: str, key: str, at: datetime) -> OutboxMessage:
    written = OutboxMessage(
        channel=channel, recipient=recipient, subject=subject[:200], body=body, key=key, created_at=at
    )
    OutboxMessage.objects.bulk_create([written], ignore_conflicts=True)
    message = OutboxMessage.objects.get(key=key)
    enqueue(kind=SEND_JOB, payload={"message": message.pk}, key=f"outbox:{key}", at=at)
    return message


@job_handler(SEND_JOB, lease=timedelta(minutes=2), max_attempts=8)
def send(payload: Payload) -> Payload:
    message = OutboxMessage.objects.get(pk=payload["message"])
    if message.state == OutboxMessage.State.SENT:
        return {}
    if message.channel == OutboxMessage.Channel.EMAIL:
        _send_mail(message)
    elif message.channel == OutboxMessage.Channel.SMS:
        sms_sender().send(number=message.recipient, text=message.body, key=message.key)
    else:
        (_webhook_sender or post_webhook)(message)
    return {}


@send.on_done
def mark_sent(payload: Payload, result: Payload, at: datetime) -> None:
    queued = OutboxMessage.objects.filter(pk=payload["message"]).exclude(state=OutboxMessage.State.SENT)
    queued.update(state=OutboxMessage.State.SENT, sent_at=at)


@send.on_given_up
def mark_failed(payload: Payload, error: str, at: datetime) -> None:
    queued = OutboxMessage.objects.filter(pk=payload["message"], state=OutboxMessage.State.QUEUED)
    queued.update(state=OutboxMessage.State.FAILED)


@send.on_retry
def mark_queued(payload: Payload, at: datetime) -> None:
    failed = OutboxMessage.objects.filter(pk=payload["message"], state=OutboxMessage.State.FAILED)
    failed.update(state=OutboxMessage.State.QUEUED)


def _send_mail(message: OutboxMessage) -> None:
    _local, _at, domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")
    identity = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    headers = {"Message-ID": f"<{identity}@{domain.strip('>')}>"}
    EmailMessage(message.subject, message.body, to=[message.recipient], headers=headers).send()


def post_webhook(message: OutboxMessage) -> None:
    """POST the message to WEBHOOK_URL; urllib raises on any answer that is not a success."""
    url = settings.WEBHOOK_URL
    if not url.startswith(("https://", "http://")):
        raise ValueError("WEBHOOK_URL is not set to an http address")
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        url,
        data=message.body.encode(),
        headers={
            "Content-Type": "application/json",
            "Idempotency-Key": message.key,
            "X-Event": message.recipient,
        },
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=WEBHOOK_TIMEOUT_SECONDS):  # noqa: S310 - as above
        pass
