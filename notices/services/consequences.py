"""What the life of a document means to the row it speaks of: told when it is issued, served or declared void."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from cases.acting import Acting
from cases.models import Assistance, BodyInstrument, ListedOversight, RectificationOrder, RiskWarning
from cases.services.assistance import start_follow_up_clock, withdraw_advice
from cases.services.body_checks import mark_instrument_issued, start_reply_clock, withdraw_instrument_letter
from cases.services.body_oversight import end_listed_oversight, withdraw_lift_notice
from cases.services.listed_oversight import lift_oversight, start_oversight, withdraw_notice
from cases.services.rectification import mark_order_issued, start_rectification_clock, withdraw_issued_order
from cases.services.warnings import (
    mark_warning_issued,
    mark_warning_lifted,
    start_feedback_clock,
    withdraw_lifting,
    withdraw_warning,
)
from notices.models import Document, Kind


def _order(document: Document) -> RectificationOrder:
    return RectificationOrder.objects.get(pk=document.subject_id)


def _oversight(document: Document) -> ListedOversight:
    return ListedOversight.objects.get(pk=document.subject_id)


def _instrument(document: Document) -> BodyInstrument:
    return BodyInstrument.objects.get(pk=document.subject_id)


def _warning(document: Document) -> RiskWarning:
    return RiskWarning.objects.get(pk=document.subject_id)


def _assistance(document: Document) -> Assistance:
    return Assistance.objects.get(pk=document.subject_id)


def _instrument_issued(document: Document, acting: Acting) -> None:
    mark_instrument_issued(instrument=_instrument(document), acting=acting)


def _instrument_served(document: Document, on: date, acting: Acting) -> None:
    start_reply_clock(instrument=_instrument(document), served_on=on, acting=acting)


def _instrument_voided(document: Document, acting: Acting) -> None:
    withdraw_instrument_letter(instrument=_instrument(document), acting=acting)


_INSTRUMENTS: Final = (
    Kind.CHECK_REMINDER,
    Kind.BODY_RECTIFICATION,
    Kind.BODY_INTERVIEW,
    Kind.CIRCULAR,
    Kind.BODY_LISTED_NOTICE,
)

_ISSUED: Final[Mapping[str, Callable[[Document, Acting], object]]] = {
    Kind.RECTIFICATION_ORDER: lambda document, acting: mark_order_issued(order=_order(document), acting=acting),
    Kind.ALERT_BULLETIN: lambda document, acting: mark_warning_issued(warning=_warning(document), acting=acting),
    Kind.ALERT_LIFT_NOTICE: lambda document, acting: mark_warning_lifted(warning=_warning(document), acting=acting),
    **dict.fromkeys(_INSTRUMENTS, _instrument_issued),
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
    Kind.ALERT_BULLETIN: lambda document, on, acting: start_feedback_clock(
        warning=_warning(document), served_on=on, acting=acting
    ),
    Kind.ASSISTANCE_ADVICE: lambda document, on, acting: start_follow_up_clock(
        assistance=_assistance(document), served_on=on, acting=acting
    ),
    Kind.BODY_LIFT_NOTICE: lambda document, on, acting: end_listed_oversight(
        instrument=_instrument(document), served_on=on, acting=acting
    ),
    **dict.fromkeys(_INSTRUMENTS, _instrument_served),
}
_VOIDED: Final[Mapping[str, Callable[[Document, Acting], object]]] = {
    Kind.RECTIFICATION_ORDER: lambda document, acting: withdraw_issued_order(order=_order(document), acting=acting),
    Kind.LISTED_OVERSIGHT_NOTICE: lambda document, acting: withdraw_notice(
        oversight=_oversight(document), acting=acting
    ),
    Kind.ALERT_BULLETIN: lambda document, acting: withdraw_warning(warning=_warning(document), acting=acting),
    Kind.ALERT_LIFT_NOTICE: lambda document, acting: withdraw_lifting(warning=_warning(document), acting=acting),
    Kind.ASSISTANCE_ADVICE: lambda document, acting: withdraw_advice(assistance=_assistance(document), acting=acting),
    Kind.BODY_LIFT_NOTICE: lambda document, acting: withdraw_lift_notice(
        instrument=_instrument(document), acting=acting
    ),
    **dict.fromkeys(_INSTRUMENTS, _instrument_voided),
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
