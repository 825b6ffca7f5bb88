"""The sweep of the clocks: reminders at their rungs, overdue, escalation; exactly once, late rather than never.

It reads only deadlines whose day of the next check has come, so it costs what is due and not what is open. Each is one
transaction that locks it, looks again, writes a unique row for every rung it fires and sets the next day: a sweep that
dies leaves the rest due, and a second one at the same time finds nothing to do.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from cases.acting import Acting
from cases.models.body import Body
from cases.models.deadline import Deadline, DeadlineReminder
from cases.models.people import User
from cases.rules.deadline_clock import OVERDUE, Rung
from cases.rules.working_days import WorkCalendar
from cases.selectors.bodies import ancestors
from cases.selectors.calendar import work_calendar
from cases.selectors.notifications import DEADLINE_ESCALATED, DEADLINE_OVERDUE, DEADLINE_REMINDER
from cases.selectors.recipients import accountable_people, overseers_of
from cases.services.calendar import recompute, warn_of_missing_calendar
from cases.services.deadline_ledger import lock, plan_next_check, record_deadline, rungs_of
from cases.services.jobs import Payload, enqueue, job_handler
from cases.services.notify import notify
from cases.signals import deadline_changed

logger = logging.getLogger(__name__)

OVERDUE_JOB: Final = "deadline.overdue"

OverdueHook = Callable[[Deadline, Acting], None]
_hooks: dict[str, dict[str, OverdueHook]] = {}
"""By rule, then by the dotted name of the hook: every hook is a job of its own, so that none waits for another."""


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What one sweep did: deadlines looked at, rungs fired by kind, and those that failed and stay due."""

    checked: int = 0
    reminded: int = 0
    overdue: int = 0
    escalated: int = 0
    failed: tuple[int, ...] = ()


def when_overdue(rule: str) -> Callable[[OverdueHook], OverdueHook]:
    """Register what is to be done once a deadline of this rule has run out, as ``hook(deadline, acting)``.

    It runs in a durable job of its own, in the transaction that ends the job: exactly once, tried again if it raises,
    a visible incident if it keeps raising. It is not called where the deadline was met or moved in the meantime, holds
    no lock yet, and must lock what it changes.
    """

    def register(hook: OverdueHook) -> OverdueHook:
        name = f"{hook.__module__}.{hook.__qualname__}"
        if name in _hooks.setdefault(rule, {}):
            raise LookupError(f"{name} is registered twice for rule {rule!r}")
        _hooks[rule][name] = hook
        return hook

    return register


def sweep(*, now: datetime, limit: int = 500) -> SweepReport:
    """Fire every rung that has been reached by `now`, in batches of `limit` ids; safe to run at any time, anywhere."""
    acting = Acting(user=None, at=now)
    warn_of_missing_calendar(acting=acting)
    report = SweepReport()
    for pk, case_id in _due(acting.today, limit):
        try:
            fired = check_deadline(Deadline(pk=pk, case_id=case_id), acting)
        except Exception:  # one broken row must not keep the others from being told; it stays due and is logged
            logger.exception("deadline %s could not be checked; it stays due", pk)
            report = _add(report, failed=(pk,))
        else:
            report = _add(report, checked=1, rungs=fired)
    return report


@transaction.atomic
def check_deadline(deadline: Deadline, acting: Acting) -> Sequence[Rung]:
    """Fire the rungs of one deadline that have been reached and set the day of its next check; answers them."""
    deadline = lock(deadline)
    calendar = work_calendar()
    if deadline.provisional and recompute(deadline=deadline, calendar=calendar, acting=acting):
        deadline = lock(deadline)
    if deadline.state != Deadline.State.RUNNING or not _is_due(deadline, acting.today):
        return ()
    reached = _unfired(deadline, calendar, acting.today)
    DeadlineReminder.objects.bulk_create(
        [DeadlineReminder(deadline=deadline, rung=r.name, due_on=deadline.due_on, fired_at=acting.at) for r in reached]
    )
    _tell_accountable(deadline, reached, acting)
    if any(rung.name == OVERDUE for rung in reached):
        _mark_overdue(deadline, acting)
    _escalate(deadline, [rung for rung in reached if _level(rung)], acting)
    plan_next_check(deadline, calendar)
    deadline.save()
    if deadline.overdue_since:
        deadline_changed.send(sender=Deadline, deadline=deadline)
    return reached


@job_handler(OVERDUE_JOB, lease=timedelta(minutes=2), max_attempts=8)
def overdue_job(payload: Payload) -> Payload:
    """Nothing is done outside a transaction: the hook runs as the job ends."""
    return {}


