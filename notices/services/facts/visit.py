"""What the return visit record says (Trial Measures 2012, art. 17)."""

from typing import Any, Final, cast

from cases.acting import legal_date
from cases.models import (
    EnforcementCertificate,
    RectificationItem,
    RectificationOrder,
    RectificationReport,
    ReturnVisit,
    User,
)
from cases.rules.errors import RuleError
from notices.models import Document
from notices.pdf import facts as pdf
from notices.services.facts.stamp import Stamp, seal_of
from notices.services.subjects import Subject

_PUT_RIGHT: Final = "经核查，已按要求整改。"  # a demand that was met needs no finding of its own


def visit_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> pdf.ReturnVisitFacts:
    """回访记录. RuleError: `order_not_served`, `items_not_checked`."""
    visit = subject.row
    assert isinstance(visit, ReturnVisit)
    order, enterprise = visit.order, subject.case.enterprise
    if order.served_on is None or order.due_on is None:
        raise RuleError("order_not_served", "The order has not been served.")
    seal, image = seal_of(subject.body)
    return pdf.ReturnVisitFacts(
        case=subject.case.number,
        organ=subject.body.name,
        enterprise=enterprise.name,
        uscc=enterprise.uscc,
        address=enterprise.address,
        legal_representative=enterprise.legal_representative,
        order_number=_order_number(order),
        order_served_on=order.served_on,
        rectification_due=order.due_on,
        visited_on=visit.visited_on,
        place=enterprise.address,
        items=_items(order),
        conclusion=cast(pdf.Verdict, visit.result),
        inspectors=tuple(_signature(person, visit) for person in (visit.inspector, visit.second_inspector)),
        date=stamp.on,
        report_received_on=_reported_on(order),
        round=order.attempt,
        opinion=visit.note,
        attendants=fields.get("attendants", ""),
        statement=fields.get("statement", ""),
        statement_by=fields.get("statement_by", ""),
        number=stamp.number,
        seal=seal,
        seal_image=image,
        verify_url=stamp.verify_url,
        preview=stamp.preview,
    )


def _order_number(order: RectificationOrder) -> str:
    document = (
        Document.objects.filter(kind="rectification_order", subject=f"order:{order.pk}", state=Document.State.ISSUED)
        .select_related("issue")
        .first()
    )
    return document.number if document else ""


def _items(order: RectificationOrder) -> tuple[pdf.ReturnVisitItem, ...]:
    items = list(order.items.order_by("number"))
    if any(item.verdict == RectificationItem.Verdict.OPEN for item in items):
        raise RuleError("items_not_checked", "Not every demand of the order has been checked yet.")
    return tuple(
        pdf.ReturnVisitItem(
            requirement=item.demand,
            finding=item.finding or _PUT_RIGHT,
            verdict=cast(pdf.Verdict, item.verdict),
        )
        for item in items
    )


def _signature(person: User, visit: ReturnVisit) -> pdf.Signature:
    certificate = EnforcementCertificate.objects.valid(visit.visited_on).filter(user=person).first()
    return pdf.Signature(
        name=str(person), certificate=certificate.number if certificate else "", signed_on=legal_date(visit.recorded_at)
    )


def _reported_on(order: RectificationOrder) -> Any:
    report = RectificationReport.objects.filter(order=order).exclude(via=RectificationReport.Via.EXPIRED).first()
    return legal_date(report.submitted_at) if report else None
