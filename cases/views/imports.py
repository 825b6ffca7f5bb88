"""Imports of units: start one, watch it, fetch what it rejected."""

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases.forms.imports import ImportForm
from cases.forms.refusals import in_words
from cases.models.imports import ImportBatch
from cases.rules.errors import NotPermitted, RuleError
from cases.selectors.imports import PERMISSION, bodies_to_import_into, visible_imports
from cases.selectors.scope import holds
from cases.services.fault_texts import fault_text
from cases.services.import_enterprises import start_import
from cases.services.import_report import rejects_workbook, template_workbook
from cases.views.registry import XLSX, acting_of, reader

PAGE: Final = 25
REJECTS_SHOWN: Final = 50
REFRESH_SECONDS: Final = 2
TONES: Final = {"done": "ok", "refused": "danger", "failed": "danger", "reading": "info", "writing": "info"}


def _require(request: HttpRequest) -> None:
    if not holds(reader(request), PERMISSION):
        raise PermissionDenied


@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    """All imports into the person's area."""
    _require(request)
    page = Paginator(visible_imports(reader(request)), PAGE).get_page(request.GET.get("page"))
    batches: list[ImportBatch] = list(page)
    rows = [{"batch": batch, "tone": TONES.get(batch.state, "")} for batch in batches]
    return render(request, "cases/imports/list.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """Upload a file; its import runs in the background."""
    _require(request)
    bodies = bodies_to_import_into(reader(request))
    form = ImportForm(request.POST or None, request.FILES or None, bodies=bodies)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = start_import(
                body=form.cleaned_data["body"],
                filename=file.name,
                content=file.read(),
                strict=form.cleaned_data["strict"],
                acting=acting_of(request),
            )
        except NotPermitted as error:
            form.add_error(None, in_words(error))
        except RuleError as error:
            form.add_error("file", fault_text(error.code, error.details))
        else:
            return redirect("import_detail", pk=batch.pk)
    return render(
        request,
        "cases/imports/new.html",
        {"form": form, "crumbs": _crumbs(_("New import"))},
        status=422 if form.errors else 200,
    )


@require_GET
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; afterwards what became of the rows. Asks again by itself while it runs."""
    batch = get_object_or_404(visible_imports(reader(request)), pk=pk)
    rejected = Paginator(batch.rejected_rows.order_by("number"), REJECTS_SHOWN).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "batch": batch,
        "tone": TONES.get(batch.state, ""),
        "fault": fault_text(batch.fault["code"], batch.fault["details"]) if batch.fault else "",
        "page": rejected,
        "rows": _shown(rejected.object_list),
        "refresh": REFRESH_SECONDS,
        "crumbs": _crumbs(batch.filename),
    }
    return render(request, "cases/imports/detail.html", context)


def _shown(rows: Any) -> list[dict[str, Any]]:
    """Rejected rows with each fault in words."""
    return [
        {
            "number": row.number,
            "faults": [
                {"column": f["column"], "value": f["value"], "reason": fault_text(f["code"], f["details"])}
                for f in row.faults
            ],
        }
        for row in rows
    ]


@require_GET
def import_rejects(request: HttpRequest, pk: int) -> FileResponse:
    """The rejected rows with their reasons, to correct and import again."""
    batch = get_object_or_404(visible_imports(reader(request)), pk=pk)
    name = f"{_('Rejected rows')}-{batch.pk}.xlsx"
    return FileResponse(rejects_workbook(batch), as_attachment=True, filename=name, content_type=XLSX)


@require_GET
def import_template(request: HttpRequest) -> FileResponse:
    """The empty sheet."""
    _require(request)
    name = f"{_('Enterprise import template')}.xlsx"
    return FileResponse(template_workbook(), as_attachment=True, filename=name, content_type=XLSX)


def _crumbs(here: str) -> list[dict[str, str]]:
    return [{"label": _("Imports"), "url": reverse("import_list")}, {"label": here, "url": ""}]
