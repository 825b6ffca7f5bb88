"""Open human work a person may see: their own (and of the absent colleagues they stand in for), and what waits.

Scoped through grants on bodies, never through the engine's own lists.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from cases.acting import Acting
from cases.models import Deadline, User
from cases.selectors.scope import Ranges, acting_for, held_bodies, may, within
from workflow.models import WorkItem
from workflow.steps import STEPS

PERMISSIONS = tuple(sorted({step.permission for step in STEPS.values()}))
EARLIEST_FIRST = (F("due_on").asc(nulls_last=True), "task_id")


def _rows() -> QuerySet[WorkItem]:
    """Open work, each with `paused`: whether its clock is suspended; the report's clock is that of its order."""
    suspended = Deadline.objects.filter(case=OuterRef("case"), state=Deadline.State.SUSPENDED)
    of_step = Exists(suspended.filter(subject=Concat(Value("step:"), OuterRef("step"))))
    of_order = Exists(suspended.filter(subject__startswith="order:"))
    paused = Q(of_step) | (Q(step="report_rectification") & Q(of_order))
    return WorkItem.objects.select_related(
        "case__enterprise", "case__body", "case__territorial_body", "body", "owner"
    ).annotate(paused=ExpressionWrapper(paused, output_field=BooleanField()))


def _reach(people: Iterable[User]) -> Q:
    """Work whose permission one of these people holds on its body."""
    together: dict[Ranges, set[str]] = {}
    for person in people:
        for permission in PERMISSIONS:
            together.setdefault(held_bodies(person, permission), set()).add(permission)
    reach = Q(pk__in=[])
    for ranges, permissions in together.items():
        for span in ranges:
            reach |= Q(permission__in=sorted(permissions), body__position__range=span)
    return reach


def stands_for(user: User, today: date) -> list[User]:
    """The person and the absent colleagues whose work they do today."""
    return [user, *acting_for(user, today)]


def own_work(user: User, today: date) -> QuerySet[WorkItem]:
    """Taken by the person, or by a colleague they stand in for."""
    return taken_by(stands_for(user, today))


def bare_taken(people: Iterable[User]) -> QuerySet[WorkItem]:
    """`taken_by` for counting: the rows alone, without what stands beside them and without an order."""
    return WorkItem.objects.filter(owner__in=list(people))


def bare_waiting(people: Iterable[User]) -> QuerySet[WorkItem]:
    """`waiting_for` for counting."""
    return WorkItem.objects.filter(_reach(people), owner__isnull=True)


def bare_mine_or_waiting(people: Iterable[User]) -> QuerySet[WorkItem]:
    """`mine_or_waiting` for counting."""
    everybody = list(people)
    return WorkItem.objects.filter(Q(owner__in=everybody) | Q(owner__isnull=True) & _reach(everybody))


def taken_by(people: Iterable[User]) -> QuerySet[WorkItem]:
    """Taken by one of these people."""
    return _rows().filter(owner__in=list(people)).order_by(*EARLIEST_FIRST)


def nearest_inspection(user: User, today: date) -> int | None:
    """The on-site check that falls due first of those the person has taken, or stands in for; its task."""
    taken = WorkItem.objects.filter(owner__in=stands_for(user, today), step="inspect")
    return taken.order_by(*EARLIEST_FIRST).values_list("task_id", flat=True).first()


def waiting_work(user: User, today: date) -> QuerySet[WorkItem]:
    """Taken by nobody, and within reach."""
    return waiting_for(stands_for(user, today))


def waiting_for(people: Iterable[User]) -> QuerySet[WorkItem]:
    """Taken by nobody, and within the reach of one of these people."""
    return _rows().filter(_reach(people), owner__isnull=True).order_by(*EARLIEST_FIRST)


def mine_or_waiting(people: Iterable[User]) -> QuerySet[WorkItem]:
    """Taken by one of these people, or by nobody and within their reach."""
    everybody = list(people)
    waiting = Q(owner__isnull=True) & _reach(everybody)
    return _rows().filter(Q(owner__in=everybody) | waiting).order_by(*EARLIEST_FIRST)


def workable(user: User, today: date) -> QuerySet[WorkItem]:
    """Whatever the person may open: their own, what waits within reach, and what a colleague has taken within reach."""
    people = stands_for(user, today)
    return _rows().filter(Q(owner__in=people) | _reach(people))


def reassignable_work(user: User) -> QuerySet[WorkItem]:
    """Open work that the person may give to somebody else."""
    return _rows().filter(within(user, "reassign_task", "body")).order_by(*EARLIEST_FIRST)


def stood_in_for(item: WorkItem, user: User, absent: Iterable[User]) -> User | None:
    """The absent colleague in whose place `user` does this item; None where they do it themselves. No query of its own.

    A colleague's own item is theirs; what nobody or `user` has taken is done for a colleague only where `user` could
    not do it themselves.
    """
    colleagues = list(absent)
    if item.owner_id not in (None, user.pk):
        return next((person for person in colleagues if person.pk == item.owner_id), None)
    if may(user, item.permission, item.body):
        return None
    return next((person for person in colleagues if may(person, item.permission, item.body)), None)


def acting_on(item: WorkItem, acting: Acting, absent: Iterable[User] | None = None) -> Acting:
    """The person acting on this item: for themselves where they can, else for the absent colleague whose work it is.

    `absent`, the colleagues they stand in for, are asked for where the caller does not know them.
    """
    user = acting.person
    owner = stood_in_for(item, user, acting_for(user, acting.today) if absent is None else absent)
    return Acting(user, acting.at, on_behalf_of=owner) if owner else acting