@overdue_job.on_done
def run_overdue_hook(payload: Payload, result: Payload, at: datetime) -> None:
    deadline = Deadline.objects.select_related("case", "accountable_body").get(pk=payload["deadline"])
    if deadline.state != Deadline.State.RUNNING or deadline.due_on.isoformat() != payload["due"]:
        return
    _hooks[deadline.rule][payload["hook"]](deadline, Acting(user=None, at=at))


def _due(today: date, limit: int) -> Iterator[tuple[int, int | None]]:
    """Ids of what is due, batch by batch in the order of ids, so that a failing row is passed and not met again."""
    last = 0
    while batch := list(
        Deadline.objects.filter(next_check_on__lte=today, pk__gt=last).order_by("pk").values_list("pk", "case")[:limit]
    ):
        yield from batch
        last = batch[-1][0]


def _is_due(deadline: Deadline, today: date) -> bool:
    return deadline.next_check_on is not None and deadline.next_check_on <= today


def _unfired(deadline: Deadline, calendar: WorkCalendar, today: date) -> list[Rung]:
    fired = set(deadline.reminders.filter(due_on=deadline.due_on).values_list("rung", flat=True))
    return [rung for rung in rungs_of(deadline, calendar) if rung.day <= today and rung.name not in fired]


def _tell_accountable(deadline: Deadline, reached: Sequence[Rung], acting: Acting) -> None:
    """Of several rungs reached at once only the newest is said: a reminder of a day gone by helps nobody."""
    rungs = [rung for rung in reached if not _level(rung)]
    if rungs:
        newest = rungs[-1]
        kind = DEADLINE_OVERDUE if newest.name == OVERDUE else DEADLINE_REMINDER
        _tell(accountable_people(deadline, acting.today), deadline, kind, newest, acting)


def _mark_overdue(deadline: Deadline, acting: Acting) -> None:
    deadline.overdue_since = deadline.due_on + timedelta(days=1)
    record_deadline(deadline, "deadline.overdue", acting)
    due = deadline.due_on.isoformat()
    for name in _hooks.get(deadline.rule, ()):
        enqueue(
            kind=OVERDUE_JOB,
            payload={"deadline": deadline.pk, "due": due, "hook": name},
            key=f"{OVERDUE_JOB}:{deadline.pk}:{due}:{name}",
            at=acting.at,
        )


def _escalate(deadline: Deadline, reached: Sequence[Rung], acting: Acting) -> None:
    """Tell the overseers of the accountable body, then of the body above it, and so on up the tree."""
    if not reached:
        return
    upwards = [deadline.accountable_body, *reversed(ancestors(deadline.accountable_body))]
    for rung in reached:
        level = _level(rung)
        deadline.escalation_level = max(deadline.escalation_level, level)
        if level > len(upwards):
            continue
        body = upwards[level - 1]
        told = _tell(overseers_of(body, acting.today), deadline, DEADLINE_ESCALATED, rung, acting)
        data = {"level": level, "to": body.code, "told": [user.pk for user in told]}
        record_deadline(deadline, "deadline.escalated", acting, data)


def _level(rung: Rung) -> int:
    """K of ``escalate:K``; 0 for a rung that concerns the accountable person."""
    name, _, level = rung.name.partition(":")
    return int(level) if name == "escalate" else 0


def _tell(users: Sequence[User], deadline: Deadline, kind: str, rung: Rung, acting: Acting) -> list[User]:
    key = f"deadline:{deadline.pk}:{rung.name}:{deadline.due_on}"
    return notify(users=users, kind=kind, key=key, case=deadline.case, data=news_of(deadline), at=acting.at, mail=True)


def news_of(deadline: Deadline, **further: Any) -> dict[str, Any]:
    """What the news about a deadline is filled with."""
    body: Body = deadline.accountable_body
    unit = deadline.about
    return {
        "deadline": deadline.pk,
        "rule": deadline.rule,
        "due": deadline.due_on.isoformat(),
        "body": body.name,
        "enterprise": unit.name if unit else body.name,
        **further,
    }


def _add(
    report: SweepReport, *, checked: int = 0, rungs: Sequence[Rung] = (), failed: tuple[int, ...] = ()
) -> SweepReport:
    overdue = sum(rung.name == OVERDUE for rung in rungs)
    escalated = sum(_level(rung) > 0 for rung in rungs)
    return SweepReport(
        checked=report.checked + checked,
        reminded=report.reminded + len(rungs) - overdue - escalated,
        overdue=report.overdue + overdue,
        escalated=report.escalated + escalated,
        failed=report.failed + failed,
    )
