"""Take a task, put it back, give it to somebody else: guard, token, one audit event on the case."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from cases.acting import Acting
from cases.guards.conditions import Blocked, Condition, failed, require
from cases.models import Case, Deadline, User
from cases.rules.errors import RuleError
from cases.selectors.notifications import register_wording
from cases.selectors.people import colleagues_with
from cases.services.audit import record_on_case
from cases.services.deadlines import reassign_accountable
from cases.services.lifecycle import lock_case
from cases.services.notify import notify
from cases.services.opinions import need_reason
from cases.services.replace_inspector import assignment_of, replace_inspector
from workflow import engine
from workflow.guards import may_claim, may_reassign, may_receive, may_release, open_items, replacing
from workflow.models import WorkItem
from workflow.selectors.work import acting_on
from workflow.steps import STEPS

TASK_GIVEN = "task_given"
CASE_GIVEN = "case_given"
register_wording(TASK_GIVEN, _("%(person)s has given you a task: %(enterprise)s, “%(rule)s”."))
register_wording(CASE_GIVEN, _("%(person)s has put you in the place of %(leaving)s on the case of %(enterprise)s."))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A colleague who might take a task over; `missing` is what keeps them from it."""

    user: User
    missing: tuple[Condition, ...]


def candidates_for(item: WorkItem, acting: Acting) -> list[Candidate]:
    """Colleagues whose post allows the step at its body, without its present owner; those who cannot do it last."""
    colleagues = [user for user in colleagues_with(item.permission, item.body) if user.pk != item.owner_id]
    found = [Candidate(user, tuple(failed(may_receive(item, Acting(user, acting.at))))) for user in colleagues]
    return sorted(found, key=lambda candidate: bool(candidate.missing))


@transaction.atomic
def claim_task(*, task_pk: int, acting: Acting) -> WorkItem:
    """Take an open task. TaskGone where somebody else has it or it is done, Blocked where the post does not allow it.

    Taking one's own again changes nothing.
    """
    with engine.open_task(task_pk, acting=acting):
        item = _item(task_pk)
        if item.owner_id == acting.person.pk:
            return item
        acting = acting_on(item, acting)
        require(may_claim(item, acting))
        engine.claim(task_pk, acting=acting)
        _record(item, "task.claimed", acting, {})
    return _item(task_pk)


@transaction.atomic
def release_task(*, task_pk: int, acting: Acting) -> WorkItem:
    """Put one's own task back for others to take. TaskGone where it is done, Blocked where it is not one's own."""
    with engine.open_task(task_pk, acting=acting):
        item = _item(task_pk)
        require(may_release(item, acting))
        engine.release(task_pk, acting=acting)
        _record(item, "task.released", acting, {})
    return _item(task_pk)


@transaction.atomic
def reassign_task(*, task_pk: int, to: User, reason: str, acting: Acting) -> WorkItem:
    """Give an open task to a colleague, whoever has it now.

    RuleError `reason_too_short`, `same_owner`; `wrong_person` where the post of `to` does not allow the step at the
    body; Blocked with what else keeps them from it. TaskGone where it is done.
    """
    with engine.open_task(task_pk, acting=acting):
        item = _item(task_pk)
        require(may_reassign(item, acting))
        _give(item, to, need_reason(reason), acting)
    return _item(task_pk)


def _give(item: WorkItem, to: User, reason: str, acting: Acting) -> None:
    """Give the task of the item, whose process is locked, to somebody whose post and person allow the step."""
    if to.pk == item.owner_id:
        raise RuleError("same_owner", gettext_noop("%(name)s has this task already."), field="to", name=to.name)
    if not colleagues_with(item.permission, item.body).filter(pk=to.pk).exists():
        raise RuleError(
            "wrong_person", gettext_noop("The post of %(name)s does not allow this step."), field="to", name=to.name
        )
    if missing := failed(may_receive(item, Acting(to, acting.at))):
        raise Blocked(missing)
    before = item.owner
    engine.reassign(item.pk, to=to, acting=acting)
    told = {"from": before.name if before else "", "to": to.name, "to_id": to.pk, "reason": reason}
    _record(item, "task.reassigned", acting, told)
    _tell(item, to, acting)


@transaction.atomic
def replace_on_case(*, case_id: int, leaving: User, successor: User, reason: str, acting: Acting) -> Case:
    """Put `successor` in the place of somebody who leaves for good: as inspector of the case, and in all that is open.

    Tasks, the role of the current round and the periods they answer for move together or not at all. RuleError
    `reason_too_short`, `nothing_open`; Blocked with whatever keeps the successor from any part of it.
    """
    case = lock_case(case_id)
    reason = need_reason(reason)
    require(replacing(case, leaving, successor, acting))
    items = list(open_items(case, leaving))
    assignment = assignment_of(case, leaving)
    if assignment is not None:
        replace_inspector(case=case, assignment=assignment, successor=successor, reason=reason, acting=acting)
    elif not items:
        raise RuleError("nothing_open", gettext_noop("%(name)s has nothing open on this case."), name=leaving.name)
    for item in items:
        with engine.open_task(item.pk, acting=acting):
            _give(_item(item.pk), successor, reason, acting)
    for deadline in Deadline.objects.filter(case=case, accountable_user=leaving):
        reassign_accountable(deadline=deadline, user=successor, reason=reason, acting=acting)
    news = {"person": acting.person.name, "leaving": leaving.name, "enterprise": case.enterprise.name}
    key = f"case_given:{case.pk}:{acting.at.isoformat()}"
    notify(users=[successor], kind=CASE_GIVEN, key=key, case=case, data=news, at=acting.at)
    return case


def _item(task_pk: int) -> WorkItem:
    return WorkItem.objects.select_related(
        "case__enterprise", "case__body", "case__territorial_body", "body", "owner"
    ).get(pk=task_pk)


def _record(item: WorkItem, action: str, acting: Acting, data: dict[str, object]) -> None:
    case = lock_case(item.case_id)
    record_on_case(case, action, acting, {"task": item.pk, "step": item.step, **data})


def _tell(item: WorkItem, to: User, acting: Acting) -> None:
    news = {
        "person": acting.person.name,
        "enterprise": item.case.enterprise.name,
        "rule": STEPS[item.step].rule or "rectification",
    }
    key = f"task_given:{item.pk}:{acting.at.isoformat()}"
    notify(users=[to], kind=TASK_GIVEN, key=key, case=item.case, data=news, at=acting.at)
