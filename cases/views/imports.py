"""Imports and exports of every kind of record: start one, watch it, decide, apply, call off, fetch files."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.forms.imports import ImportForm, RemainingForm
from cases.forms.refusals import in_words
from cases.guards.conditions import failed
from cases.guards.imports import apply_import as guard_of_applying
from cases.guards.imports import cancel_import as guard_of_cancelling
from cases.guards.imports import decide_rows
from cases.models.imports import ImportBatch
from cases.rules.errors import NotPermitted, RuleError, StatedError
from cases.selectors.imports import PERMISSION, bodies_to_import_into, listed_imports, visible_imports
from cases.selectors.scope import holds
from cases.services.decide_import import decide_import_rows, decide_remaining
from cases.services.export_enterprises import PERMISSION as EXPORT
from cases.services.export_records import export_records
from cases.services.fault_texts import fault_text
from cases.services.import_kind import ImportKind
from cases.services.import_kinds import EXPORTS, KINDS, USUAL
from cases.services.import_records import apply_import, cancel_import, start_import
from cases.services.import_report import rejects_workbook, report_workbook
from cases.services.import_template import template_csv, template_workbook
from cases.views.import_rows import counts_of, rejected_page, samples_of, suspects_page, tabs_to_show
from cases.views.registry import XLSX, acting_of, reader

PAGE: Final = 25
REFRESH_SECONDS: Final = 2
CSV: Final = "text/csv; charset=utf-8"
TONES: Final = {
    "done": "ok",
    "refused": "danger",
    "failed": "danger",
    "reading": "info",
    "writing": "info",
    "checked": "warn",
}
CHOICE: Final = "choice-"


def _require(request: HttpRequest, codename: str = PERMISSION) -> None:
    if not holds(reader(request), codename):
        raise PermissionDenied


def _kind(request: HttpRequest) -> ImportKind:
    """The kind that the address names; enterprises where it names none."""
    code = request.GET.get("kind") or USUAL
    if code not in KINDS:
        raise Http404
    return KINDS[code]


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    return get_object_or_404(visible_imports(reader(request)), pk=pk)


@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    """All imports into the person's area, or those of one kind."""
    _require(request)
    wanted = request.GET.get("kind", "")
    wanted = wanted if wanted in KINDS else ""
    page = Paginator(listed_imports(reader(request), wanted), PAGE).get_page(request.GET.get("page"))
    batches: list[ImportBatch] = list(page)
    rows = [{"batch": batch, "tone": TONES.get(batch.state, ""), "kind": _title(batch)} for batch in batches]
    kinds = [{"code": code, "title": kind.title, "chosen": code == wanted} for code, kind in KINDS.items()]
    return render(request, "cases/imports/list.html", {"page": page, "rows": rows, "kinds": kinds, "wanted": wanted})


def _title(batch: ImportBatch) -> str:
    return str(KINDS[batch.kind].title) if batch.kind in KINDS else batch.kind


@require_GET
def import_kinds(request: HttpRequest) -> HttpResponse:
    """Every kind of record: its template, its export, and the way to import it."""
    may_import, may_export = holds(reader(request), PERMISSION), holds(reader(request), EXPORT)
    if not (may_import or may_export):
        raise PermissionDenied
    context = {
        "kinds": [{"kind": kind, "importable": code in KINDS} for code, kind in EXPORTS.items()],
        "may_import": may_import,
        "may_export": may_export,
        "crumbs": _crumbs(_("Templates and exports")) if may_import else [],
    }
    return render(request, "cases/imports/kinds.html", context)


