"""What a list says beside each piece of work: its clock, its people, how far it is. Constant queries for any page."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import Count, Max, Q, QuerySet

from cases.models import Assignment, Deadline, Inspection, Opinion, User
from cases.packs.classifying import classifying_pack
from workflow.models import StepDraft, WorkItem

RETURNS: Final = frozenset({"reject", "return", "return_to_inspection", "return_to_opinion", "returned", "objected"})
"""Outcomes of an opinion that send a case back."""


@dataclass(slots=True)
class Marks:
    """By case or by task: the clock of its step, its inspectors, the last opinion, drafts and answered items."""

    clocks: dict[int, Deadline] = field(default_factory=dict)
    inspectors: dict[int, list[User]] = field(default_factory=dict)
    opinions: dict[int, Opinion] = field(default_factory=dict)
    drafts: dict[int, datetime] = field(default_factory=dict)
    """When the reader's own draft of a task was last kept."""
    progress: dict[int, tuple[int, int]] = field(default_factory=dict)


def marks_of(items: Sequence[WorkItem], user: User) -> Marks:
    """Everything beside these rows; five queries however many they are."""
    cases = [item.case_id for item in items]
    return Marks(
        clocks=clocks_of(items),
        inspectors=inspectors_of(items),
        opinions={opinion.case_id: opinion for opinion in latest_opinions(cases)},
        drafts=dict(
            StepDraft.objects.filter(task__in=[item.pk for item in items], user=user).values_list("task", "saved_at")
        ),
        progress=_progress(items),
    )


def latest_opinions(cases: Sequence[int]) -> QuerySet[Opinion]:
    """The last decision taken in each case."""
    last = Opinion.objects.filter(case__in=cases).order_by().values("case").annotate(last=Max("pk")).values("last")
    return Opinion.objects.filter(pk__in=last).select_related("author", "body")


def inspectors_of(items: Sequence[WorkItem]) -> dict[int, list[User]]:
    """The inspectors of each case's current round, the lead first."""
    rounds = {item.case_id: item.case.round for item in items}
    found: dict[int, list[User]] = defaultdict(list)
    for assignment in Assignment.objects.filter(case__in=rounds).select_related("user").order_by("role", "pk"):
        if assignment.round == rounds[assignment.case_id]:
            found[assignment.case_id].append(assignment.user)
    return dict(found)


def clocks_of(items: Sequence[WorkItem]) -> dict[int, Deadline]:
    """By task: the open clock of the step, with `reminded`, how often somebody was reminded of it."""
    tasks = {(item.case_id, f"step:{item.step}"): item.pk for item in items}
    orders = {item.case_id: item.pk for item in items if item.step == "report_rectification"}
    open_clocks = (
        Deadline.objects.select_related("case__body", "accountable_body")
        .filter(case__in=[item.case_id for item in items])
        .filter(state__in=[Deadline.State.RUNNING, Deadline.State.SUSPENDED])
        .filter(Q(subject__startswith="step:") | Q(subject__startswith="order:"))
        .annotate(reminded=Count("reminders", filter=Q(reminders__rung__startswith="urged:")))
        .order_by("-due_on", "-pk")
    )
    found: dict[int, Deadline] = {}
    for clock in open_clocks:
        assert clock.case_id is not None
        task = tasks.get((clock.case_id, clock.subject))
        if task is None and clock.subject.startswith("order:"):
            task = orders.get(clock.case_id)
        if task is not None:
            found[task] = clock
    return found


def _progress(items: Sequence[WorkItem]) -> dict[int, tuple[int, int]]:
    """By case: items answered and items in all, of an inspection form that has been begun."""
    inspected = {item.case_id: item.case for item in items if item.step == "inspect"}
    begun = Inspection.objects.filter(case__in=inspected, submitted_at__isnull=True).annotate(answered=Count("answers"))
    return {
        inspection.case_id: (inspection.answered, len(classifying_pack(inspected[inspection.case_id].pack).items))
        for inspection in begun
        if inspection.round == inspected[inspection.case_id].round and inspection.answered
    }
