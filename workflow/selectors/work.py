"""Open human work a person may see: their own (and of the absent colleagues they stand in for), and what waits.

Scoped through grants on bodies, never through the engine's own lists.
"""

from datetime import date

from django.db.models import Q, QuerySet

from cases.acting import Acting
from cases.models import User
from cases.selectors.scope import acting_for, within
from workflow.models import WorkItem
from workflow.steps import STEPS

PERMISSIONS = tuple(sorted({step.permission for step in STEPS.values()}))


def _rows() -> QuerySet[WorkItem]:
    return WorkItem.objects.select_related(
        "case__enterprise", "case__body", "case__territorial_body", "body", "owner"
    )


def _reach(people: list[User]) -> Q:
    """Work whose permission one of these people holds on its body."""
    reach = Q(pk__in=[])
    for person in people:
        for permission in PERMISSIONS:
            reach |= Q(permission=permission) & within(person, permission, "body")
    return reach


def stands_for(user: User, today: date) -> list[User]:
    """The person and the absent colleagues whose work they do today."""
    return [user, *acting_for(user, today)]


def own_work(user: User, today: date) -> QuerySet[WorkItem]:
    """Taken by the person, or by a colleague they stand in for."""
    return _rows().filter(owner__in=stands_for(user, today)).order_by("due_on", "task_id")


def waiting_work(user: User, today: date) -> QuerySet[WorkItem]:
    """Taken by nobody, and within reach."""
    return _rows().filter(_reach(stands_for(user, today)), owner__isnull=True).order_by("due_on", "task_id")


def workable(user: User, today: date) -> QuerySet[WorkItem]:
    """Whatever the person may open: their own, what waits within reach, and what a colleague has taken within reach."""
    people = stands_for(user, today)
    return _rows().filter(Q(owner__in=people) | _reach(people))


def acting_on(item: WorkItem, acting: Acting) -> Acting:
    """The person acting on this item: for themselves where they can, else for the absent colleague whose work it is."""
    user = acting.person
    if item.owner_id == user.pk:
        return acting
    absent = acting_for(user, acting.today)
    owner = next((person for person in absent if person.pk == item.owner_id), None)
    if owner is None and item.owner_id is None and not _reaches(user, item):
        owner = next((person for person in absent if _reaches(person, item)), None)
    return Acting(user, acting.at, on_behalf_of=owner) if owner else acting


def _reaches(person: User, item: WorkItem) -> bool:
    return WorkItem.objects.filter(within(person, item.permission, "body"), pk=item.pk).exists()
