"""The return visit (回访) and what follows from it (P1 node 20; Trial Measures 2012, art. 17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p1 import may_visit
from cases.guards.parts import certified, unconflicted
from cases.models import Case, OnsiteCheck, RectificationItem, ReturnVisit, User
from cases.packs.settings import default_of
from cases.rules.errors import RuleError
from cases.selectors.scope import may
from cases.selectors.settings import setting_for
from cases.services.audit import record_on_case
from cases.services.lifecycle import advance, lock_case
from cases.services.onsite_checks import record_onsite_check
from cases.services.opinions import record_opinion
from cases.services.report_rectification import served_order


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one item: pass or fail, a failing one with the finding in words."""

    value: str
    finding: str = ""


@dataclass(frozen=True, slots=True)
class VisitFacts:
    visited_on: date | None
    second_inspector_id: int | None
    verdicts: Mapping[int, Verdict]  # by the item's number
    note: str = ""


def result_of(verdicts: list[str]) -> str:
    """All put right: pass; none: fail; else partly."""
    passed = sum(value == "pass" for value in verdicts)
    if passed == len(verdicts):
        return ReturnVisit.Result.PASS
    return ReturnVisit.Result.PARTLY if passed else ReturnVisit.Result.FAIL


@transaction.atomic
def record_return_visit(*, case_id: int, facts: VisitFacts, acting: Acting) -> ReturnVisit:
    """Pass closes, partly orders once more, fail (or partly again, or no report) escalates."""
    case = lock_case(case_id)
    require(may_visit(case, acting))
    order = served_order(case)
    items = list(order.items.order_by("number"))
    second = _check(case, facts, items, acting)
    if facts.visited_on is None or order.served_on is None or facts.visited_on < order.served_on:
        raise RuleError("date_before_service", "The visit cannot lie before the order was served.", field="visited_on")
    for item in items:
        verdict = facts.verdicts[item.number]
        item.verdict, item.finding = verdict.value, verdict.finding.strip()
        item.save(update_fields=["verdict", "finding"])
    result = result_of([item.verdict for item in items])
    visit = ReturnVisit.objects.create(
        order=order,
        visited_on=facts.visited_on,
        result=result,
        note=facts.note.strip(),
        inspector=acting.person,
        second_inspector=second,
        recorded_at=acting.at,
    )
    limit = setting_for(case.body, "rectification.max_orders", default_of("rectification.max_orders"))
    event = {
        ReturnVisit.Result.PASS: "visit_passed",
        ReturnVisit.Result.PARTLY: "order_again" if order.attempt < limit else "escalate_needed",
        ReturnVisit.Result.FAIL: "escalate_needed",
    }[ReturnVisit.Result(result)]
    advance(case, event)
    record_opinion(case=case, step="return_visit", outcome=result, reason=visit.note, acting=acting)
    record_on_case(case, "return_visit", acting, {"attempt": order.attempt, "result": result, "next": event})
    mended = sum(item.verdict == "pass" for item in items)
    record_onsite_check(
        enterprise=case.enterprise,
        occasion=OnsiteCheck.Occasion.CASE,
        checked_on=visit.visited_on,
        officer=acting.person,
        second_officer=second,
        findings=f"回访：{len(items)}项整改要求，{mended}项已整改到位",  # legal text: it stands in the file
        subject=f"visit:{visit.pk}",
        acting=acting,
    )
    return visit


def _check(case: Case, facts: VisitFacts, items: list[RectificationItem], acting: Acting) -> User:
    if facts.visited_on is None:
        raise RuleError("date_missing", "Enter the day of the visit.", field="visited_on")
    if facts.visited_on > acting.today:
        raise RuleError("date_future", "The day of the visit lies in the future.", field="visited_on")
    second = User.objects.filter(pk=facts.second_inspector_id, is_active=True).first()
    if second is None or second == acting.person or not may(second, "return_visit", case.territorial_body):
        raise RuleError(
            "two_inspectors",
            "A return visit is not made alone: name a second inspector.",
            "行政处罚法 第四十二条",
            field="second_inspector_id",
        )
    for condition in (certified(second, acting), unconflicted(second, case, acting)):
        if not condition.ok:
            raise RuleError(condition.code, str(condition.reason), condition.clause, field="second_inspector_id")
    for item in items:
        verdict = facts.verdicts.get(item.number)
        if verdict is None or verdict.value not in ("pass", "fail"):
            raise RuleError(
                "unanswered", "Not answered: item %(listed)s.", field=f"verdict_{item.number}", listed=str(item.number)
            )
        if verdict.value == "fail" and not verdict.finding.strip():
            raise RuleError(
                "evidence_missing",
                "Describe the problem found: item %(listed)s.",
                field=f"finding_{item.number}",
                listed=str(item.number),
            )
    return second
