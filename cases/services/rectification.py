"""The dates of a rectification order: issued, served, due. Its clock starts on service, not on issue (P1-18)."""

from datetime import date

from django.db import transaction

from cases.acting import Acting
from cases.models import Deadline, RectificationOrder
from cases.rules.errors import RuleError
from cases.services.audit import record_on_case
from cases.services.deadlines import cancel_deadline, start_deadline
from cases.services.lifecycle import lock_case
from cases.services.order_rectification import RULE


@transaction.atomic
def mark_order_issued(*, order: RectificationOrder, acting: Acting) -> RectificationOrder:
    """Note the day on which the order was issued; the audit event is that of the document."""
    order = _lock(order)
    order.issued_on = acting.today
    order.save(update_fields=["issued_on"])
    return order


@transaction.atomic
def start_rectification_clock(*, order: RectificationOrder, served_on: date, acting: Acting) -> Deadline:
    """Note the service and start the period of `order.days` calendar days; the territorial body watches it.

    RuleError: `not_issued`, `served_before_issued`, `served_already`.
    """
    order = _lock(order)
    if order.issued_on is None:
        raise RuleError("not_issued", "The order has not been issued.")
    if served_on < order.issued_on:
        raise RuleError("served_before_issued", "The day of service lies before the day of issue.")
    if order.served_on is not None:
        raise RuleError("served_already", "The order has been served already.")
    deadline = start_deadline(
        rule=RULE,
        subject=f"order:{order.pk}",
        case=order.case,
        start_on=served_on,
        accountable_body=order.case.territorial_body,
        acting=acting,
        amount=order.days,
    )
    order.served_on = served_on
    order.due_on = deadline.due_on
    order.save(update_fields=["served_on", "due_on"])
    data = {"order": order.pk, "served_on": served_on, "due_on": order.due_on}
    record_on_case(order.case, "rectification.clock_started", acting, data)
    return deadline


@transaction.atomic
def withdraw_issued_order(*, order: RectificationOrder, acting: Acting) -> RectificationOrder:
    """Its document was declared void: the order counts as not issued, and its clock stops for good."""
    order = _lock(order)
    cancel_deadline(subject=f"order:{order.pk}", case=order.case, reason="责令限期整改通知书已作废", acting=acting)
    order.issued_on = order.served_on = order.due_on = None
    order.save(update_fields=["issued_on", "served_on", "due_on"])
    return order


def _lock(order: RectificationOrder) -> RectificationOrder:
    case = lock_case(order.case_id)
    order = RectificationOrder.objects.select_for_update().get(pk=order.pk)
    order.case = case
    return order
