"""Write the order to rectify (责令限期整改; P1 node 18). Its document is issued and served on the floor above."""

from dataclasses import dataclass

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p1 import may_draft_order
from cases.models import RectificationItem, RectificationOrder
from cases.packs.loader import load_deadline_rules
from cases.packs.settings import default_of
from cases.rules.errors import RuleError
from cases.selectors.settings import setting_for
from cases.services.audit import record_on_case
from cases.services.lifecycle import lock_case
from cases.services.opinions import record_opinion

RULE = "rectification"
LONGEST = "rectification.max_days"


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing to put right and what it must look like then."""

    problem: str
    demand: str


@dataclass(frozen=True, slots=True)
class DraftOrder:
    """The demands and the period in calendar days, which starts on service."""

    demands: tuple[Demand, ...]
    days: int
    legal_basis: str


@transaction.atomic
def draft_order(*, case_id: int, facts: DraftOrder, acting: Acting) -> RectificationOrder:
    """Write or rewrite the order that has not been issued yet."""
    case = lock_case(case_id)
    require(may_draft_order(case, acting))
    demands = [d for d in facts.demands if d.problem.strip() or d.demand.strip()]
    if not demands:
        raise RuleError("demands_missing", "Name at least one thing to put right.", field="demands")
    if any(not d.problem.strip() or not d.demand.strip() for d in demands):
        raise RuleError(
            "demand_incomplete", "Say of each problem both what was found and what is demanded.", field="demands"
        )
    longest = setting_for(case.body, LONGEST, default_of(LONGEST))
    if not 1 <= facts.days <= longest:
        raise RuleError(
            "days_out_of_range",
            "The period is between 1 and %(longest)d days.",
            load_deadline_rules()[RULE].basis,
            field="days",
            longest=longest,
        )
    if not facts.legal_basis.strip():
        raise RuleError("basis_missing", "Name the legal basis of the order.", field="legal_basis")
    order = case.orders.filter(issued_on__isnull=True).order_by("-attempt").first()
    if order is None:
        order = RectificationOrder(case=case, attempt=case.orders.count() + 1)
    order.days, order.legal_basis = facts.days, facts.legal_basis.strip()
    order.save()
    order.items.all().delete()
    RectificationItem.objects.bulk_create(
        RectificationItem(order=order, number=n, problem=d.problem.strip(), demand=d.demand.strip())
        for n, d in enumerate(demands, 1)
    )
    record_opinion(case=case, step="draft_order", outcome="drafted", acting=acting)
    record_on_case(case, "draft_order", acting, {"attempt": order.attempt, "days": order.days, "items": len(demands)})
    return order
