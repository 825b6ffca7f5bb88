"""Start the same clock for many bodies at once, with a constant number of queries however many they are."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from cases.acting import Acting
from cases.models.body import Body
from cases.models.deadline import Deadline, DeadlineEntry
from cases.packs.settings import default_of
from cases.rules.deadline_clock import due_after, ladder
from cases.selectors.calendar import work_calendar
from cases.selectors.deadline_rules import ESCALATION_KEY, amount_key, rule_of
from cases.selectors.settings import SettingFinder
from cases.services.audit import record_first
from cases.services.deadline_ledger import OPEN
from cases.signals import deadline_changed


@transaction.atomic
def start_deadlines(*, rule: str, bodies: Mapping[str, Body], start_on: date, acting: Acting) -> list[Deadline]:
    """Start the clock of `rule` on each subject, outside any case, for the body that answers for it.

    As `start_deadline` does one by one; a subject whose clock runs already keeps it. RuleError:
    `unknown_deadline_rule`, and those of the calendar.
    """
    stated, calendar = rule_of(rule), work_calendar()
    running = Deadline.objects.filter(case=None, rule=rule, subject__in=bodies, state__in=OPEN)
    known = set(running.values_list("subject", flat=True))
    fresh = {subject: body for subject, body in bodies.items() if subject not in known}
    amounts = SettingFinder(amount_key(rule), stated.amount)
    escalations = SettingFinder(ESCALATION_KEY, default_of(ESCALATION_KEY))
    started = []
    for subject, body in fresh.items():
        amount = int(amounts.value(body)) if stated.settable else stated.amount
        due = due_after(rule=stated, calendar=calendar, start=start_on, amount=amount)
        after = [int(days) for days in escalations.value(body)]
        rungs = ladder(rule=stated, calendar=calendar, start=start_on, due=due.due, escalate_after=after)
        started.append(
            Deadline(
                rule=rule,
                subject=subject,
                basis=stated.basis,
                source_tag=stated.source_tag,
                amount=amount,
                unit=stated.unit,
                start_on=start_on,
                due_on=due.due,
                provisional=due.provisional,
                accountable_body=body,
                next_check_on=min(rung.day for rung in rungs),
            )
        )
    Deadline.objects.bulk_create(started)
    _enter(started, acting)
    return started


def _enter(started: list[Deadline], acting: Acting) -> None:
    """The first line of each ledger, its audit event, and word to the floors above."""
    DeadlineEntry.objects.bulk_create(
        [
            DeadlineEntry(
                deadline=deadline,
                event=DeadlineEntry.Event.STARTED,
                on=deadline.start_on,
                due_after=deadline.due_on,
                by=acting.user,
                at=acting.at,
            )
            for deadline in started
        ]
    )
    record_first(
        events={
            f"deadline:{deadline.pk}": (
                deadline.accountable_body,
                {
                    "deadline": deadline.pk,
                    "rule": deadline.rule,
                    "subject": deadline.subject,
                    "due": deadline.due_on,
                    "start": deadline.start_on,
                },
            )
            for deadline in started
        },
        action="deadline.started",
        acting=acting,
    )
    for deadline in started:
        deadline_changed.send(sender=Deadline, deadline=deadline)
