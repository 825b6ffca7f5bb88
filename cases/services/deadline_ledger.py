"""The ledger of a deadline: locking it, writing its lines, and counting its due day from them."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from cases.acting import Acting
from cases.models.case import Case
from cases.models.deadline import Deadline, DeadlineEntry
from cases.rules.deadline_clock import Extension, Rung, Suspension, due_after, ladder
from cases.rules.working_days import Due, WorkCalendar
from cases.selectors.deadline_rules import escalation_days, rule_of
from cases.services.audit import record
from cases.signals import deadline_changed

OPEN: Final = (Deadline.State.RUNNING, Deadline.State.SUSPENDED)
Event = DeadlineEntry.Event


def lock_case(case_id: int | None) -> None:
    """Lock the case of a deadline: always before the deadline itself, as every service of the case does."""
    if case_id is not None:
        Case.objects.select_for_update().filter(pk=case_id).values_list("pk").first()


def lock(deadline: Deadline) -> Deadline:
    """The deadline as it stands, locked after its case; the row in hand may be stale."""
    lock_case(deadline.case_id)
    return _locked().get(pk=deadline.pk)


def lock_open(case: Case | None, subject: str) -> list[Deadline]:
    """Every open deadline of a subject, locked after its case."""
    lock_case(case.pk if case else None)
    return list(_locked().filter(case=case, subject=subject, state__in=OPEN).order_by("pk"))


def enter(
    deadline: Deadline,
    event: str,
    acting: Acting,
    *,
    on: date,
    before: date | None = None,
    after: date | None = None,
    reason: str = "",
    amount: int | None = None,
) -> DeadlineEntry:
    """Append one line to the ledger."""
    return DeadlineEntry.objects.create(
        deadline=deadline,
        event=event,
        on=on,
        amount=amount,
        due_before=before,
        due_after=after,
        reason=reason,
        by=acting.user,
        at=acting.at,
    )


def count_due(deadline: Deadline, changes: Iterable[Extension | Suspension], calendar: WorkCalendar) -> Due:
    """The due day by the calendar and the changes, whatever was counted before."""
    return due_after(
        rule=rule_of(deadline.rule),
        calendar=calendar,
        start=deadline.start_on,
        amount=deadline.amount,
        changes=changes,
    )


def changes_of(deadline: Deadline) -> list[Extension | Suspension]:
    """What the ledger says happened to the period, in order; a suspension still standing has no effect yet."""
    changes: list[Extension | Suspension] = []
    suspended: date | None = None
    for entry in deadline.entries.order_by("pk"):
        if entry.event == Event.EXTENDED:
            changes.append(Extension(entry.amount or 0))
        elif entry.event == Event.SUSPENDED:
            suspended = entry.on
        elif entry.event == Event.RESUMED and suspended is not None:
            changes.append(Suspension(suspended, entry.on))
            suspended = None
    return changes


def move_due(deadline: Deadline, due: Due, today: date) -> None:
    """Put a newly counted due day into the row; a deadline that lies ahead again is overdue no longer."""
    deadline.due_on, deadline.provisional = due.due, due.provisional
    if due.due >= today:
        deadline.overdue_since = None
        deadline.escalation_level = 0


def plan_next_check(deadline: Deadline, calendar: WorkCalendar) -> None:
    """Set the day of the first rung that has not fired for this due day; none while the clock does not run."""
    deadline.next_check_on = None
    if deadline.state != Deadline.State.RUNNING:
        return
    fired = set(deadline.reminders.filter(due_on=deadline.due_on).values_list("rung", flat=True))
    ahead = [rung.day for rung in rungs_of(deadline, calendar) if rung.name not in fired]
    deadline.next_check_on = min(ahead, default=None)


def rungs_of(deadline: Deadline, calendar: WorkCalendar) -> tuple[Rung, ...]:
    """The ladder of a deadline; see `cases.rules.deadline_clock.ladder`."""
    return ladder(
        rule=rule_of(deadline.rule),
        calendar=calendar,
        start=deadline.start_on,
        due=deadline.due_on,
        escalate_after=escalation_days(deadline.accountable_body),
    )


def publish(
    deadline: Deadline, action: str, acting: Acting, calendar: WorkCalendar, data: dict[str, Any] | None = None
) -> None:
    """Save a changed deadline with the day of its next check, one audit event, and tell the floors above."""
    plan_next_check(deadline, calendar)
    deadline.save()
    record_deadline(deadline, action, acting, data)
    deadline_changed.send(sender=Deadline, deadline=deadline)


def record_deadline(deadline: Deadline, action: str, acting: Acting, data: dict[str, Any] | None = None) -> None:
    """One audit event on the stream of the case, or of the deadline where it has none."""
    record(
        stream=f"case:{deadline.case_id}" if deadline.case_id else f"deadline:{deadline.pk}",
        action=action,
        acting=acting,
        case=deadline.case,
        body=deadline.case.body if deadline.case else deadline.accountable_body,
        data={
            "deadline": deadline.pk,
            "rule": deadline.rule,
            "subject": deadline.subject,
            "due": deadline.due_on,
            **(data or {}),
        },
    )


def _locked() -> QuerySet[Deadline]:
    return Deadline.objects.select_for_update(of=("self",)).select_related(
        "accountable_body", "case__body", "enterprise"
    )
