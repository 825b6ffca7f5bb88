"""Who may take an open task, put it back, or give it to somebody else."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.guards.parts import holds
from cases.guards.replacing import may_inspect_instead, may_replace, may_succeed
from cases.models import Assignment, Body, Case, User
from cases.selectors.people import colleagues_with
from workflow.models import WorkItem
from workflow.selectors.incidents import CODENAME as INCIDENTS
from workflow.selectors.incidents import handles_everywhere
from workflow.steps import STEPS, Step

PERSONAL = frozenset({"permission", "assigned", "certificate", "conflict_of_interest", "separation_of_duties"})
"""Conditions of a step that lie in the person and not in the case: somebody else may meet them."""


_NOBODY = Step.__dataclass_fields__["owner"].default
BY_NAME = frozenset(code for code, step in STEPS.items() if step.owner is not _NOBODY)
"""Steps that go to a person by name as soon as they open; the others wait in the queue."""


def may_claim(item: WorkItem, acting: Acting) -> list[Condition]:
    """Whoever could do the step may take it."""
    return may_receive(item, acting)


def may_release(item: WorkItem, acting: Acting) -> list[Condition]:
    """Whoever has taken a task may put it back, unless the step is theirs by assignment."""
    assigned = STEPS[item.step].owner(item.case)
    return [
        Condition("own_task", item.owner_id == acting.person.pk, _("Only the person who took a task can put it back.")),
        Condition(
            "not_assigned",
            assigned is None or assigned.pk != acting.person.pk,
            _("A step assigned to you by name is not put back: ask for it to be given to a colleague."),
        ),
    ]


def may_reassign(item: WorkItem, acting: Acting) -> list[Condition]:
    """Whoever leads the people of the item's body."""
    return [holds(acting, "reassign_task", item.body)]


def may_receive(item: WorkItem, acting: Acting) -> list[Condition]:
    """What the step asks of the acting person; whether the case is ready for it is another matter."""
    conditions = STEPS[item.step].guard(item.case, acting)
    return [condition for condition in conditions if condition.code in PERSONAL]


def open_items(case: Case, person: User) -> QuerySet[WorkItem]:
    """What the person has open on a case."""
    return WorkItem.objects.filter(case=case, owner=person).select_related("case__enterprise", "body").order_by("pk")


def replacing(case: Case, leaving: User, successor: User, acting: Acting) -> list[Condition]:
    """Everything that must hold for `successor` to take the place of `leaving` on the case, each said once."""
    inspects = Assignment.objects.filter(case=case, round=case.round, user=leaving).exists()
    conditions = [*may_replace(case, acting), *may_succeed(leaving, successor, acting)]
    if inspects:
        conditions += may_inspect_instead(case, successor, acting)
    for item in open_items(case, leaving):
        conditions += _may_take(item, successor, acting, assigned=inspects)
    return list({(each.code, str(each.reason)): each for each in conditions}.values())


def _may_take(item: WorkItem, successor: User, acting: Acting, *, assigned: bool) -> list[Condition]:
    """What a step asks of the successor; the assignment itself moves with the inspector."""
    asked = may_receive(item, Acting(successor, acting.at))
    taken = [each for each in asked if each.code != "permission" and not (assigned and each.code == "assigned")]
    able = colleagues_with(item.permission, item.body).filter(pk=successor.pk).exists()
    words = _("The post of %(name)s must allow “%(step)s”.") % {"name": successor.name, "step": STEPS[item.step].title}
    return [Condition("permission", able, words), *taken]


def may_handle(body: Body | None, acting: Acting) -> list[Condition]:
    """Whoever handles the incidents of the body; those of none, whoever does so at a province or the nation."""
    if body is not None:
        return [holds(acting, INCIDENTS, body)]
    wide = handles_everywhere(acting.authority)
    return [Condition("permission", wide, _("You must handle incidents at a province or nationally."))]
