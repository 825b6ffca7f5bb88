"""To claim: what waits for anybody within reach, and what colleagues have taken; claim, put back, give on."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.acting import Acting
from cases.forms.refusals import refusal_text
from cases.guards.conditions import Blocked
from cases.rules.errors import StatedError
from cases.selectors.cases import visible_cases
from cases.selectors.scope import holds, may
from cases.views.list_page import ListPage, export_response
from cases.views.preferences import safe_next
from cases.views.registry import acting_of
from workflow.forms.list_kinds import QUEUE, TAKEN, everything_waiting
from workflow.forms.worklist import ReassignForm, WorkFilterForm
from workflow.models import WorkItem
from workflow.selectors.work import reassignable_work, workable
from workflow.selectors.worklist import areas_of, counts_here, narrowed, tally_of
from workflow.services.hand_over import candidates_for, claim_task, reassign_task, release_task
from workflow.steps import STEPS
from workflow.views.bulk import acts_for
from workflow.views.work_rows import work_groups
from workflow.views.worklist import Desk, list_context, step_tabs


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Work that nobody has taken yet, narrowed by the address."""
    desk = Desk.of(request, QUEUE)
    if elsewhere := desk.frame.elsewhere():
        return elsewhere
    everything = everything_waiting(desk.acting, request.GET)
    tally = tally_of(everything, desk.today)
    steps = tally.steps()
    form = WorkFilterForm(request.GET, areas=areas_of(everything), steps=[step for step, _number in steps])
    wanted = form.wanted()
    page = desk.page_of(narrowed(everything, wanted, desk.today))
    rows = desk.rows_of(page)
    here = counts_here(everything, wanted, tally) if wanted.order == "due" else None
    context = {
        **list_context(desk, form, wanted),
        "page": page,
        "rows": rows,
        "groups": work_groups(rows, here) if here else [],
        "tabs": step_tabs(desk, steps, wanted, _("Every step")),
        "absent": desk.absent,
        "bulk_acts": _acts(desk),
        "taken": request.GET.get("show") == TAKEN,
        "reassigns": holds(desk.user, "reassign_task"),
        "may_give": {row.item.pk for row in rows if may(desk.user, "reassign_task", row.item.body)},
    }
    return render(request, "workflow/inbox/queue.html", context)


def _acts(desk: Desk) -> list[dict[str, Any]]:
    """What is free may be claimed; what colleagues have may be given on."""
    acts = acts_for(desk.user, QUEUE.code)
    if desk.request.GET.get("show") == TAKEN:
        return acts
    return [{"label": _("Claim"), "icon": "check", "url": reverse("task_claim_many")}, *acts]


@require_GET
def queue_export(request: HttpRequest) -> HttpResponseBase:
    """The list of the same address as a workbook."""
    return export_response(ListPage.of(request, QUEUE), filename="queue")


def _reachable(acting: Acting, pk: int) -> WorkItem | None:
    """The open item, where the person may work on it or give it on; 404 where its case is none of their business."""
    user, today = acting.person, acting.today
    mine = workable(user, today).filter(pk=pk).first() or reassignable_work(user).filter(pk=pk).first()
    if mine is not None:
        return mine
    cases = visible_cases(user)
    if WorkItem.objects.filter(pk=pk, case__in=cases).exists():
        raise PermissionDenied(_("This step belongs to other posts than yours."))
    if cases.filter(Q(process__task__pk=pk)).exists():
        return None
    raise Http404


@require_POST
def task_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a task; then go on with it."""
    acting = acting_of(request)
    _reachable(acting, pk)
    try:
        claim_task(task_pk=pk, acting=acting)
    except StatedError as error:
        messages.error(request, refusal_text(error))
        return redirect(safe_next(request, "queue"))
    messages.success(request, _("The task is yours now."))
    here = request.POST.get("next", "")
    return redirect(safe_next(request, "queue") if here else reverse("task", args=[pk]))


@require_POST
def task_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one's own task back."""
    acting = acting_of(request)
    _reachable(acting, pk)
    try:
        release_task(task_pk=pk, acting=acting)
        messages.success(request, _("The task waits for whoever takes it."))
    except StatedError as error:
        messages.error(request, refusal_text(error))
    return redirect(safe_next(request, "inbox"))


@require_http_methods(["GET", "POST"])
def task_reassign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a task to a colleague, with the reason."""
    acting = acting_of(request)
    item = _reachable(acting, pk)
    if item is None:
        messages.error(request, _("This task is no longer open."))
        return redirect("queue")
    if not may(acting.person, "reassign_task", item.body):
        raise PermissionDenied(_("Your post must allow you to give tasks to others at this body."))
    candidates = candidates_for(item, acting)
    form = ReassignForm(request.POST or None, people=[each.user for each in candidates if not each.missing])
    if form.is_valid() and _given(request, item, form, acting):
        return redirect(safe_next(request, "queue"))
    context = {
        "item": item,
        "step": STEPS[item.step].title,
        "form": form,
        "able": [each for each in candidates if not each.missing],
        "unable": [each for each in candidates if each.missing],
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "crumbs": _crumbs(),
    }
    return render(request, "workflow/inbox/reassign.html", context, status=422 if form.errors else 200)


def _given(request: HttpRequest, item: WorkItem, form: ReassignForm, acting: Acting) -> bool:
    """Whether it went through; else the form says why not."""
    to = form.cleaned_data["to"]
    try:
        reassign_task(task_pk=item.pk, to=to, reason=form.cleaned_data["reason"], acting=acting)
    except Blocked as error:
        form.add_error("to", "；".join(str(condition.reason) for condition in error.conditions))
        return False
    except StatedError as error:
        field = error.details.get("field")
        form.add_error(field if field in form.fields else None, refusal_text(error))
        return False
    messages.success(request, _("%(name)s has the task now.") % {"name": to.name})
    return True


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("To claim"), "url": reverse("queue")}, {"label": _("Give to a colleague"), "url": ""}]
