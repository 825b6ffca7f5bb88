"""Listed oversight (挂牌督办; P5 steps 4 to 6): written down, running from service, reported on, lifted.

Its notices are issued and served on the floor above.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p5 import may_ask_lifting, may_decide_lifting, may_draft_listing, may_report_progress
from cases.models import Case, ListedOversight, OversightProgress, Referral
from cases.rules.errors import RuleError
from cases.selectors.deadline_rules import amount_for, rule_of
from cases.services.audit import record_on_case
from cases.services.deadlines import cancel_deadline, meet_deadline, start_deadline
from cases.services.lifecycle import advance, lock_case
from cases.services.opinions import choose, need_reason, record_opinion

RULE: Final = "listed_oversight"
PROGRESS_RULE: Final = "oversight_progress"
State = ListedOversight.State


@dataclass(frozen=True, slots=True)
class DraftOversight:
    """What the notice says: what happened, what is demanded, who answers for it, in how many days from service."""

    facts: str
    demands: str
    answerable: str
    days: int


@dataclass(frozen=True, slots=True)
class ReportProgress:
    """What has been done, as of a day that has come."""

    reported_on: date
    content: str


@dataclass(frozen=True, slots=True)
class AskLifting:
    """Why the matter need no longer be watched: what was demanded, and what was done about it."""

    request: str


@dataclass(frozen=True, slots=True)
class DecideLifting:
    """``outcome``: lift, continue, or refer (then to whom, and which provision seems broken); with the reason."""

    outcome: str
    reason: str
    recipient: str = ""
    legal_basis: str = ""


def clock_subject(oversight: ListedOversight) -> str:
    """What the clock of the oversight itself hangs on."""
    return f"oversight:{oversight.pk}"


def progress_subject(oversight: ListedOversight) -> str:
    """What the clock of the next progress report hangs on."""
    return f"progress:{oversight.pk}"


def longest(case: Case) -> int:
    """The period of days the listing body's setting gives (60 [A])."""
    return amount_for(rule_of(RULE), case.body)


@transaction.atomic
def draft_oversight(*, case_id: int, facts: DraftOversight, acting: Acting) -> ListedOversight:
    """Write or rewrite what the notice will say, as long as it has not been issued.

    RuleError: `field_missing`, `days_out_of_range`.
    """
    case = lock_case(case_id)
    require(may_draft_listing(case, acting))
    for name in ("facts", "demands", "answerable"):
        if not getattr(facts, name).strip():
            raise RuleError("field_missing", _("Fill in this field."), field=name)
    most = longest(case)
    if not 1 <= facts.days <= most:
        message = _("The period is between 1 and %(longest)d days.")
        raise RuleError("days_out_of_range", message, rule_of(RULE).basis, field="days", longest=most)
    said = {
        "listed_by": case.body,
        "watched_body": case.escalation_proposal.from_body,
        "facts": facts.facts.strip(),
        "demands": facts.demands.strip(),
        "answerable": facts.answerable.strip(),
        "days": facts.days,
        "state": State.OPEN,
    }
    oversight, _created = ListedOversight.objects.update_or_create(case=case, defaults=said)
    record_opinion(case=case, step="draft_listing_notice", outcome="drafted", acting=acting)
    record_on_case(case, "draft_listing_notice", acting, {"days": facts.days, "answerable": oversight.answerable})
    return oversight


@transaction.atomic
def start_oversight(*, oversight: ListedOversight, served_on: date, acting: Acting) -> ListedOversight:
    """The notice has been served: the watched body's clock runs, and that of its first report."""
    case = lock_case(oversight.case_id)
    oversight = _lock(oversight)
    if oversight.opened_on is not None:
        raise RuleError("served_already", _("The notice has been served already."), rule_of(RULE).basis)
    deadline = start_deadline(
        rule=RULE,
        subject=clock_subject(oversight),
        case=case,
        start_on=served_on,
        accountable_body=oversight.watched_body,
        acting=acting,
        amount=oversight.days,
    )
    oversight.opened_on, oversight.due_on = served_on, deadline.due_on
    oversight.save(update_fields=["opened_on", "due_on"])
    _await_progress(case, oversight, served_on, acting)
    data = {"served_on": served_on, "due_on": oversight.due_on, "to": oversight.watched_body.code}
    record_on_case(case, "oversight.started", acting, data)
    return oversight


