"""Acts on many pieces of work: take them, give them on, lengthen periods or ask for it; each by its own service."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cases.acting import Acting
from cases.guards.conditions import failed
from cases.models import Deadline, ExtensionRequest, User
from cases.selectors.list_kinds import ListKind
from cases.selectors.scope import holds, may
from cases.views.list_acts import Act, act_page
from cases.views.many_deadlines import (
    ASK_EFFECT,
    ASK_TITLE,
    EXTEND_EFFECT,
    EXTEND_TITLE,
    ask_form,
    ask_one,
    extend_form,
    extend_one,
    why_not_asked,
    why_not_extended,
)
from workflow.forms.bulk import AssignManyForm
from workflow.forms.list_kinds import APPROVALS, INBOX, QUEUE
from workflow.guards import may_claim
from workflow.models import WorkItem
from workflow.selectors.work import acting_on, workable
from workflow.selectors.work_marks import clocks_of
from workflow.services.hand_over import claim_task, reassign_task
from workflow.steps import STEPS

LISTS: Final[dict[str, ListKind]] = {"inbox": INBOX, "queue": QUEUE, "approvals": APPROVALS}


@dataclass(frozen=True, slots=True)
class Clocked:
    """A piece of work with the running period of its step."""

    item: WorkItem
    clock: Deadline | None

    @property
    def pk(self) -> int:
        return self.item.pk


def about_item(item: WorkItem) -> tuple[str, str]:
    return f"{item.case.enterprise.name} · {STEPS[item.step].title}", reverse("task", args=[item.pk])


def _may_not_assign(item: WorkItem, acting: Acting) -> str:
    if may(acting.person, "reassign_task", item.body):
        return ""
    return _("Your post must allow you to give tasks to others at this body.")


def _assign(item: WorkItem, facts: dict[str, Any], acting: Acting) -> WorkItem:
    return reassign_task(task_pk=item.pk, to=facts["to"], reason=facts["reason"], acting=acting)


def _assign_form(data: Any, items: list[WorkItem]) -> AssignManyForm:
    return AssignManyForm(data, items=items)


ASSIGN: Final = Act(
    code="assign",
    title=gettext_lazy("Give to a colleague"),
    effect=gettext_lazy("The colleague is told of each task; the reason stands in the log of its case."),
    icon="send",
    form=_assign_form,
    why_not=_may_not_assign,
    do=_assign,
    about=about_item,
)


def _may_not_claim(item: WorkItem, acting: Acting) -> str:
    return "；".join(str(condition.reason) for condition in failed(may_claim(item, acting_on(item, acting))))


def _taken_by_others(keys: list[int], acting: Acting) -> list[tuple[str, str, str]]:
    taken = workable(acting.person, acting.today).filter(pk__in=keys, owner__isnull=False)
    return [(*about_item(item), _("%(name)s has this task already.") % {"name": item.owner}) for item in taken]


CLAIM: Final = Act(
    code="claim",
    title=gettext_lazy("Claim"),
    effect=gettext_lazy("Each task becomes yours and leaves the queue for everybody else."),
    icon="check",
    form=lambda data, _items: forms.Form(data),
    why_not=_may_not_claim,
    do=lambda item, _facts, acting: claim_task(task_pk=item.pk, acting=acting),
    about=about_item,
    lost=_taken_by_others,
)


def _with_clocks(items: Sequence[WorkItem]) -> list[Clocked]:
    clocks = clocks_of(items)
    return [Clocked(item, clocks.get(item.pk)) for item in items]


def _may_not_extend(row: Clocked, acting: Acting) -> str:
    if row.clock is None:
        return _("No period runs for this step.")
    return why_not_extended(row.clock, acting)


def _extend_form(data: Any, rows: list[Clocked]) -> Any:
    return extend_form(data, [row.clock for row in rows if row.clock is not None])


def _extend(row: Clocked, facts: dict[str, Any], acting: Acting) -> Deadline:
    assert row.clock is not None  # a row without one was left out
    return extend_one(row.clock, facts, acting)


EXTEND: Final = Act(
    code="extend",
    title=EXTEND_TITLE,
    effect=EXTEND_EFFECT,
    icon="calendar-due",
    form=_extend_form,
    why_not=_may_not_extend,
    do=_extend,
    about=lambda row: about_item(row.item),
    prepare=_with_clocks,
)


def _may_not_ask(item: WorkItem, acting: Acting) -> str:
    if item.step != "report_rectification":
        return _("Only for the period of a rectification order can an extension be asked.")
    return why_not_asked(item.case, acting)


def _ask(item: WorkItem, facts: dict[str, Any], acting: Acting) -> ExtensionRequest:
    return ask_one(item.case_id, facts, acting)


ASK: Final = Act(
    code="ask",
    title=ASK_TITLE,
    effect=ASK_EFFECT,
    icon="calendar-due",
    form=ask_form,
    why_not=_may_not_ask,
    do=_ask,
    about=about_item,
)


def _list(code: str) -> ListKind:
    if code not in LISTS:
        raise Http404
    return LISTS[code]


@require_POST
def work_assign(request: HttpRequest, code: str) -> HttpResponse:
    """The chosen tasks, to a colleague."""
    return act_page(request, _list(code), ASSIGN)


@require_POST
def work_extend(request: HttpRequest, code: str) -> HttpResponse:
    """The periods of the chosen tasks, longer."""
    return act_page(request, _list(code), EXTEND)


@require_POST
def work_ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for an extension of the orders behind the chosen tasks."""
    return act_page(request, _list(code), ASK)


@require_POST
def task_claim_many(request: HttpRequest) -> HttpResponse:
    """Take the chosen tasks of the queue."""
    return act_page(request, QUEUE, CLAIM)


def acts_for(user: User, code: str) -> list[dict[str, Any]]:
    """What the person may do to many rows of a list of work, beside printing and exporting them."""
    acts: list[dict[str, Any]] = []
    if holds(user, "reassign_task"):
        acts.append({"label": _("Give to"), "icon": "send", "url": reverse("work_assign", args=[code])})
    if holds(user, "extend_deadline"):
        acts.append({"label": _("Extend"), "icon": "calendar-due", "url": reverse("work_extend", args=[code])})
    if code != APPROVALS.code and holds(user, "submit_rectification"):
        acts.append({"label": ASK_TITLE, "icon": "calendar-due", "url": reverse("work_ask", args=[code])})
    return acts
