"""Start a batch: reminder letters for overdue deadlines, or the drafts of one kind that stand already."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.acting import Acting
from cases.models import Deadline
from cases.rules.errors import StatedError
from cases.selectors.notifications import rule_title
from cases.selectors.scope import holds
from notices.forms.batches import DraftsFilter, OverdueFilter, StartForm
from notices.forms.refusal import add_refusal
from notices.models import DocumentBatch, Kind
from notices.packs import kind_of
from notices.selectors.batches import bodies_of, drafts_to_take, overdue_without_letter
from notices.services.batch import MOST, start_batch
from notices.views.edge import acting_of

ROWS: Final = 50


@require_http_methods(["GET", "POST"])
def batch_new(request: HttpRequest) -> HttpResponse:
    """Overdue deadlines within the person's oversight on which no reminder letter stands, narrowed by the address."""
    acting = acting_of(request)
    if not any(holds(acting.person, codename) for codename in kind_of(Kind.REMINDER_LETTER).draft):
        return redirect("batch_new_drafts")
    found = overdue_without_letter(acting.person, acting.today)
    bodies = bodies_of(found, "accountable_body__parent")
    rules = found.order_by().values_list("rule", flat=True).distinct()
    filters = OverdueFilter(request.GET, bodies=bodies, rules=rules)
    filters.full_clean()
    body = filters.cleaned_data.get("body") or bodies.first()
    if body is not None:
        found = found.filter(accountable_body__parent=body)
    if rule := filters.cleaned_data.get("rule"):
        found = found.filter(rule=rule)
    form = _start_form(request, kind_of(Kind.REMINDER_LETTER).name, acting)
    if request.method == "POST" and body is not None and form.is_valid():
        subjects = [f"deadline:{key}" for key in _taken(request, found)]
        started = _start(form, acting, kind=Kind.REMINDER_LETTER, body=body, subjects=subjects)
        if started is not None:
            return _begun(request, started)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    rows = [{"row": deadline, "matter": rule_title(deadline.rule), **_late(deadline, acting)} for deadline in page]
    return _page(request, form, filters, page, rows, body, "overdue")


@require_http_methods(["GET", "POST"])
def batch_new_drafts(request: HttpRequest) -> HttpResponse:
    """Drafts of one kind and one body that stand already, such as those the nightly sweep wrote."""
    acting = acting_of(request)
    if not holds(acting.person, "view_case"):
        raise PermissionDenied
    found = drafts_to_take(acting.person)
    kinds = sorted(set(found.order_by().values_list("kind", flat=True)))
    asked = request.GET.get("kind", "")
    kind = asked if asked in kinds else next(iter(kinds), "")
    found = found.filter(kind=kind)
    bodies = bodies_of(found, "body")
    filters = DraftsFilter({**request.GET.dict(), "kind": kind}, bodies=bodies, kinds=kinds)
    filters.full_clean()
    body = filters.cleaned_data.get("body") or bodies.first()
    if body is not None:
        found = found.filter(body=body)
    form = _start_form(request, kind_of(kind).name if kind else "", acting)
    if request.method == "POST" and body is not None and form.is_valid():
        started = _start(form, acting, kind=kind, body=body, drafts=_taken(request, found))
        if started is not None:
            return _begun(request, started)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    rows = [{"row": document} for document in page]
    return _page(request, form, filters, page, rows, body, "drafts")


def _late(deadline: Deadline, acting: Acting) -> dict[str, Any]:
    return {"days": (acting.today - deadline.due_on).days}


def _start_form(request: HttpRequest, kind: str, acting: Acting) -> StartForm:
    """Its name says kind and day unless somebody knows a better one."""
    usual = f"{kind} {date_format(acting.today, 'Y-m-d')}".strip()
    return StartForm(request.POST or None, initial={"title": usual})


def _taken(request: HttpRequest, found: QuerySet[Any]) -> list[int]:
    """Keys of the chosen rows, or of all that match, in their order; one more than a sheet holds tells the service."""
    if request.POST.get("take") == "all":
        return list(found.values_list("pk", flat=True)[: MOST + 1])
    chosen = [int(key) for key in request.POST.getlist("row") if key.isascii() and key.isdigit() and len(key) < 18]
    return list(found.filter(pk__in=chosen[: MOST + 1]).values_list("pk", flat=True))


def _start(form: StartForm, acting: Acting, **what: Any) -> DocumentBatch | None:
    try:
        return start_batch(title=form.cleaned_data["title"], acting=acting, **what)
    except StatedError as error:
        add_refusal(form, error)
        return None


def _begun(request: HttpRequest, batch: DocumentBatch) -> HttpResponse:
    messages.success(request, _("The letters are being drafted and checked."))
    return redirect("batch_detail", pk=batch.pk)


def _page(
    request: HttpRequest, form: StartForm, filters: Any, page: Any, rows: list[dict[str, Any]], body: Any, what: str
) -> HttpResponse:
    context = {
        "form": form,
        "filters": filters,
        "body": body,
        "page": page,
        "rows": rows,
        "what": what,
        "most": MOST,
        "chosen": request.POST.getlist("row"),
        "tabs": [
            {"label": _("Overdue deadlines"), "url": reverse("batch_new"), "current": what == "overdue"},
            {"label": _("Drafts that stand"), "url": reverse("batch_new_drafts"), "current": what == "drafts"},
        ],
        "crumbs": [
            {"label": _("Documents"), "url": reverse("document_list")},
            {"label": _("Batches"), "url": reverse("batch_list")},
            {"label": _("New batch"), "url": ""},
        ],
    }
    return render(request, "notices/batches/new.html", context, status=422 if form.errors else 200)
