"""Start, meet, cancel, suspend, resume, extend, hand over and press for the clocks of a case (domain 8.1, 8.4).

Every change locks the case first and the deadline second, writes one line of the ledger and one audit event, sets the
day of the next check and sends ``deadline_changed``. The due day is always counted from the ledger, never adjusted.
"""

from datetime import date
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.deadlines import extending, resuming, suspending
from cases.models.body import Body
from cases.models.case import Case
from cases.models.deadline import Deadline, DeadlineEntry
from cases.models.enterprise import Enterprise
from cases.models.people import User
from cases.rules.deadline_clock import Extension, Suspension, suspended_amount
from cases.rules.deadlines import extended_due
from cases.rules.errors import RuleError
from cases.selectors.calendar import work_calendar
from cases.selectors.deadline_rules import amount_for, rule_of
from cases.services.deadline_ledger import OPEN, changes_of, count_due, enter, lock, lock_open, move_due, publish

SHORTEST_REASON: Final = 10
"""Characters a reason has at least, blanks at its ends not counted."""

Event = DeadlineEntry.Event
State = Deadline.State


@transaction.atomic
def start_deadline(
    *,
    rule: str,
    subject: str,
    case: Case | None,
    enterprise: Enterprise | None = None,
    start_on: date,
    accountable_body: Body,
    accountable_user: User | None = None,
    acting: Acting,
    amount: int | None = None,
) -> Deadline:
    """Start the clock of `rule` (a code of packs/deadlines.yaml) on `subject`, e.g. ``step:propose``, ``order:17``.

    Outside any case, `enterprise` is the unit it is about, where there is one.

    The period is `amount` where given, else what the accountable body has set, else the rule's. RuleError:
    `unknown_deadline_rule`, `not_settable`, `deadline_running`, and those of the calendar.
    """
    stated = rule_of(rule)
    if Deadline.objects.filter(case=case, subject=subject, rule=rule, state__in=OPEN).exists():
        raise RuleError("deadline_running", _("This period is already running."), stated.basis, subject=subject)
    deadline = Deadline(
        case=case,
        enterprise=enterprise,
        rule=rule,
        subject=subject,
        basis=stated.basis,
        source_tag=stated.source_tag,
        amount=amount_for(stated, accountable_body, amount),
        unit=stated.unit,
        start_on=start_on,
        accountable_body=accountable_body,
        accountable_user=accountable_user,
    )
    calendar = work_calendar()
    move_due(deadline, count_due(deadline, [], calendar), acting.today)
    deadline.save()
    enter(deadline, Event.STARTED, acting, on=start_on, after=deadline.due_on)
    publish(deadline, "deadline.started", acting, calendar, {"start": start_on})
    return deadline


@transaction.atomic
def meet_deadline(*, subject: str, case: Case | None, on: date, acting: Acting) -> list[Deadline]:
    """Stop every open clock of the subject: what it waited for happened on `on`. Nothing open: nothing happens.

    RuleError: `date_in_future`.
    """
    if on > acting.today:
        raise RuleError("date_in_future", _("The day %(day)s has not come yet."), day=str(on))
    met = lock_open(case, subject)
    for deadline in met:
        deadline.met_on = on
        _end(deadline, State.MET, acting, on=on, reason="")
    return met


@transaction.atomic
def cancel_deadline(*, subject: str, case: Case | None, reason: str = "", acting: Acting) -> list[Deadline]:
    """Drop every open clock of the subject because it no longer matters; silent if none is open."""
    dropped = lock_open(case, subject)
    for deadline in dropped:
        _end(deadline, State.CANCELLED, acting, on=acting.today, reason=reason)
    return dropped


@transaction.atomic
def suspend_deadline(*, deadline: Deadline, reason: str, acting: Acting, ask: bool = True) -> Deadline:
    """Stop the clock until it is resumed; today no longer counts.

    `ask` is False only where a step that has asked its own guard suspends as part of what it does. RuleError:
    `reason_too_short`; Blocked where the guard says no.
    """
    require_reason(reason)
    deadline = lock(deadline)
    require(suspending(deadline, acting, ask=ask))
    deadline.state = State.SUSPENDED
    deadline.suspended_on = acting.today
    enter(deadline, Event.SUSPENDED, acting, on=acting.today, before=deadline.due_on, reason=reason)
    publish(deadline, "deadline.suspended", acting, work_calendar(), {"reason": reason})
    return deadline


