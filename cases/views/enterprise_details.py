"""Forms for the rows of a unit: add, change, end, remove, all kinds alike."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.forms import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.forms.archive import ArchiveFileForm
from cases.forms.enterprise import show_faults
from cases.forms.refusals import refusal_text
from cases.forms.unit_rows import EndForm, UnitRowForm
from cases.models.enterprise import Enterprise
from cases.rules.errors import StatedError
from cases.services.archive_files import add_archive_file
from cases.services.enterprise_checks import FactsError
from cases.services.unit_rows import ROWS, end_row, remove_row
from cases.views.registry import acting_of
from cases.views.unit_page import changeable_unit, unit_crumbs
from cases.views.unit_row_kinds import ROW_PAGES, RowPage, Words


@require_http_methods(["GET", "POST"])
def detail_form(request: HttpRequest, uscc: str, kind: str, pk: int | None = None) -> HttpResponse:
    """Add a row, or change one; the address of a new one may fill fields beforehand."""
    enterprise, page = changeable_unit(request, uscc), _page(kind)
    row = None if pk is None else _row(page, enterprise, pk)
    initial = _asked(request, page.form) if row is None else model_to_dict(row)
    form = page.form(request.POST or None, request.FILES or None, initial=initial, enterprise=enterprise)
    if form.is_bound and form.is_valid():
        try:
            kept = page.keep(enterprise_id=enterprise.pk, row_id=pk, **form.cleaned_data, acting=acting_of(request))
        except StatedError as error:
            _show(form, error)
        else:
            messages.success(request, _("The changes are saved."))
            return redirect(_back(page, uscc) + page.query(kept))
    return _show_form(
        request,
        form,
        enterprise,
        page.change if row else page.new,
        _back(page, uscc),
        remove_url=reverse("enterprise_row_remove", args=[uscc, kind, pk]) if row else "",
        end=_end_link(page, uscc, kind, row) if row else None,
    )


@require_http_methods(["GET", "POST"])
def detail_end(request: HttpRequest, uscc: str, kind: str, pk: int) -> HttpResponse:
    """Say until when a row held."""
    enterprise, page = changeable_unit(request, uscc), _page(kind)
    if page.ending is None:
        raise Http404
    row, acting = _row(page, enterprise, pk), acting_of(request)
    form = EndForm(request.POST or None, initial={"on": acting.today})
    form.fields["on"].label = str(page.ending.day)
    if form.is_bound and form.is_valid():
        try:
            end_row(model=page.model, enterprise_id=enterprise.pk, row_id=pk, acting=acting, **form.cleaned_data)
        except StatedError as error:
            _show(form, error)
        else:
            messages.success(request, _("The changes are saved."))
            return redirect(_back(page, uscc))
    return _show_form(request, form, enterprise, page.ending.title, _back(page, uscc), what=str(row))


@require_POST
def detail_remove(request: HttpRequest, uscc: str, kind: str, pk: int) -> HttpResponse:
    """Remove a row that was entered wrongly."""
    enterprise, page = changeable_unit(request, uscc), _page(kind)
    try:
        remove_row(model=page.model, enterprise_id=enterprise.pk, row_id=pk, acting=acting_of(request))
    except StatedError as error:
        messages.error(request, refusal_text(error))
    else:
        messages.success(request, _("The entry is removed."))
    return redirect(_back(page, uscc))


@require_http_methods(["GET", "POST"])
def archive_file_new(request: HttpRequest, uscc: str) -> HttpResponse:
    """Put a file into the archive of the unit itself."""
    enterprise = changeable_unit(request, uscc)
    back = reverse("enterprise_archive", args=[uscc])
    form = ArchiveFileForm(request.POST, request.FILES) if request.method == "POST" else ArchiveFileForm()
    if form.is_bound and form.is_valid():
        try:
            add_archive_file(enterprise_id=enterprise.pk, upload=form.cleaned_data["file"], acting=acting_of(request))
        except StatedError as error:
            _show(form, error)
        else:
            messages.success(request, _("The file is in the archive."))
            return redirect(back)
    return _show_form(request, form, enterprise, _("Add a file"), back)


def _page(kind: str) -> RowPage:
    if kind not in ROW_PAGES:
        raise Http404
    return ROW_PAGES[kind]


def _row(page: RowPage, enterprise: Enterprise, pk: int) -> Model:
    return get_object_or_404(page.model._default_manager.filter(**{ROWS[page.model].path: enterprise}), pk=pk)


def _back(page: RowPage, uscc: str) -> str:
    return reverse(page.page, args=[uscc])


def _asked(request: HttpRequest, form: type[UnitRowForm]) -> dict[str, Any]:
    """What the address fills in."""
    return {name: request.GET[name] for name in form.base_fields if name in request.GET}


def _end_link(page: RowPage, uscc: str, kind: str, row: Model) -> dict[str, Any] | None:
    """The way to the end of a row that still holds."""
    if page.ending is None or getattr(row, ROWS[page.model].until) is not None:
        return None
    return {"label": page.ending.title, "url": reverse("enterprise_row_end", args=[uscc, kind, row.pk])}


def _show(form: forms.Form, error: StatedError) -> None:
    """The refusal at the fields it names, or above the form with its clause."""
    if isinstance(error, FactsError):
        show_faults(form, error.faults)
    else:
        form.add_error(None, refusal_text(error))


def _show_form(
    request: HttpRequest, form: forms.Form, enterprise: Enterprise, title: Words, back: str, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "enterprise": enterprise,
        "back": back,
        "crumbs": unit_crumbs(enterprise, title),
        **more,
    }
    return render(request, "cases/enterprises/detail_form.html", context, status=422 if form.errors else 200)
