"""What the file knows about serving a party."""

from datetime import date

from django.db.models import QuerySet

from cases.models import Body, BodyUserPermission, Enterprise, User
from notices.models import AddressConfirmation, Document


def confirmed_address(enterprise: Enterprise, on: date) -> AddressConfirmation | None:
    """The latest confirmation that stood on the day `on`."""
    confirmations = AddressConfirmation.objects.filter(enterprise=enterprise, confirmed_on__lte=on)
    return confirmations.order_by("-confirmed_on", "-pk").first()


def failed_attempts(document: Document) -> int:
    """How many attempts at serving the document failed."""
    return document.services.filter(succeeded=False).count()


def servers_of(body: Body) -> QuerySet[User]:
    """Everybody who may serve documents at the body: whoever holds the permission there or above."""
    granted = BodyUserPermission.objects.filter(
        permission__codename="serve_document",
        content_object__position__lte=body.position,
        content_object__last__gte=body.position,
    )
    return User.objects.filter(is_active=True, pk__in=granted.values("user")).order_by("name", "pk")
