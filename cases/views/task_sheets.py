"""Supervision task lists: the list of lists, making them, and one with what can be done about it (38号 附件2)."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.forms.refusals import in_words, refusal_text
from cases.forms.task_sheets import CancelSheetForm, GenerateForm, GiveSheetForm, SheetFilterForm, UnitSheetForm
from cases.guards.conditions import failed
from cases.guards.task_sheets import may_fill, may_manage
from cases.models import Body, Enterprise, TaskSheet
from cases.rules.errors import StatedError
from cases.rules.task_list import mark_of
from cases.selectors.enterprises import areas_to_choose
from cases.selectors.people import colleagues_with
from cases.selectors.scope import holds, may, within
from cases.selectors.task_sheets import filtered_sheets, visible_sheets
from cases.selectors.written import period_words
from cases.services.export_task_sheets import export_task_sheets
from cases.services.fill_task_sheet import cancel_sheet, give_sheet
from cases.services.generate_task_sheets import generate_task_sheet, generate_task_sheets
from cases.views.registry import XLSX, acting_of, reader
from cases.views.unit_page import unit_context, visible_unit

PAGE: Final = 50
AREAS: Final = 400


@require_GET
def task_sheet_list(request: HttpRequest) -> HttpResponse:
    """The task lists of all units the person sees, open ones first."""
    user, today = reader(request), acting_of(request).today
    if not holds(user, "view_enterprise"):
        raise PermissionDenied
    form = _filter(request)
    rows = filtered_sheets(visible_sheets(user), form.wanted(user, today))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "today": today,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "query": request.GET.urlencode(),
        "may_manage": holds(user, "manage_task_list"),
        "may_export": holds(user, "export_enterprises"),
    }
    return render(request, "cases/task_sheets/list.html", context)


@require_GET
def task_sheet_export(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook, every task a row."""
    acting = acting_of(request)
    if not holds(acting.person, "export_enterprises"):
        raise PermissionDenied
    content = export_task_sheets(wanted=_filter(request).wanted(acting.person, acting.today), acting=acting)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="task-lists-{acting.today:%Y%m%d}.xlsx"'
    return response


def _filter(request: HttpRequest) -> SheetFilterForm:
    areas = areas_to_choose(reader(request), request.GET.get("area", "")[:12])
    return SheetFilterForm(request.GET, areas=areas)