@transaction.atomic
def resume_deadline(*, deadline: Deadline, reason: str, acting: Acting, ask: bool = True) -> Deadline:
    """Let the clock run again from today; the due day moves by the days it stood still (working or calendar days)."""
    require_reason(reason)
    deadline = lock(deadline)
    require(resuming(deadline, acting, ask=ask))
    calendar, before = work_calendar(), deadline.due_on
    stood = Suspension(deadline.suspended_on or acting.today, acting.today)
    days = suspended_amount(calendar, stood, deadline.unit)
    move_due(deadline, count_due(deadline, [*changes_of(deadline), stood], calendar), acting.today)
    deadline.state = State.RUNNING
    deadline.suspended_on = None
    enter(
        deadline,
        Event.RESUMED,
        acting,
        on=acting.today,
        before=before,
        after=deadline.due_on,
        reason=reason,
        amount=days,
    )
    publish(deadline, "deadline.resumed", acting, calendar, {"reason": reason, "days": days, "due_before": before})
    return deadline


@transaction.atomic
def extend_deadline(
    *, deadline: Deadline, amount: int, reason: str, acting: Acting, asked_on: date | None = None
) -> Deadline:
    """Lengthen the period by `amount` of the rule's extension units, within the limits of the rule.

    `asked_on` is the day it was asked for (today unless given), which must lie early enough before the due day.
    RuleError: `reason_too_short`, `extension_too_long`; Blocked where the guard says no.
    """
    require_reason(reason)
    deadline = lock(deadline)
    asked = asked_on or acting.today
    require(extending(deadline, acting, asked_on=asked))
    calendar, before = work_calendar(), deadline.due_on
    changes = changes_of(deadline)
    extended_due(
        rule=rule_of(deadline.rule),
        calendar=calendar,
        due=before,
        by=amount,
        asked_on=asked,
        extensions=sum(isinstance(change, Extension) for change in changes),
    )
    move_due(deadline, count_due(deadline, [*changes, Extension(amount)], calendar), acting.today)
    enter(
        deadline,
        Event.EXTENDED,
        acting,
        on=acting.today,
        before=before,
        after=deadline.due_on,
        reason=reason,
        amount=amount,
    )
    publish(deadline, "deadline.extended", acting, calendar, {"reason": reason, "by": amount, "due_before": before})
    return deadline


@transaction.atomic
def reassign_accountable(
    *, deadline: Deadline, user: User | None, body: Body | None = None, reason: str = "", acting: Acting
) -> Deadline:
    """Make another person, or another body, answer for a deadline, as the task it hangs on is claimed or handed over.

    Permission is asked by the step that hands the task over. Nothing happens where nothing changes.
    """
    deadline = lock(deadline)
    body = body or deadline.accountable_body
    if deadline.state not in OPEN or (deadline.accountable_user, deadline.accountable_body) == (user, body):
        return deadline
    before = deadline.accountable_user_id
    deadline.accountable_user, deadline.accountable_body = user, body
    enter(deadline, Event.REASSIGNED, acting, on=acting.today, reason=reason)
    data = {"reason": reason, "from": before, "to": user.pk if user else None, "body": body.code}
    publish(deadline, "deadline.reassigned", acting, work_calendar(), data)
    return deadline


def working_days_left(deadline: Deadline, today: date) -> int:
    """Working days from tomorrow up to the due day; 0 on it, negative by the working days it is overdue."""
    return work_calendar().days_left(today, deadline.due_on)


def _end(deadline: Deadline, state: str, acting: Acting, *, on: date, reason: str) -> None:
    deadline.state = state
    deadline.suspended_on = None
    event = Event.MET if state == State.MET else Event.CANCELLED
    enter(deadline, event, acting, on=on, before=deadline.due_on, reason=reason)
    data = {"on": on, "reason": reason} if reason else {"on": on}
    publish(deadline, f"deadline.{event}", acting, work_calendar(), data)


def require_reason(reason: str) -> None:
    """RuleError `reason_too_short` unless the reason has ten characters."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise RuleError("reason_too_short", _("Give a reason of at least %(least)s characters."), least=SHORTEST_REASON)
