"""The enterprise's report, and an extension of its period (P1 node 19)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p1 import may_ask_extension, may_decide_extension, may_report
from cases.models import Case, Deadline, EnterpriseLink, ExtensionRequest, RectificationOrder, RectificationReport
from cases.packs.loader import load_deadline_rules
from cases.packs.settings import default_of
from cases.rules.errors import RuleError
from cases.selectors.cases import open_order
from cases.selectors.settings import setting_for
from cases.services.audit import record_on_case
from cases.services.deadlines import extend_deadline
from cases.services.lifecycle import advance, lock_case
from cases.services.opinions import choose, need_reason, record_opinion
from cases.services.order_rectification import RULE


@dataclass(frozen=True, slots=True)
class ReportRectification:
    """What the enterprise did; ``submitted_name`` is who reports for it."""

    content: str
    submitted_name: str


@dataclass(frozen=True, slots=True)
class AskExtension:
    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class DecideExtension:
    """``outcome``: grant or refuse, with the reason."""

    outcome: str
    reason: str


def served_order(case: Case) -> RectificationOrder:
    order = open_order(case)
    if order is None or order.served_on is None:
        raise RuleError("order_not_served", "The rectification order has not been served yet.")
    return order


@transaction.atomic
def report_rectification(*, case_id: int, facts: ReportRectification, acting: Acting) -> RectificationReport:
    """Entered by an officer for the enterprise."""
    case = lock_case(case_id)
    require(may_report(case, acting))
    return _save_report(case, facts, acting, RectificationReport.Via.OFFICER)


def _save_report(case: Case, facts: ReportRectification, acting: Acting, via: str) -> RectificationReport:
    if not facts.content.strip():
        raise RuleError("content_missing", "Say what has been put right.", field="content")
    if not facts.submitted_name.strip():
        raise RuleError("name_missing", "Say who reports for the enterprise.", field="submitted_name")
    order = served_order(case)
    report = RectificationReport.objects.create(
        order=order,
        via=via,
        content=facts.content.strip(),
        submitted_by=acting.user,
        submitted_name=facts.submitted_name.strip(),
        submitted_at=acting.at,
    )
    _finish(case, order, acting, via)
    return report


def _finish(case: Case, order: RectificationOrder, acting: Acting, via: str) -> None:
    order.links.filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=acting.at)
    advance(case, "report")
    record_opinion(case=case, step="report_rectification", outcome=via, acting=acting)
    record_on_case(case, "report_rectification", acting, {"attempt": order.attempt, "via": via})


@transaction.atomic
def expire_rectification(*, case_id: int, acting: Acting) -> RectificationReport:
    """The period ran out without a report: the return visit follows all the same (P1, boundary of node 19)."""
    case = lock_case(case_id)
    order = served_order(case)
    if case.status != "rectifying" or order.due_on is None or acting.today <= order.due_on:
        raise RuleError("not_expired", "The period has not run out.")
    report = RectificationReport.objects.create(
        order=order, via=RectificationReport.Via.EXPIRED, submitted_at=acting.at
    )
    _finish(case, order, acting, RectificationReport.Via.EXPIRED)
    return report


@transaction.atomic
def ask_extension(*, case_id: int, facts: AskExtension, acting: Acting) -> ExtensionRequest:
    """Once, and early enough before the period ends (domain 8.1)."""
    case = lock_case(case_id)
    require(may_ask_extension(case, acting))
    return _save_extension(case, facts, acting)


def _save_extension(case: Case, facts: AskExtension, acting: Acting) -> ExtensionRequest:
    order = served_order(case)
    rule = load_deadline_rules()[RULE]
    if hasattr(order, "extension"):
        raise RuleError("one_extension", "An extension may be asked for once only.", rule.basis)
    require_in_time(order, acting)
    if not 1 <= facts.days <= rule.max_extension:
        raise RuleError(
            "extension_too_long",
            "At most %(longest)d days can be added.",
            rule.basis,
            field="days",
            longest=rule.max_extension,
        )
    request = ExtensionRequest.objects.create(
        order=order, asked_on=acting.today, days=facts.days, reason=need_reason(facts.reason)
    )
    record_on_case(case, "ask_extension", acting, {"days": facts.days, "reason": request.reason})
    return request


def require_in_time(order: RectificationOrder, acting: Acting) -> None:
    """RuleError `extension_too_late` once an extension of the order can no longer be asked for."""
    rule = load_deadline_rules()[RULE]
    assert order.due_on is not None
    last_day = order.due_on - timedelta(days=rule.ask_before)
    if acting.today > last_day:
        raise RuleError(
            "extension_too_late",
            "An extension must be asked for by %(last_day)s.",
            rule.basis,
            field="days",
            last_day=f"{last_day:%Y-%m-%d}",
        )


@transaction.atomic
def decide_extension(*, case_id: int, facts: DecideExtension, acting: Acting) -> ExtensionRequest:
    case = lock_case(case_id)
    require(may_decide_extension(case, acting))
    order = served_order(case)
    request = order.extension
    outcome = choose(facts.outcome, ("grant", "refuse"))
    request.granted = outcome == "grant"
    request.decision_reason = need_reason(facts.reason)
    request.decided_by, request.decided_at = acting.person, acting.at
    request.save()
    if request.granted:
        deadline = Deadline.objects.get(case=case, subject=f"order:{order.pk}", state=Deadline.State.RUNNING)
        extended = extend_deadline(
            deadline=deadline,
            amount=request.days,
            reason=request.decision_reason,
            asked_on=request.asked_on,
            acting=acting,
        )
        order.due_on = extended.due_on
        order.save(update_fields=["due_on"])
    record_opinion(case=case, step="decide_extension", outcome=outcome, reason=request.decision_reason, acting=acting)
    data = {"outcome": outcome, "days": request.days, "reason": request.decision_reason}
    record_on_case(case, "decide_extension", acting, data)
    return request


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_link(*, case_id: int, acting: Acting) -> tuple[EnterpriseLink, str]:
    """A one-time link for the enterprise; the secret is returned once and only its hash kept. Earlier links end."""
    case = lock_case(case_id)
    require(may_report(case, acting))
    order = served_order(case)
    order.links.filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=acting.at)
    secret = secrets.token_urlsafe(24)
    days = setting_for(case.body, "link.valid_days", default_of("link.valid_days"))
    link = EnterpriseLink.objects.create(
        order=order,
        secret_hash=_hash(secret),
        created_at=acting.at,
        created_by=acting.person,
        expires_at=acting.at + timedelta(days=days),
    )
    record_on_case(case, "make_link", acting, {"order": order.attempt, "expires_at": link.expires_at})
    return link, secret


def find_link(secret: str) -> EnterpriseLink | None:
    """The link of a secret, whatever its state; None where there is none."""
    return (
        EnterpriseLink.objects.select_related("order__case__enterprise", "order__case__body")
        .filter(secret_hash=_hash(secret))
        .first()
    )


def usable_link(secret: str, acting: Acting) -> EnterpriseLink:
    """The open link of this secret; ``RuleError`` says whether it is unknown, used, withdrawn or expired."""
    link = find_link(secret)
    if link is None:
        raise RuleError("link_unknown", "This link is not valid. Ask the officer in charge for a new one.")
    if link.used_at:
        raise RuleError("link_used", "The report has been handed in with this link already.")
    if link.revoked_at:
        raise RuleError("link_revoked", "This link has been withdrawn. Ask the officer in charge for a new one.")
    if link.expires_at <= acting.at:
        raise RuleError("link_expired", "This link has expired. Ask the officer in charge for a new one.")
    return link


@transaction.atomic
def report_by_link(*, secret: str, facts: ReportRectification, acting: Acting) -> RectificationReport:
    """Handed in by the enterprise itself; the link is used up in the same transaction."""
    order = usable_link(secret, acting).order
    case = lock_case(order.case_id)
    link = EnterpriseLink.objects.select_for_update(of=("self",)).get(secret_hash=_hash(secret))
    usable_link(secret, acting)
    if case.status != "rectifying" or open_order(case) != order:
        raise RuleError("order_closed", "This order no longer waits for a report.")
    link.used_at = acting.at
    link.save(update_fields=["used_at"])
    return _save_report(case, facts, acting, RectificationReport.Via.LINK)


@transaction.atomic
def ask_extension_by_link(*, secret: str, facts: AskExtension, acting: Acting) -> ExtensionRequest:
    order = usable_link(secret, acting).order
    case = lock_case(order.case_id)
    if case.status != "rectifying" or open_order(case) != order:
        raise RuleError("order_closed", "This order no longer waits for a report.")
    return _save_extension(case, facts, acting)
