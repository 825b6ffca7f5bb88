"""How a document was served, step by step with the evidence, and what is to be done next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.acting import Acting, legal_date
from cases.forms.refusals import refusal_text
from cases.guards.conditions import failed
from cases.models import Body, OutboxMessage
from cases.rules.errors import StatedError
from cases.selectors.written import written
from notices.guards.documents import may_deliver
from notices.models import DeliveryLink, Document, ServiceRecord
from notices.packs import service_law
from notices.rules.next_service import Advice, next_services
from notices.selectors.service import goes_to_body, tried_so_far
from notices.services.deliver_link import consented_address


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline: an attempt or a link, or neither where only the title speaks."""

    day: date
    title: str
    tone: str
    attempt: ServiceRecord | None = None
    link: DeliveryLink | None = None
    state: str = ""


def service_story(document: Document, acting: Acting, body: Body | None = None) -> dict[str, Any]:
    """Everything the service of a document has to show: `entries`, `advice`, and how a `link` may be sent.

    `body` is the one of several addressees the advice is about; `addressees` says how far each of them is.
    """
    waiting = document.state == Document.State.ISSUED and document.served_on is None
    links = list(document.deliveries.select_related("message", "sent_by").order_by("pk"))
    advice = next_services(tried_so_far(document, acting.at, body), service_law()) if waiting else ()
    return {
        "entries": _entries(document, links, acting.at),
        "addressees": list(document.addressees.select_related("body")),
        "advice": [{"text": advice_text(each), "clause": each.clause} for each in advice],
        "link": _ways(document, len(links), acting) if waiting else None,
    }


def advice_text(advice: Advice) -> str:
    """What to do next, in words."""
    day = written(advice.day) if advice.day else ""
    return {
        "wait_for_notice": _("A public notice runs: it counts as served on %(day)s, unless it is served before."),
        "public_notice": _tried(advice.number),
        "lien": _("The recipient refused: leave it at the premises before a witness, or record it on video."),
        "confirmed_address": _(
            "The confirmed address proved wrong: it is served by leaving it there, or when the mail comes back."
        ),
        "wait_for_link": _("A link waits for the party until %(day)s; it may be served in another way all the same."),
        "electronic": _("The party consented to electronic service: send it a link."),
        "direct": _("Serve it in person; two servers sign the receipt."),
        "other_ways": ngettext(
            "Send it by mail, entrust or forward it, or try again in person; after %(number)s more failed attempt a "
            "public notice is possible.",
            "Send it by mail, entrust or forward it, or try again in person; after %(number)s more failed attempts a "
            "public notice is possible.",
            advice.number,
        ),
    }[advice.code] % {"day": day, "number": advice.number}


def _tried(failures: int) -> str:
    if not failures:
        return _("The whereabouts are unknown: a public notice is possible now, if the head of the body approves.")
    return ngettext(
        "%(number)s attempt has failed: a public notice is possible now, if the head of the body approves.",
        "%(number)s attempts have failed: a public notice is possible now, if the head of the body approves.",
        failures,
    )


def _entries(document: Document, links: Iterable[DeliveryLink], at: datetime) -> list[Entry]:
    """In the order of their days; on one day a link stands before the service that it made."""
    found = []
    if document.issued is not None:
        found.append(Entry(document.issued.issued_on, _("Issued"), ""))
    found += [_of_link(link, at) for link in links]
    services = document.services.select_related("first_server", "second_server", "body").prefetch_related("evidence")
    found += [_of_attempt(service) for service in services.order_by("pk")]
    return sorted(found, key=lambda entry: entry.day)


def _of_attempt(service: ServiceRecord) -> Entry:
    title = service.get_kind_display()
    if service.body is not None:
        title = f"{title} · {service.body.short_name}"
    if service.served_on is None:
        return Entry(service.attempted_on, title, "danger", attempt=service, state=_("Failed"))
    state = _("Served on %(day)s") % {"day": written(service.served_on)}
    return Entry(service.attempted_on, title, "ok", attempt=service, state=state)


def _of_link(link: DeliveryLink, at: datetime) -> Entry:
    state, tone = _link_state(link, at)
    by_sms = link.channel == DeliveryLink.Channel.SMS
    title = _("Link by text message") if by_sms else _("Link by e-mail")
    return Entry(legal_date(link.created_at), title, tone, link=link, state=state)


def _link_state(link: DeliveryLink, at: datetime) -> tuple[str, str]:
    """What became of it, the most telling first."""
    if link.received_at:
        return _("Receipt confirmed"), "ok"
    if link.opened_at:
        return _("Downloaded"), "ok"
    if link.message.state == OutboxMessage.State.FAILED:
        return _("Could not be sent"), "danger"
    if link.revoked_at:
        return _("Replaced by a later link"), ""
    if link.expires_at <= at:
        return _("Expired unopened"), "danger"
    if link.message.state == OutboxMessage.State.SENT:
        return _("Sent, not opened yet"), "now"
    return _("Being sent"), "now"


def _way_words(channel: str, address: str) -> str:
    by_sms = channel == DeliveryLink.Channel.SMS
    words = _("Send by text message to %(address)s") if by_sms else _("Send by e-mail to %(address)s")
    return words % {"address": address}


def _ways(document: Document, sent_before: int, acting: Acting) -> dict[str, Any] | None:
    """The channels the party consented to, and what forbids sending now; None for a letter to a body."""
    if goes_to_body(document):
        return None
    ways, refused = [], ""
    for channel in DeliveryLink.Channel:
        try:
            _confirmation, address = consented_address(document, channel, acting)
        except StatedError as error:
            refused = refusal_text(error)
        else:
            ways.append({"channel": channel.value, "label": _way_words(channel, address), "address": address})
    missing = failed(may_deliver(document, acting))
    return {
        "ways": ways,
        "refused": "" if ways else refused,
        "blocked": str(missing[0].reason) if missing else "",
        "sent_before": sent_before,
    }
