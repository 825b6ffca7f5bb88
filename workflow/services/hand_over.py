"""Take a task, put it back, give it to somebody else: guard, token, one audit event on the case."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from cases.acting import Acting
from cases.guards.conditions import Blocked, Condition, failed, require
from cases.models import User
from cases.rules.errors import RuleError
from cases.selectors.notifications import register_wording
from cases.selectors.people import colleagues_with
from cases.services.audit import record_on_case
from cases.services.lifecycle import lock_case
from cases.services.notify import notify
from cases.services.opinions import need_reason
from workflow import engine
from workflow.guards import may_claim, may_reassign, may_receive, may_release
from workflow.models import WorkItem
from workflow.selectors.work import acting_on
from workflow.steps import STEPS

TASK_GIVEN = "task_given"
register_wording(TASK_GIVEN, _("%(person)s has given you a task: %(enterprise)s, “%(rule)s”."))


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
        reason = need_reason(reason)
        if to.pk == item.owner_id:
            raise RuleError("same_owner", gettext_noop("%(name)s has this task already."), field="to", name=to.name)
        if not colleagues_with(item.permission, item.body).filter(pk=to.pk).exists():
            raise RuleError(
                "wrong_person", gettext_noop("The post of %(name)s does not allow this step."), field="to", name=to.name
            )
        if missing := failed(may_receive(item, Acting(to, acting.at))):
            raise Blocked(missing)
        before = item.owner
        engine.reassign(task_pk, to=to, acting=acting)
        _record(
            item,
            "task.reassigned",
            acting,
            {"from": before.name if before else "", "to": to.name, "to_id": to.pk, "reason": reason},
        )
        _tell(item, to, acting)
    return _item(task_pk)


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
