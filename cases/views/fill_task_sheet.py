"""Filling in a supervision task list: on a phone in the workshop, with or without script."""

from typing import Any

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.forms.enterprise import show_faults
from cases.forms.refusals import in_words
from cases.forms.task_sheets import FillSheetForm
from cases.guards.conditions import Blocked, failed
from cases.guards.task_sheets import may_fill
from cases.models import TaskSheet
from cases.rules.errors import NotPermitted, StatedError
from cases.selectors.conflicts import saved_by
from cases.selectors.people import colleagues_with
from cases.selectors.written import period_words
from cases.services.enterprise_checks import FactsError
from cases.services.fill_task_sheet import StaleSheetError, add_sheet_paper, save_sheet_draft, submit_sheet
from cases.views.registry import acting_of
from cases.views.task_sheets import sheet_files, sheet_for
from cases.views.versions import Differing, differing


@require_http_methods(["GET", "POST"])
def task_sheet_fill(request: HttpRequest, pk: int) -> HttpResponse:
    """``_do``: save a draft, mine (save over a colleague's version), or submit."""
    sheet = sheet_for(request, pk)
    if sheet.state != TaskSheet.State.OPEN:
        return redirect("task_sheet", pk=pk)
    do = request.POST.get("_do", "submit")
    form = _form(request, sheet, mine=do == "mine")
    if request.method == "GET" or not form.is_valid():
        return _page(request, sheet, form)
    acting = acting_of(request)
    try:
        if paper := form.cleaned_data.get("paper"):  # first, for it cannot be sent again with a form that is refused
            add_sheet_paper(sheet_id=pk, upload=paper, acting=acting)
        if do == "submit":
            submit_sheet(sheet_id=pk, facts=form.facts(), acting=acting)
        else:
            save_sheet_draft(sheet_id=pk, facts=form.facts(), acting=acting)
    except FactsError as error:
        show_faults(form, error.faults)
    except StaleSheetError as error:
        form.add_error(None, in_words(error))
        return _page(request, sheet, form, stale=error.stored)
    except Blocked:
        form.add_error(None, _("A condition of this step does not hold: see below."))
        return _page(request, sheet, form, status=403)
    except StatedError as error:
        form.add_error(None, in_words(error))
        return _page(request, sheet, form, status=403 if isinstance(error, NotPermitted) else 422)
    else:
        if do == "submit":
            messages.success(request, _("The list is filled in."))
            return redirect("task_sheet", pk=pk)
        messages.success(request, _("Your draft is saved. You can go on with it on any device."))
        return redirect("task_sheet_fill", pk=pk)
    return _page(request, sheet, form)


def _form(request: HttpRequest, sheet: TaskSheet, *, mine: bool) -> FillSheetForm:
    officers = colleagues_with("inspect_enterprise", sheet.enterprise.territorial_body)
    officers = officers.exclude(pk=acting_of(request).person.pk)
    initial = FillSheetForm.stored(sheet)
    initial["checked_on"] = initial["checked_on"] or acting_of(request).today
    if request.method == "GET":
        return FillSheetForm(sheet=sheet, officers=officers, initial=initial)
    data: QueryDict = request.POST
    if mine:  # what a colleague saved meanwhile has been shown
        data = data.copy()
        data["version"] = data.get("seen_version", "")
    return FillSheetForm(data, request.FILES, sheet=sheet, officers=officers, initial=initial)


def _page(
    request: HttpRequest, sheet: TaskSheet, form: FillSheetForm, stale: TaskSheet | None = None, status: int = 422
) -> HttpResponse:
    conditions = may_fill(sheet, acting_of(request))
    context: dict[str, Any] = {
        "sheet": sheet,
        "enterprise": sheet.enterprise,
        "form": form,
        "conditions": conditions,
        "blocked": bool(failed(conditions)),
        "files": sheet_files(sheet),
        "crumbs": [
            {"label": _("Task lists"), "url": reverse("task_sheet_list")},
            {
                "label": f"{sheet.enterprise.name} {period_words(sheet.period)}",
                "url": reverse("task_sheet", args=[sheet.pk]),
            },
            {"label": _("Fill in"), "url": ""},
        ],
    }
    if stale is not None:
        saved = saved_by(stale.saved_by, stale.saved_at)
        context |= {"stale": stale, "saved": saved, "differences": _differences(form, stale)}
        status = 409
    return render(request, "cases/task_sheets/fill.html", context, status=status if form.errors else 200)


def _differences(form: FillSheetForm, stored: TaskSheet) -> list[Differing]:
    """Where the answers sent and those saved meanwhile differ, in words; those of a task under its number."""
    numbers = {str(line.position): line.number for line in form.lines}

    def label(bound: BoundField) -> str:
        number = numbers.get(bound.name.partition("-")[2], "")
        beside = f"{number} {bound.label}" if number else str(bound.label)
        return number if number and bound.name.startswith("answer-") else beside

    return differing(form.visible_fields(), FillSheetForm.stored(stored), label)
