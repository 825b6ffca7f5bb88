"""Electronic service by link: send it where the party consented, and what the party does behind it (art. 82(三)).

The message carries an address and no word of the document. What counts is the day on which the party fetches the
document or confirms its receipt, for only then has the document itself reached it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from cases.acting import Acting, legal_date
from cases.guards.conditions import require
from cases.models import OutboxMessage
from cases.packs.settings import default_of
from cases.rules.errors import RuleError, msgid
from cases.selectors.settings import setting_for
from cases.services.outbox import send_mail_later, send_sms_later
from notices.guards.documents import may_deliver
from notices.models import AddressConfirmation, DeliveryLink, Document
from notices.packs import service_law
from notices.rules.layout import document_date
from notices.selectors.service import confirmed_address, goes_to_body
from notices.services.draft_document import lock_document, record_on_document
from notices.services.record_service import ServiceFacts, record_receipt

VALID_DAYS: Final = "delivery.link_days"


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a message goes and what it carries; `until` is the last day of the link."""

    channel: str
    address: str
    secret: str
    until: date


@transaction.atomic
def send_delivery(*, document: Document, channel: str, sent_before: int, acting: Acting) -> DeliveryLink:
    """Send a link to the address confirmed for `channel`; earlier links of the document end.

    `sent_before` is how many links the sender knew of: pressing twice sends one. Raises Blocked, and the RuleErrors
    `no_consent` and `sent_meanwhile`.
    """
    document = lock_document(document)
    require(may_deliver(document, acting))
    confirmation, address = consented_address(document, channel, acting)
    if document.deliveries.count() != sent_before:
        raise RuleError("sent_meanwhile", "A link to this document has been sent meanwhile.")
    document.deliveries.filter(revoked_at__isnull=True).update(revoked_at=acting.at)
    secret = secrets.token_urlsafe(32)
    days = setting_for(document.body, VALID_DAYS, default_of(VALID_DAYS))
    expires_at = acting.at + timedelta(days=days)
    link = DeliveryLink.objects.create(
        document=document,
        channel=channel,
        address=address,
        confirmation=confirmation,
        secret_hash=hash_of(secret),
        message=_send(document, _Way(channel, address, secret, legal_date(expires_at)), acting),
        sent_by=acting.person,
        created_at=acting.at,
        expires_at=expires_at,
    )
    data = {"document": document.pk, "delivery": link.pk, "channel": channel}
    record_on_document(document, "document.link_sent", acting, data)
    return link


def consented_address(document: Document, channel: str, acting: Acting) -> tuple[AddressConfirmation, str]:
    """The confirmation in force and its address for the channel; RuleError `no_consent` where there is none."""
    confirmed = None
    if document.enterprise is not None and not goes_to_body(document):  # bodies write from office to office
        confirmed = confirmed_address(document.enterprise, acting.today)
    address = _address_of(confirmed, channel) if confirmed else ""
    if confirmed is None or not address:
        message = msgid("The party has not signed for electronic service at such an address.")
        raise RuleError("no_consent", message, service_law().clause("electronic"), field="channel")
    return confirmed, address


def _address_of(confirmed: AddressConfirmation, channel: str) -> str:
    return {DeliveryLink.Channel.EMAIL: confirmed.email, DeliveryLink.Channel.SMS: confirmed.mobile}.get(
        DeliveryLink.Channel(channel), ""
    )


def _send(document: Document, way: _Way, acting: Acting) -> OutboxMessage:
    """Queue the message, in Chinese whoever sends it; it names the issuer and the link alone."""
    words = {
        "body": document.body.name,
        "address": settings.PUBLIC_URL.rstrip("/") + reverse("delivery", args=[way.secret]),
        "until": document_date(way.until),
    }
    key = f"delivery:{hash_of(way.secret)}"
    with override("zh-hans"):
        body = _(
            "%(body)s has a document to serve on you. By your consent to electronic service, receive it here: "
            "%(address)s (until %(until)s). Do not pass the link on."
        )
        subject = _("A document of %(body)s for you") % words
    if way.channel == DeliveryLink.Channel.SMS:
        return send_sms_later(recipient=way.address, body=body % words, key=key, at=acting.at)
    return send_mail_later(recipient=way.address, subject=subject, body=body % words, key=key, at=acting.at)


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def usable_delivery(secret: str, acting: Acting) -> DeliveryLink:
    """The open link of this secret; RuleError `link_unknown`, `link_revoked`, `link_expired`, `document_void`."""
    links = DeliveryLink.objects.select_related("document__issue", "document__file", "document__body")
    link = links.filter(secret_hash=hash_of(secret)).first()
    if link is None:
        raise RuleError("link_unknown", "This link is not valid. Ask the officer in charge for a new one.")
    if link.revoked_at:
        raise RuleError("link_revoked", "This link has been withdrawn. Ask the officer in charge for a new one.")
    if link.expires_at <= acting.at:
        raise RuleError("link_expired", "This link has expired. Ask the officer in charge for a new one.")
    if link.document.state != Document.State.ISSUED:
        raise RuleError("document_void", "This document has been declared void. There is nothing to receive.")
    return link


@transaction.atomic
def fetch_by_link(*, secret: str, acting: Acting) -> DeliveryLink:
    """The party fetches the document: it has now reached it. Asked again, nothing more happens."""
    link = _locked(secret, acting)
    if link.opened_at is None:
        link.opened_at = acting.at
        _serve(link, acting)
        link.save(update_fields=["opened_at", "service"])
    return link


@transaction.atomic
def confirm_by_link(*, secret: str, name: str, acting: Acting) -> DeliveryLink:
    """Somebody confirms by name that it was received; RuleError `name_missing`. The first confirmation stands."""
    link = _locked(secret, acting)
    if not name.strip():
        raise RuleError("name_missing", "Say who received it.", service_law().clause("electronic"), field="name")
    if link.received_at is None:
        link.received_at, link.received_by = acting.at, name.strip()
        _serve(link, acting)
        link.save(update_fields=["received_at", "received_by", "service"])
        data = {"document": link.document_id, "delivery": link.pk}
        record_on_document(link.document, "document.receipt_confirmed", acting, data)
    return link


def _locked(secret: str, acting: Acting) -> DeliveryLink:
    """The document first, then its link: what is decided is decided on what stands."""
    document = lock_document(usable_delivery(secret, acting).document)
    link = DeliveryLink.objects.select_for_update(of=("self",)).get(secret_hash=hash_of(secret))
    usable_delivery(secret, acting)
    link.document = document
    return link


def _serve(link: DeliveryLink, acting: Acting) -> None:
    """Record the service, unless the document was served in another way before."""
    if link.document.served_on is not None:
        return
    facts = ServiceFacts(
        kind="electronic",
        attempted_on=legal_date(link.created_at),
        received_on=acting.today,
        recipient=link.received_by,
        place=link.address,
        reference=link.address,
    )
    link.service = record_receipt(document=link.document, facts=facts, server=link.sent_by, acting=acting)
