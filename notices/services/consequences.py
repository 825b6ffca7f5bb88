"""What the life of a document means to the row it speaks of: told when it is issued, served or declared void."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from cases.acting import Acting
from cases.models import ListedOversight, RectificationOrder
from cases.services.listed_oversight import lift_oversight, start_oversight, withdraw_notice
from cases.services.rectification import mark_order_issued, start_rectification_clock, withdraw_issued_order
from notices.models import Document, Kind


def _order(document: Document) -> RectificationOrder:
    return RectificationOrder.objects.get(pk=document.subject_id)


def _oversight(document: Document) -> ListedOversight:
    return ListedOversight.objects.get(pk=document.subject_id)


_ISSUED: Final[Mapping[str, Callable[[Document, Acting], object]]] = {
    Kind.RECTIFICATION_ORDER: lambda document, acting: mark_order_issued(order=_order(document), acting=acting),
}
_SERVED: Final[Mapping[str, Callable[[Document, date, Acting], object]]] = {
    Kind.RECTIFICATION_ORDER: lambda document, on, acting: start_rectification_clock(
        order=_order(document), served_on=on, acting=acting
    ),
    Kind.LISTED_OVERSIGHT_NOTICE: lambda document, on, acting: start_oversight(
        oversight=_oversight(document), served_on=on, acting=acting
    ),
    Kind.OVERSIGHT_LIFT_NOTICE: lambda document, on, acting: lift_oversight(
        oversight=_oversight(document), served_on=on, acting=acting
    ),
}
_VOIDED: Final[Mapping[str, Callable[[Document, Acting], object]]] = {
    Kind.RECTIFICATION_ORDER: lambda document, acting: withdraw_issued_order(order=_order(document), acting=acting),
    Kind.LISTED_OVERSIGHT_NOTICE: lambda document, acting: withdraw_notice(
        oversight=_oversight(document), acting=acting
    ),
}


def when_issued(document: Document, acting: Acting) -> None:
    """An order knows its own day of issue; its clock waits for service."""
    if told := _ISSUED.get(document.kind):
        told(document, acting)


def when_served(document: Document, served_on: date, acting: Acting) -> None:
    """Whatever the law lets run from service starts."""
    if told := _SERVED.get(document.kind):
        told(document, served_on, acting)


def when_voided(document: Document, acting: Acting) -> None:
    """What an issued document had brought about ends with it."""
    if told := _VOIDED.get(document.kind):
        told(document, acting)
