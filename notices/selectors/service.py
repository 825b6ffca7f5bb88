"""What the file knows about serving a party."""

from datetime import date

from cases.models import Enterprise
from notices.models import AddressConfirmation, Document


def confirmed_address(enterprise: Enterprise, on: date) -> AddressConfirmation | None:
    """The latest confirmation that stood on the day `on`."""
    confirmations = AddressConfirmation.objects.filter(enterprise=enterprise, confirmed_on__lte=on)
    return confirmations.order_by("-confirmed_on", "-pk").first()


def failed_attempts(document: Document) -> int:
    """How many attempts at serving the document failed."""
    return document.services.filter(succeeded=False).count()