@transaction.atomic
def withdraw_notice(*, oversight: ListedOversight, acting: Acting) -> None:
    """Its notice was declared void: the oversight counts as not begun, and its clocks stop for good."""
    case = lock_case(oversight.case_id)
    oversight = _lock(oversight)
    reason = "挂牌督办通知书已作废"
    for subject in (clock_subject(oversight), progress_subject(oversight)):
        cancel_deadline(subject=subject, case=case, reason=reason, acting=acting)
    oversight.opened_on = oversight.due_on = oversight.lift_asked_on = None
    oversight.lift_request, oversight.extended_days, oversight.state = "", 0, State.OPEN
    oversight.save()
    if case.status in ("watching", "lifting"):
        advance(case, "withdraw_listing")


@transaction.atomic
def report_progress(*, case_id: int, facts: ReportProgress, acting: Acting) -> OversightProgress:
    """Add a report; the next is due one period later.

    RuleError: `content_missing`, `date_in_future`, `date_too_early`.
    """
    case = lock_case(case_id)
    oversight = oversight_of(case)
    require(may_report_progress(case, acting))
    if not facts.content.strip():
        raise RuleError("content_missing", _("Say what has been done."), field="content")
    if facts.reported_on > acting.today:
        message = _("The day %(day)s has not come yet.")
        raise RuleError("date_in_future", message, field="reported_on", day=str(facts.reported_on))
    assert oversight.opened_on is not None  # the guard asks for a matter that is watched
    if facts.reported_on < oversight.opened_on:
        message = _("The day lies before the notice was served.")
        raise RuleError("date_too_early", message, rule_of(PROGRESS_RULE).basis, field="reported_on")
    report = OversightProgress.objects.create(
        oversight=oversight,
        reported_on=facts.reported_on,
        content=facts.content.strip(),
        reported_by=acting.person,
        reported_at=acting.at,
    )
    meet_deadline(subject=progress_subject(oversight), case=case, on=acting.today, acting=acting)
    if case.status == "watching":
        _await_progress(case, oversight, acting.today, acting)
    record_on_case(case, "report_progress", acting, {"reported_on": facts.reported_on, "reason": report.content})
    return report


@transaction.atomic
def ask_lifting(*, case_id: int, facts: AskLifting, acting: Acting) -> ListedOversight:
    """The watched body asks for the lifting; until the decision no further report is due."""
    case = lock_case(case_id)
    oversight = oversight_of(case)
    require(may_ask_lifting(case, acting))
    oversight.lift_request = need_reason(facts.request, field="request")
    oversight.lift_asked_on, oversight.state = acting.today, State.LIFT_ASKED
    oversight.save(update_fields=["lift_request", "lift_asked_on", "state"])
    reason = "已申请解除挂牌督办"
    cancel_deadline(subject=progress_subject(oversight), case=case, reason=reason, acting=acting)
    advance(case, "ask_lifting")
    record_opinion(
        case=case,
        step="ask_lifting",
        outcome="asked",
        reason=oversight.lift_request,
        body=oversight.watched_body,
        acting=acting,
    )
    record_on_case(case, "ask_lifting", acting, {"reason": oversight.lift_request}, body=oversight.watched_body)
    return oversight


