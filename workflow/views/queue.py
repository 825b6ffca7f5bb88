"""To claim: what waits for anybody within reach, and what colleagues have taken; claim, put back, give on."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.forms.refusals import refusal_text
from cases.guards.conditions import Blocked
from cases.rules.errors import StatedError
from cases.selectors.cases import visible_cases
from cases.selectors.scope import holds, may
from cases.views.preferences import safe_next
from cases.views.registry import XLSX
from workflow.forms.worklist import ReassignForm, WorkFilterForm
from workflow.models import WorkItem
from workflow.selectors.work import reassignable_work, waiting_for, workable
from workflow.selectors.worklist import areas_of, counted, narrowed, narrowed_but_for_due, steps_counted
from workflow.services.export_work import export_work
from workflow.services.hand_over import candidates_for, claim_task, reassign_task, release_task
from workflow.steps import STEPS
from workflow.views.work_rows import work_groups
from workflow.views.worklist import Desk, list_context, step_tabs

TAKEN = "taken"
MOST_AT_ONCE = 50


def _rows(desk: Desk) -> Any:
    """What waits; with `show=taken` what colleagues have taken, for whoever may give it to others."""
    if desk.request.GET.get("show") == TAKEN:
        return reassignable_work(desk.user).filter(owner__isnull=False).exclude(owner=desk.user)
    return waiting_for(desk.people)


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Work that nobody has taken yet, narrowed by the address."""
    desk = Desk.of(request)
    everything = _rows(desk)
    steps = steps_counted(everything)
    form = WorkFilterForm(request.GET, areas=areas_of(everything), steps=[step for step, _number in steps])
    wanted = form.wanted()
    page = desk.page_of(narrowed(everything, wanted, desk.today), compact=form.compact())
    rows = desk.rows_of(page)
    grouped = wanted.order == "due"
    here = counted(narrowed_but_for_due(everything, wanted), desk.today) if grouped else None
    context = {
        **list_context(desk, form, wanted),
        "page": page,
        "rows": rows,
        "groups": work_groups(rows, here) if here else [],
        "tabs": step_tabs(desk, steps, wanted, _("Every step")),
        "absent": desk.absent,
        "taken": request.GET.get("show") == TAKEN,
        "reassigns": holds(desk.user, "reassign_task"),
        "may_give": {row.item.pk for row in rows if may(desk.user, "reassign_task", row.item.body)},
    }
    return render(request, "workflow/inbox/queue.html", context)


@require_GET
def queue_export(request: HttpRequest) -> FileResponse:
    """The list of the same address as a workbook."""
    desk = Desk.of(request)
    wanted = WorkFilterForm(request.GET).wanted()
    rows = narrowed(_rows(desk), wanted, desk.today)
    file = export_work(rows=rows, wanted=wanted, title=_("To claim"), calendar=desk.calendar, acting=desk.acting)
    return FileResponse(file, as_attachment=True, filename=f"queue-{desk.today:%Y%m%d}.xlsx", content_type=XLSX)


def _reachable(desk: Desk, pk: int) -> WorkItem | None:
    """The open item, where the person may work on it or give it on; 404 where its case is none of their business."""
    mine = workable(desk.user, desk.today).filter(pk=pk).first() or reassignable_work(desk.user).filter(pk=pk).first()
    if mine is not None:
        return mine
    cases = visible_cases(desk.user)
    if WorkItem.objects.filter(pk=pk, case__in=cases).exists():
        raise PermissionDenied(_("This step belongs to other posts than yours."))
    if cases.filter(Q(process__task__pk=pk)).exists():
        return None
    raise Http404


@require_POST
def task_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a task; then go on with it."""
    desk = Desk.of(request)
    _reachable(desk, pk)
    try:
        claim_task(task_pk=pk, acting=desk.acting)
    except StatedError as error:
        messages.error(request, refusal_text(error))
        return redirect(safe_next(request, "queue"))
    messages.success(request, _("The task is yours now."))
    here = request.POST.get("next", "")
    return redirect(safe_next(request, "queue") if here else reverse("task", args=[pk]))


@require_POST
def task_claim_many(request: HttpRequest) -> HttpResponse:
    """Take several tasks; says how many were taken and why the others were not."""
    desk = Desk.of(request)
    chosen = [int(value) for value in request.POST.getlist("task") if value.isdecimal()][:MOST_AT_ONCE]
    taken, refused = 0, dict[str, None]()
    for pk in workable(desk.user, desk.today).filter(pk__in=chosen).values_list("pk", flat=True):
        try:
            claim_task(task_pk=pk, acting=desk.acting)
            taken += 1
        except StatedError as error:
            refused[refusal_text(error)] = None
    if taken:
        text = ngettext("%(number)s task taken.", "%(number)s tasks taken.", taken) % {"number": taken}
        messages.success(request, text)
    for reason in refused:
        messages.warning(request, reason)
    if not taken and not refused:
        messages.warning(request, _("Choose at least one task."))
    return redirect(safe_next(request, "queue"))


@require_POST
def task_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one's own task back."""
    desk = Desk.of(request)
    _reachable(desk, pk)
    try:
        release_task(task_pk=pk, acting=desk.acting)
        messages.success(request, _("The task waits for whoever takes it."))
    except StatedError as error:
        messages.error(request, refusal_text(error))
    return redirect(safe_next(request, "inbox"))


@require_http_methods(["GET", "POST"])
def task_reassign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a task to a colleague, with the reason."""
    desk = Desk.of(request)
    item = _reachable(desk, pk)
    if item is None:
        messages.error(request, _("This task is no longer open."))
        return redirect("queue")
    if not may(desk.user, "reassign_task", item.body):
        raise PermissionDenied(_("Your post must allow you to give tasks to others at this body."))
    candidates = candidates_for(item, desk.acting)
    form = ReassignForm(request.POST or None, people=[each.user for each in candidates if not each.missing])
    if form.is_valid() and _given(desk, item, form):
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


def _given(desk: Desk, item: WorkItem, form: ReassignForm) -> bool:
    """Whether it went through; else the form says why not."""
    to = form.cleaned_data["to"]
    try:
        reassign_task(task_pk=item.pk, to=to, reason=form.cleaned_data["reason"], acting=desk.acting)
    except Blocked as error:
        form.add_error("to", "；".join(str(condition.reason) for condition in error.conditions))
        return False
    except StatedError as error:
        field = error.details.get("field")
        form.add_error(field if field in form.fields else None, refusal_text(error))
        return False
    messages.success(desk.request, _("%(name)s has the task now.") % {"name": to.name})
    return True


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("To claim"), "url": reverse("queue")}, {"label": _("Give to a colleague"), "url": ""}]
