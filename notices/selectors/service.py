"""What the file knows about serving a party."""

from datetime import date, datetime

from django.db.models import QuerySet

from cases.acting import legal_date
from cases.models import Body, BodyUserPermission, Enterprise, User
from notices.models import AddressConfirmation, Addressee, Document, ServiceRecord
from notices.packs import kind_of
from notices.rules.next_service import Tried


def goes_to_body(document: Document) -> bool:
    """Whether it is a letter from one body to another, and not to the enterprise of the case."""
    return kind_of(document.kind).to != "enterprise"


def serving_permission(document: Document) -> str:
    """What whoever serves it must hold: letters between bodies have servers other than letters to enterprises."""
    return "serve_body_letter" if goes_to_body(document) else "serve_document"


def server_body(document: Document) -> Body:
    """Where a server must hold the permission: the place of the matter; for a letter to a body, its issuer."""
    return document.body if kind_of(document.kind).served_at == "issuer" else document.place


def waiting_addressees(document: Document) -> QuerySet[Addressee]:
    """Of a letter to several bodies those not served yet, in the order of the letter; none of any other letter."""
    return document.addressees.filter(served_on__isnull=True).select_related("body")


def usual_place(document: Document, on: date, body: Body | None = None) -> str:
    """Where it is served unless something else is said: the confirmed address, the registered one, or the body."""
    if body is not None:
        return body.name
    if goes_to_body(document) or document.enterprise is None:
        return document.addressee
    confirmed = confirmed_address(document.enterprise, on)
    return confirmed.address if confirmed else document.enterprise.address


def confirmed_address(enterprise: Enterprise, on: date) -> AddressConfirmation | None:
    """The latest confirmation that stood on the day `on`."""
    confirmations = AddressConfirmation.objects.filter(enterprise=enterprise, confirmed_on__lte=on)
    return confirmations.order_by("-confirmed_on", "-pk").first()


def failed_attempts(document: Document, body: Body | None = None) -> int:
    """How many attempts at serving the document failed; `body` is the addressee where there are several."""
    return document.services.filter(succeeded=False, body=body).count()


def running_notice(document: Document, body: Body | None = None) -> date | None:
    """The day on which a published notice takes effect, if one runs."""
    notices = document.services.filter(kind=ServiceRecord.Kind.PUBLIC_NOTICE, succeeded=True, body=body)
    return notices.values_list("served_on", flat=True).first() if document.served_on is None else None


def tried_so_far(document: Document, at: datetime, body: Body | None = None) -> Tried:
    """What the file knows of the attempts at serving a document; `body` is the addressee where there are several."""
    failed = list(document.services.filter(succeeded=False, body=body).order_by("pk"))
    enterprise = None if goes_to_body(document) else document.enterprise
    confirmed = None if enterprise is None else confirmed_address(enterprise, legal_date(at))
    return Tried(
        failures=len(failed),
        last_failure=failed[-1].particulars.get("failure_kind", "") if failed else "",
        consented=bool(confirmed and confirmed.electronic_addresses),
        address_confirmed=confirmed is not None,
        notice_until=running_notice(document, body),
        link_until=next((legal_date(each.expires_at) for each in document.deliveries.all() if each.is_open(at)), None),
    )


def servers_of(document: Document) -> QuerySet[User]:
    """Everybody who may serve the document: whoever holds the permission at the body it takes, or above."""
    body = server_body(document)
    granted = BodyUserPermission.objects.filter(
        permission__codename=serving_permission(document),
        content_object__position__lte=body.position,
        content_object__last__gte=body.position,
    )
    return User.objects.filter(is_active=True, pk__in=granted.values("user")).order_by("name", "pk")
