"""Summon and hold the interview (履责约谈; P1 nodes 16 and 17)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cases.acting import LEGAL_ZONE, Acting, legal_date
from cases.guards.conditions import require
from cases.guards.p1 import may_draft_interview, may_hold_interview
from cases.models import Case, Interview, User
from cases.packs.loader import load_deadline_rules
from cases.packs.settings import default_of
from cases.rules.errors import RuleError
from cases.selectors.scope import may
from cases.selectors.settings import setting_for
from cases.services.audit import record_on_case
from cases.services.calendar import work_calendar
from cases.services.lifecycle import advance, lock_case
from cases.services.opinions import choose, need_reason, record_opinion

LEAD_RULE = "interview_notice_lead"


@dataclass(frozen=True, slots=True)
class SummonInterview:
    """When, where, about what, and who must come."""

    scheduled_at: datetime
    place: str
    subject: str
    summoned: str


@dataclass(frozen=True, slots=True)
class HoldInterview:
    """``outcome``: held (with who came and what was said, two officers) or no_show (with what is known)."""

    outcome: str
    attended: str = ""
    statement: str = ""
    second_officer_id: int | None = None
    reason: str = ""


def latest_interview(case: Case) -> Interview:
    interview = case.interviews.order_by("-attempt").first()
    if interview is None:
        raise RuleError("no_interview", "No interview has been arranged yet.")
    return interview


def _check_lead_time(case: Case, scheduled_at: datetime, acting: Acting) -> None:
    rule = load_deadline_rules()[LEAD_RULE]
    amount = setting_for(case.body, f"deadline.{LEAD_RULE}.amount", rule.amount)
    earliest = work_calendar().due(acting.today, amount, rule.unit).due
    if legal_date(scheduled_at) < earliest:
        raise RuleError(
            "interview_too_soon",
            "The notice must reach the enterprise %(days)d working days ahead: not before %(earliest)s.",
            rule.basis,
            field="scheduled_at",
            days=amount,
            earliest=f"{earliest:%Y-%m-%d}",
        )
    if not work_calendar().is_workday(legal_date(scheduled_at)):
        raise RuleError("not_a_workday", "Choose a working day.", field="scheduled_at")


@transaction.atomic
def arrange_interview(*, case_id: int, facts: SummonInterview, acting: Acting) -> Interview:
    """Write down the interview to which the notice will summon; a pending one is changed, not doubled."""
    case = lock_case(case_id)
    require(may_draft_interview(case, acting))
    _check_lead_time(case, facts.scheduled_at, acting)
    for name in ("place", "subject", "summoned"):
        if not getattr(facts, name).strip():
            raise RuleError("field_missing", "Fill in this field.", field=name)
    pending = case.interviews.filter(outcome=Interview.Outcome.PENDING).order_by("-attempt").first()
    interview = pending or Interview(case=case, attempt=case.interviews.count() + 1)
    interview.scheduled_at = facts.scheduled_at
    interview.place, interview.subject = facts.place.strip(), facts.subject.strip()
    interview.summoned = facts.summoned.strip()
    interview.save()
    record_opinion(case=case, step="draft_interview", outcome="drafted", acting=acting)
    record_on_case(
        case,
        "arrange_interview",
        acting,
        {"attempt": interview.attempt, "scheduled_at": facts.scheduled_at.astimezone(LEGAL_ZONE)},
    )
    return interview


@transaction.atomic
def hold_interview(*, case_id: int, facts: HoldInterview, acting: Acting) -> Interview:
    """Held by two officers and recorded; a no-show is summoned once more, then escalated [A]."""
    case = lock_case(case_id)
    require(may_hold_interview(case, acting))
    interview = latest_interview(case)
    outcome = choose(facts.outcome, ("held", "no_show"))
    if outcome == "held":
        _record_held(case, interview, facts, acting)
        advance(case, "interview_held")
    else:
        interview.outcome = Interview.Outcome.NO_SHOW
        interview.statement = need_reason(facts.reason)
        limit = setting_for(case.body, "interview.max_attempts", default_of("interview.max_attempts"))
        advance(case, "summon_again" if interview.attempt < limit else "escalate_needed")
    interview.recorded_by, interview.recorded_at = acting.person, acting.at
    interview.save()
    record_opinion(case=case, step="hold_interview", outcome=outcome, reason=interview.statement, acting=acting)
    record_on_case(
        case,
        "hold_interview",
        acting,
        {"attempt": interview.attempt, "outcome": outcome, "reason": interview.statement},
    )
    return interview


def _record_held(case: Case, interview: Interview, facts: HoldInterview, acting: Acting) -> None:
    if not facts.attended.strip():
        raise RuleError("attended_missing", "Say who attended.", field="attended")
    second = User.objects.filter(pk=facts.second_officer_id, is_active=True).first()
    if second is None or second == acting.person or not may(second, "view_case", case.territorial_body):
        raise RuleError(
            "two_officers", "Name a second officer who took part, other than yourself.", field="second_officer_id"
        )
    interview.outcome = Interview.Outcome.HELD
    interview.attended = facts.attended.strip()
    interview.statement = need_reason(facts.statement, field="statement")
    interview.second_officer = second