@require_http_methods(["GET", "POST"])
def task_sheet_new(request: HttpRequest) -> HttpResponse:
    """Make lists for all units of an area, in the background."""
    acting = acting_of(request)
    if not holds(acting.person, "manage_task_list"):
        raise PermissionDenied
    areas = Body.objects.filter(within(acting.person, "manage_task_list", "")).order_by("position")[:AREAS]
    form = GenerateForm(request.POST or None, areas=Body.objects.filter(pk__in=areas.values("pk")), today=acting.today)
    if form.is_valid():
        data = form.cleaned_data
        try:
            count = generate_task_sheets(
                body=data["area"],
                list_codes=data["lists"],
                period=data["period"],
                selection=data["selection"],
                acting=acting,
            )
        except StatedError as error:
            _take(form, error)
        else:
            messages.success(
                request,
                ngettext(
                    "%(count)s list is being made in the background. You can leave this page.",
                    "%(count)s lists are being made in the background. You can leave this page.",
                    count,
                )
                % {"count": count},
            )
            return redirect("task_sheet_list")
    context = {"form": form, "crumbs": _crumbs(_("Make task lists"))}
    return render(request, "cases/task_sheets/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def unit_task_sheets(request: HttpRequest, uscc: str) -> HttpResponse:
    """One unit's task lists, and a new one for it."""
    acting = acting_of(request)
    unit = visible_unit(request, uscc)
    manages = may(acting.person, "manage_task_list", unit.territorial_body)
    if request.method == "POST" and not manages:
        raise PermissionDenied
    form = UnitSheetForm(request.POST or None, kinds=_list_kinds(unit), today=acting.today)
    if form.is_valid():
        try:
            sheet = generate_task_sheet(enterprise_id=unit.pk, **form.cleaned_data, acting=acting)
        except StatedError as error:
            _take(form, error)
        else:
            messages.success(request, _("The list is ready to be filled in."))
            return redirect("task_sheet", pk=sheet.pk)
    sheets = unit.task_sheets.select_related("officer", "filled_by").order_by("-first_day", "-pk")
    context = unit_context(request, unit, "unit_task_sheets", sheets=sheets, form=form if manages else None)
    return render(request, "cases/task_sheets/unit.html", context, status=422 if form.errors else 200)


def _list_kinds(unit: Enterprise) -> list[str]:
    kinds = ["production"] if unit.makes else []
    return [*kinds, "sales"] if unit.sells_wholesale or unit.sells_retail else kinds


@require_GET
def task_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One list with its answers, and what can be done about it."""
    return _sheet_page(request, sheet_for(request, pk))


@require_POST
def task_sheet_give(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who fills it in."""
    sheet = sheet_for(request, pk)
    form = GiveSheetForm(request.POST, officers=_officers(sheet))
    if form.is_valid():
        try:
            give_sheet(sheet_id=sheet.pk, officer_id=form.cleaned_data["officer"].pk, acting=acting_of(request))
        except StatedError as error:
            _take(form, error)
        else:
            messages.success(request, _("The changes are saved."))
            return redirect("task_sheet", pk=pk)
    return _sheet_page(request, sheet, give=form)


@require_POST
def task_sheet_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call it off."""
    sheet = sheet_for(request, pk)
    form = CancelSheetForm(request.POST)
    if form.is_valid():
        try:
            cancel_sheet(sheet_id=sheet.pk, reason=form.cleaned_data["reason"], acting=acting_of(request))
        except StatedError as error:
            _take(form, error)
        else:
            messages.success(request, _("The list is called off."))
            return redirect("task_sheet", pk=pk)
    return _sheet_page(request, sheet, cancel=form)


def sheet_for(request: HttpRequest, pk: int) -> TaskSheet:
    """A list the person may see; others do not exist for them."""
    related = ("enterprise__territorial_body", "enterprise__tier_body", "body", "officer", "filled_by", "case")
    return get_object_or_404(visible_sheets(reader(request)).select_related(*related, "second_officer"), pk=pk)


def _officers(sheet: TaskSheet) -> Any:
    return colleagues_with("inspect_enterprise", sheet.enterprise.territorial_body)


def _sheet_page(
    request: HttpRequest, sheet: TaskSheet, give: GiveSheetForm | None = None, cancel: CancelSheetForm | None = None
) -> HttpResponse:
    acting = acting_of(request)
    unit = sheet.enterprise
    lines = list(sheet.lines.all())
    opened = sheet.state == TaskSheet.State.OPEN
    manages = opened and not failed(may_manage(unit.territorial_body, acting))
    problems = [line for line in lines if line.compliant is False]
    context = {
        "sheet": sheet,
        "enterprise": unit,
        "sections": _sections(lines),
        "problems": problems,
        "files": sheet_files(sheet),
        "conditions": may_fill(sheet, acting) if opened else [],
        "may_fill": opened and not failed(may_fill(sheet, acting)),
        "answered": sum(line.task_done is not None for line in lines),
        "total": len(lines),
        "late": opened and sheet.last_day < acting.today,
        "give": give or (GiveSheetForm(officers=_officers(sheet), initial={"officer": sheet.officer_id})),
        "cancel": cancel or CancelSheetForm(),
        "manages": manages,
        "may_open_case": bool(problems) and sheet.case is None and holds(acting.person, "create_case"),
        "crumbs": _crumbs(f"{unit.name} {period_words(sheet.period)}"),
    }
    refused = (give and give.errors) or (cancel and cancel.errors)
    return render(request, "cases/task_sheets/sheet.html", context, status=422 if refused else 200)


def sheet_files(sheet: TaskSheet) -> Any:
    """Photos and papers kept with the list."""
    return sheet.enterprise.archive_files.filter(subject=f"task_sheet:{sheet.pk}").order_by("pk")


def _sections(lines: list[Any]) -> list[dict[str, Any]]:
    sections: list[dict[str, Any]] = []
    for line in lines:
        if not sections or sections[-1]["number"] != line.section:
            sections.append({"number": line.section, "key_work": line.key_work, "lines": []})
        line.mark = mark_of(line.task_done, line.compliant)
        sections[-1]["lines"].append(line)
    return sections


def _take(form: Any, error: StatedError) -> None:
    field = error.details.get("field")
    form.add_error(field if field in form.fields else None, refusal_text(error) if error.clause else in_words(error))


def _crumbs(here: str) -> list[dict[str, str]]:
    return [{"label": _("Task lists"), "url": reverse("task_sheet_list")}, {"label": here, "url": ""}]
