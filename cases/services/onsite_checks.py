"""Record on-site checks, whatever they were made for: each counts for a locked unit's half-year (38号 二（一）)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.locks import may_check
from cases.guards.parts import certified, unconflicted_with
from cases.models.enterprise import Enterprise
from cases.models.lock import OnsiteCheck, ResponsibilityLock
from cases.models.people import User
from cases.rules.errors import RuleError
from cases.selectors.locks import CARRIES, open_locks
from cases.selectors.scope import may
from cases.services.audit import record
from cases.services.enterprise_checks import locked_enterprise, stream_of
from cases.services.lock_records import count_check, locked_lock, refuse_failed, require_words

TWO_OFFICERS: Final = "行政处罚法 第四十二条"
APPROVAL: Final = "国办发〔2024〕54号"


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """A half-year check as entered: `approval` names who approved the visit and when."""

    checked_on: date
    second_officer: User | None
    approval: str
    findings: str


@transaction.atomic
def record_onsite_check(
    *,
    enterprise: Enterprise,
    occasion: str,
    checked_on: date,
    officer: User | None,
    second_officer: User | None,
    findings: str,
    subject: str,
    acting: Acting,
    approval: str = "",
) -> OnsiteCheck:
    """Write the check once per `subject` and move the clock of the unit's lock, where it has one.

    Who may check, and whether the visit was lawful, was asked by whoever calls. RuleError: `date_in_future`.
    """
    if checked_on > acting.today:
        raise RuleError("date_in_future", _("The day %(day)s has not come yet."), day=checked_on, field="checked_on")
    enterprise = locked_enterprise(enterprise.pk)
    known = OnsiteCheck.objects.filter(subject=subject).first()
    if known is not None:
        return known
    check = OnsiteCheck.objects.create(
        enterprise=enterprise,
        occasion=occasion,
        checked_on=checked_on,
        officer=officer,
        second_officer=second_officer,
        approval=approval,
        findings=findings,
        subject=subject,
        recorded_at=acting.at,
    )
    record(
        stream=stream_of(enterprise),
        action="enterprise.onsite_check",
        acting=acting,
        body=enterprise.territorial_body,
        data={"check": check.pk, "occasion": occasion, "checked_on": checked_on, "subject": subject},
    )
    lock = open_locks().filter(enterprise=enterprise).first()
    if lock is not None:
        count_check(locked_lock(lock.pk), checked_on, acting)
    return check


@transaction.atomic
def check_locked_unit(*, lock_id: int, facts: CheckFacts, acting: Acting) -> OnsiteCheck:
    """The half-year check of a locked unit, made by the acting person and a second officer.

    Blocked where the guard says no; RuleError at the field.
    """
    lock = locked_lock(lock_id)
    require(may_check(lock, acting))
    _require_second(lock, facts.second_officer, acting)
    if not facts.approval.strip():
        raise RuleError(
            "approval_missing",
            _("Name who approved the visit and when: no inspection without approval."),
            APPROVAL,
            field="approval",
        )
    findings = require_words(facts.findings, "findings")
    subject = f"lock:{lock.pk}/{facts.checked_on}"
    if OnsiteCheck.objects.filter(subject=subject).exists():
        raise RuleError("check_recorded", _("A check on this day is recorded already."), field="checked_on")
    return record_onsite_check(
        enterprise=lock.enterprise,
        occasion=OnsiteCheck.Occasion.LOCK,
        checked_on=facts.checked_on,
        officer=acting.person,
        second_officer=facts.second_officer,
        approval=facts.approval.strip(),
        findings=findings,
        subject=subject,
        acting=acting,
    )


def _require_second(lock: ResponsibilityLock, second: User | None, acting: Acting) -> None:
    """Nobody inspects alone (行政处罚法 42)."""
    place = lock.enterprise.territorial_body
    if second is None or second == acting.person or not second.is_active or not may(second, CARRIES, place):
        raise RuleError(
            "two_officers",
            _("A check is not made alone: name a second officer whose post inspects enterprises here."),
            TWO_OFFICERS,
            field="second_officer",
        )
    refuse_failed([certified(second, acting), unconflicted_with(second, lock.enterprise_id, acting)], "second_officer")