@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """Upload a file; its import runs in the background."""
    _require(request)
    bodies = bodies_to_import_into(reader(request))
    initial = {"kind": _kind(request).code, "dry_run": True}
    form = ImportForm(request.POST or None, request.FILES or None, bodies=bodies, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            batch = start_import(
                kind=given["kind"],
                body=given["body"],
                filename=given["file"].name,
                content=given["file"].read(),
                strict=given["strict"],
                dry_run=given["dry_run"],
                acting=acting_of(request),
            )
        except NotPermitted as error:
            form.add_error(None, in_words(error))
        except RuleError as error:
            form.add_error("file", fault_text(error.code, error.details))
        else:
            return redirect("import_detail", pk=batch.pk)
    context = {"form": form, "kind": _kind(request), "crumbs": _crumbs(_("New import"))}
    return render(request, "cases/imports/new.html", context, status=422 if form.errors else 200)


@require_GET
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; what became or would become of the rows, and what to do next. Asks again while it runs."""
    batch, acting = _batch(request, pk), acting_of(request)
    shown, tabs = tabs_to_show(batch, request.GET.get("show", "")) if batch.resting else ("", [])
    to_apply = guard_of_applying(batch, acting)
    context: dict[str, Any] = {
        "batch": batch,
        "kind": KINDS.get(batch.kind),
        "tone": TONES.get(batch.state, ""),
        "fault": fault_text(batch.fault["code"], batch.fault["details"]) if batch.fault else "",
        "counts": counts_of(batch),
        "saving": batch.state == ImportBatch.State.WRITING,
        "refresh": REFRESH_SECONDS,
        "crumbs": _crumbs(batch.filename),
        "shown": shown,
        "tabs": tabs,
        "to_apply": to_apply,
        "may_apply": not failed(to_apply),
        "offers_apply": batch.state in {"checked", "failed"} or (batch.state == "done" and batch.suspects),
        "may_cancel": not failed(guard_of_cancelling(batch, acting)),
        "may_decide": not failed(decide_rows(batch, acting)),
        **_rows(request, batch, shown),
    }
    return render(request, "cases/imports/detail.html", context)


def _rows(request: HttpRequest, batch: ImportBatch, shown: str) -> dict[str, Any]:
    """The rows of the tab that is shown."""
    number = request.GET.get("page")
    if shown == "rejected":
        page, rows = rejected_page(batch, number)
        return {"page": page, "rows": rows}
    if batch.kind not in KINDS or not shown:
        return {}
    kind = KINDS[batch.kind]
    if shown == "suspect":
        page, suspects = suspects_page(batch, kind, reader(request), number)
        return {"page": page, "suspects": suspects, "remaining": RemainingForm()}
    return samples_of(batch, kind, shown)


@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what the check found right, and what has been decided since."""
    batch = _batch(request, pk)
    try:
        apply_import(batch_id=batch.pk, acting=acting_of(request))
    except StatedError as error:
        messages.error(request, in_words(error))
    return redirect("import_detail", pk=pk)


@require_POST
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the import off; what is saved stays."""
    batch = _batch(request, pk)
    try:
        cancel_import(batch_id=batch.pk, acting=acting_of(request))
    except StatedError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("The import is cancelled."))
    return redirect("import_detail", pk=pk)


@require_POST
def import_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Store what becomes of the rows of one page, or of all that are left."""
    batch = _batch(request, pk)
    form = RemainingForm(request.POST) if "choice" in request.POST else None
    try:
        if form is not None and form.is_valid():
            choice = form.cleaned_data["choice"]
            number = decide_remaining(batch_id=batch.pk, choice=choice, acting=acting_of(request))
        else:
            number = decide_import_rows(batch_id=batch.pk, choices=_choices(request), acting=acting_of(request))
    except StatedError as error:
        messages.error(request, in_words(error))
    else:
        said = ngettext("%(number)s row is decided.", "%(number)s rows are decided.", number)
        messages.success(request, said % {"number": number})
    return redirect(f"{reverse('import_detail', args=[pk])}?show=suspect")


def _choices(request: HttpRequest) -> dict[int, str]:
    """Chosen value by the key of the row."""
    named = ((name.removeprefix(CHOICE), value) for name, value in request.POST.items() if name.startswith(CHOICE))
    return {int(key): str(value) for key, value in named if key.isascii() and key.isdigit() and value}


@require_GET
def import_rejects(request: HttpRequest, pk: int) -> FileResponse:
    """The rejected rows with their reasons, to correct and import again."""
    batch = _batch(request, pk)
    return _file(rejects_workbook(batch), f"{_('Rejected rows')}-{batch.pk}.xlsx", XLSX)


@require_GET
def import_report(request: HttpRequest, pk: int) -> FileResponse:
    """What became, or would become, of every row."""
    batch = _batch(request, pk)
    return _file(report_workbook(batch), f"{_('Import report')}-{batch.pk}.xlsx", XLSX)


@require_GET
def import_template(request: HttpRequest) -> FileResponse:
    """The empty sheet of a kind."""
    _require(request)
    kind = _kind(request)
    name = _("Import template %(kind)s") % {"kind": kind.title}
    if request.GET.get("format") == "csv":
        return _file(template_csv(kind), f"{name}.csv", CSV)
    return _file(template_workbook(kind), f"{name}.xlsx", XLSX)


@require_GET
def import_export(request: HttpRequest) -> FileResponse:
    """All records of a kind that the person may see and export, in the columns of its import."""
    _require(request, EXPORT)
    acting = acting_of(request)
    kind = EXPORTS.get(request.GET.get("kind") or USUAL)
    if kind is None:
        raise Http404
    as_csv = request.GET.get("format") == "csv"
    file = export_records(kind=kind.code, form="csv" if as_csv else "xlsx", acting=acting)
    name = f"{kind.title}-{acting.today:%Y%m%d}"
    return _file(file, f"{name}.csv" if as_csv else f"{name}.xlsx", CSV if as_csv else XLSX)


def _file(file: Any, name: str, content_type: str) -> FileResponse:
    return FileResponse(file, as_attachment=True, filename=name, content_type=content_type)


def _crumbs(here: str) -> list[dict[str, str]]:
    return [{"label": _("Imports"), "url": reverse("import_list")}, {"label": here, "url": ""}]