@transaction.atomic
def decide_lifting(*, case_id: int, facts: DecideLifting, acting: Acting) -> ListedOversight:
    """Lift (the notice of it follows), go on watching, or hand the matter over.

    What was done in time was done on the day of the request: the clock of the watched body is met by it, and the time
    the decision takes is the deciding body's own period.
    """
    case = lock_case(case_id)
    oversight = oversight_of(case)
    require(may_decide_lifting(case, acting))
    outcome = choose(facts.outcome, ("lift", "continue", "refer"))
    reason = need_reason(facts.reason)
    {"lift": _lift, "continue": _go_on, "refer": _refer}[outcome](case, oversight, facts, acting)
    oversight.lift_reason = "" if outcome == "continue" else reason
    oversight.save()
    record_opinion(case=case, step="decide_lifting", outcome=outcome, reason=reason, acting=acting)
    record_on_case(case, "decide_lifting", acting, {"outcome": outcome, "reason": reason})
    return oversight


def _lift(case: Case, oversight: ListedOversight, facts: DecideLifting, acting: Acting) -> None:
    advance(case, "lift")


def _go_on(case: Case, oversight: ListedOversight, facts: DecideLifting, acting: Acting) -> None:
    oversight.state, oversight.lift_asked_on = State.OPEN, None
    _await_progress(case, oversight, acting.today, acting)
    advance(case, "keep_watching")


def _refer(case: Case, oversight: ListedOversight, facts: DecideLifting, acting: Acting) -> None:
    for name in ("recipient", "legal_basis"):
        if not getattr(facts, name).strip():
            raise RuleError("field_missing", _("Fill in this field."), field=name)
    Referral.objects.create(
        case=case,
        facts=facts.reason.strip(),
        legal_basis=facts.legal_basis.strip(),
        recipient=facts.recipient.strip(),
        referred_by=acting.person,
        referred_at=acting.at,
    )
    oversight.state = State.REFERRED
    _close(case, oversight, facts.reason.strip(), "refer_listed", acting)


@transaction.atomic
def return_lifting(*, case_id: int, acting: Acting) -> Case:
    """The notice of lifting was not issued: the lifting is decided on anew."""
    case = lock_case(case_id)
    advance(case, "return_lifting")
    return case


@transaction.atomic
def lift_oversight(*, oversight: ListedOversight, served_on: date, acting: Acting) -> ListedOversight:
    """The notice of lifting has been served: the oversight is over."""
    case = lock_case(oversight.case_id)
    oversight = _lock(oversight)
    oversight.state, oversight.lifted_on = State.LIFTED, served_on
    _close(case, oversight, oversight.lift_reason, "lift_served", acting)
    oversight.save()
    record_on_case(case, "oversight.lifted", acting, {"served_on": served_on})
    return oversight


def end_oversight(*, case: Case, acting: Acting) -> None:
    """The enterprise ceased to exist: whatever was being watched is watched no longer."""
    running = (State.OPEN, State.LIFT_ASKED)
    ListedOversight.objects.filter(case=case, state__in=running).update(state=State.ENDED)


def oversight_of(case: Case) -> ListedOversight:
    """The listed oversight of the case, with its bodies. RuleError: `not_listed`."""
    found = ListedOversight.objects.select_related("listed_by", "watched_body").filter(case=case).first()
    if found is None:
        raise RuleError("not_listed", _("The matter has not been listed."), rule_of(RULE).basis)
    found.case = case
    return found


def _lock(oversight: ListedOversight) -> ListedOversight:
    return (
        ListedOversight.objects.select_for_update(of=("self",))
        .select_related("listed_by", "watched_body")
        .get(pk=oversight.pk)
    )


def _await_progress(case: Case, oversight: ListedOversight, since: date, acting: Acting) -> None:
    start_deadline(
        rule=PROGRESS_RULE,
        subject=progress_subject(oversight),
        case=case,
        start_on=since,
        accountable_body=oversight.watched_body,
        acting=acting,
    )


def _close(case: Case, oversight: ListedOversight, reason: str, event: str, acting: Acting) -> None:
    met_on = min(oversight.lift_asked_on or acting.today, acting.today)
    meet_deadline(subject=clock_subject(oversight), case=case, on=met_on, acting=acting)
    advance(case, event)
    case.closed_at, case.closing_reason = acting.at, reason
    case.save(update_fields=["closed_at", "closing_reason"])
