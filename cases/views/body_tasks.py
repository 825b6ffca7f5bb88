"""Tasks that bodies add to the annex (38号 附件2 说明1)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.forms.enterprise import show_faults
from cases.forms.refusals import in_words
from cases.forms.task_sheets import BodyTaskForm
from cases.models import Body, BodyTask
from cases.rules.errors import StatedError
from cases.selectors.scope import holds, within
from cases.services.body_tasks import add_body_task, retire_body_task
from cases.services.enterprise_checks import FactsError
from cases.views.registry import acting_of, reader


@require_http_methods(["GET", "POST"])
def body_tasks(request: HttpRequest) -> HttpResponse:
    """The tasks the person's bodies have added, and a new one."""
    acting = acting_of(request)
    if not holds(acting.person, "manage_task_list"):
        raise PermissionDenied
    bodies = Body.objects.filter(within(acting.person, "manage_task_list", "")).order_by("position")
    form = BodyTaskForm(request.POST or None, bodies=bodies, today=acting.today)
    if form.is_valid():
        list_code, section = form.cleaned_data["place"]
        try:
            add_body_task(
                body=form.cleaned_data["body"],
                list_code=list_code,
                section=section,
                text=form.cleaned_data["text"],
                acting=acting,
            )
        except FactsError as error:
            show_faults(form, error.faults)
        except StatedError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("The task is added. Lists made from now on carry it."))
            return redirect("body_tasks")
    rows = BodyTask.objects.filter(within(acting.person, "manage_task_list", "body"), retired_at__isnull=True)
    context = {
        "form": form,
        "tasks": rows.select_related("body", "added_by").order_by("body__position", "list_code", "section", "pk"),
        "crumbs": [
            {"label": _("Task lists"), "url": reverse("task_sheet_list")},
            {"label": _("Tasks of our own"), "url": ""},
        ],
    }
    return render(request, "cases/task_sheets/body_tasks.html", context, status=422 if form.errors else 200)


@require_POST
def body_task_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a task out of lists made from now on."""
    task = get_object_or_404(BodyTask.objects.filter(within(reader(request), "manage_task_list", "body")), pk=pk)
    try:
        retire_body_task(task_id=task.pk, acting=acting_of(request))
    except StatedError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("Lists made from now on no longer carry this task."))
    return redirect("body_tasks")
