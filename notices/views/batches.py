"""Batches of documents: the list of them, a new one, the sheet to review and approve, and how far it is."""

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

from cases.acting import Acting
from cases.forms.refusals import refusal_text
from cases.guards.conditions import failed, require
from cases.rules.errors import NotPermitted, StatedError
from cases.selectors.scope import holds
from cases.views.paging import address
from notices.forms.batches import ApproveForm, DissolveForm, ExcludeForm, SheetFilter
from notices.forms.documents import DraftForm
from notices.forms.refusal import add_refusal
from notices.guards.batches import may_approve, may_change, may_take_up
from notices.models import BatchItem, Document, DocumentBatch
from notices.packs import kind_of
from notices.selectors.batches import (
    batches_for,
    fingerprint,
    items_for,
    matters_of,
    progress_of,
    sheet_of,
    with_counts,
)
from notices.services.batch import approve_batch, dissolve_batch, edit_item, exclude_item, take_up_failed
from notices.views.batch_files import PART
from notices.views.edge import acting_of

ROWS: Final = 50
REFRESH_SECONDS: Final = 2
State = DocumentBatch.State
Item = BatchItem.State
TONES: Final = {
    State.DRAFTING: "info", State.DRAFTED: "warn", State.ISSUING: "info", State.DONE: "ok", State.FAILED: "danger",
}  # fmt: skip
ITEM_TONES: Final = {
    Item.WAITING: "", Item.DRAFTED: "info", Item.EXCLUDED: "", Item.ISSUED: "ok", Item.FAILED: "danger",
}  # fmt: skip


@require_GET
def batch_list(request: HttpRequest) -> HttpResponse:
    """Every batch of the bodies the person sees, newest first."""
    user = acting_of(request).person
    if not holds(user, "view_case"):
        raise PermissionDenied
    page = Paginator(with_counts(batches_for(user)), ROWS).get_page(request.GET.get("page"))
    rows = [{"batch": batch, "tone": TONES[State(batch.state)]} for batch in page.object_list]
    crumbs = [{"label": _("Documents"), "url": reverse("document_list")}, {"label": _("Batches"), "url": ""}]
    return render(request, "notices/batches/list.html", {"page": page, "rows": rows, "crumbs": crumbs})


@require_GET
def batch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet: its letters and what may be done with them; asks again by itself while a job goes through it."""
    acting = acting_of(request)
    batch = visible_batch(request, pk)
    return render(request, "notices/batches/sheet.html", _sheet(request, batch, acting))


def _sheet(
    request: HttpRequest, batch: DocumentBatch, acting: Acting, dissolve_form: DissolveForm | None = None
) -> dict[str, Any]:
    form = SheetFilter(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    page = Paginator(sheet_of(batch, state), ROWS).get_page(request.GET.get("page"))
    items = list(page.object_list)
    matters, told = matters_of(items), progress_of(batch)
    changeable = not failed(may_change(batch, acting))
    approval = may_approve(batch, acting) if batch.state == State.DRAFTED else []
    approvable = bool(approval) and not failed(approval)
    return {
        "batch": batch,
        "kind": kind_of(batch.kind),
        "tone": TONES[State(batch.state)],
        "progress": told,
        "refresh": REFRESH_SECONDS if batch.at_work or told.printing else 0,
        "page": page,
        "rows": [_row(item, matters, changeable) for item in items],
        "tabs": _tabs(request, state, told),
        "approval": approval,
        "may_approve": approvable,
        "approve_form": ApproveForm(initial={"seen": fingerprint(batch)}) if approvable else None,
        "may_take_up": not failed(may_take_up(batch, acting)),
        "may_dissolve": changeable,
        "dissolve_form": dissolve_form or DissolveForm(),
        "approve_words": _approve_words(batch, told.to_issue),
        "parts": [(first, min(first + PART - 1, told.printed)) for first in range(1, told.printed + 1, PART)],
        "crumbs": [
            {"label": _("Documents"), "url": reverse("document_list")},
            {"label": _("Batches"), "url": reverse("batch_list")},
            {"label": batch.title, "url": ""},
        ],
    }


def _row(item: BatchItem, matters: dict[str, str], changeable: bool) -> dict[str, Any]:
    document = item.document
    open_letter = item.state in (Item.DRAFTED, Item.FAILED)
    draft = document is not None and document.state == Document.State.DRAFT
    dropped = document is not None and document.state == Document.State.VOIDED and item.state == Item.DRAFTED
    return {
        "item": item,
        "document": document,
        "matter": matters.get(item.subject, ""),
        "state": _("Draft dropped") if dropped else item.get_state_display(),
        "tone": "danger" if dropped else ITEM_TONES[Item(item.state)],
        "why": document.void_reason if dropped and document else item.why,
        "print_dead": item.print_dead,  # type: ignore[attr-defined]
        "previewable": draft,
        "editable": changeable and open_letter and draft,
        "excludable": changeable and open_letter,
    }


def _tabs(request: HttpRequest, state: str, told: Any) -> list[dict[str, Any]]:
    waiting = told.total - told.looked_at
    counts = [
        ("", _("All"), told.total + told.excluded),
        (Item.WAITING, Item.WAITING.label, waiting),
        (Item.DRAFTED, Item.DRAFTED.label, told.looked_at - told.issued - told.failed),
        (Item.ISSUED, Item.ISSUED.label, told.issued),
        (Item.FAILED, Item.FAILED.label, told.failed),
        (Item.EXCLUDED, Item.EXCLUDED.label, told.excluded),
    ]
    return [
        {"label": label, "url": address(request, "state", state=code), "current": code == state, "count": count}
        for code, label, count in counts
        if count or code == state
    ]


def _approve_words(batch: DocumentBatch, number: int) -> str:
    words = ngettext(
        "%(number)s letter of %(body)s is numbered, sealed and printed; afterwards it can no longer be changed.",
        "%(number)s letters of %(body)s are numbered in the order of the sheet, sealed and printed; afterwards they can"
        " no longer be changed.",
        number,
    )
    return words % {"number": number, "body": batch.body.name}


@require_POST
def batch_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the whole sheet."""
    batch = visible_batch(request, pk)
    form = ApproveForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else "unknown"
    try:
        approve_batch(batch_id=batch.pk, seen=seen, acting=acting_of(request))
    except StatedError as error:
        messages.error(request, refusal_text(error))
    else:
        messages.success(request, _("The sheet is approved; its letters are being issued."))
    return redirect("batch_detail", pk=pk)


@require_POST
def batch_dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the sheet up with a reason; a bad reason shows the dialog again."""
    batch, acting = visible_batch(request, pk), acting_of(request)
    form = DissolveForm(request.POST)
    if form.is_valid():
        try:
            dissolve_batch(batch_id=batch.pk, reason=form.cleaned_data["reason"], acting=acting)
        except NotPermitted as error:
            messages.error(request, refusal_text(error))
            return redirect("batch_detail", pk=pk)
        except StatedError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The sheet is given up; its drafts can be put on another one."))
            return redirect("batch_detail", pk=pk)
    return render(request, "notices/batches/sheet.html", _sheet(request, batch, acting, form), status=422)


@require_POST
def batch_take_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the failed letters again."""
    batch = visible_batch(request, pk)
    try:
        take_up_failed(batch_id=batch.pk, acting=acting_of(request))
    except StatedError as error:
        messages.error(request, refusal_text(error))
    else:
        messages.success(request, _("The failed letters are being drafted and checked again."))
    return redirect("batch_detail", pk=pk)


@require_http_methods(["GET", "POST"])
def batch_item_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the drafter added to one letter of the sheet."""
    item, acting = visible_item(request, pk), acting_of(request)
    if item.document is None or not _changeable(request, item, acting):
        return redirect("batch_detail", pk=item.batch_id)
    form = DraftForm(request.POST or None, kind=item.batch.kind, initial=item.document.fields)
    if request.method == "POST" and form.is_valid():
        try:
            saved = edit_item(item_id=item.pk, fields=form.filled(), acting=acting)
        except StatedError as error:
            add_refusal(form, error)
        else:
            if saved.state == Item.FAILED:
                messages.warning(request, _("The letter is saved, but cannot be issued: %(why)s") % {"why": saved.why})
            else:
                messages.success(request, _("The draft has been saved."))
            return redirect(_back(item))
    context = {
        "document": item.document,
        "kind": kind_of(item.batch.kind),
        "form": form,
        "back": _back(item),
        "why": item.why if item.state == Item.FAILED else "",
        "crumbs": [
            {"label": _("Documents"), "url": reverse("document_list")},
            {"label": _("Batches"), "url": reverse("batch_list")},
            {"label": item.batch.title, "url": _back(item)},
            {"label": _("Edit the draft"), "url": ""},
        ],
    }
    return render(request, "notices/document_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def batch_item_exclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one letter out of the sheet, with a reason."""
    item, acting = visible_item(request, pk), acting_of(request)
    if not _changeable(request, item, acting):
        return redirect("batch_detail", pk=item.batch_id)
    form = ExcludeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            exclude_item(item_id=item.pk, reason=form.cleaned_data["reason"], acting=acting)
        except StatedError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The letter has been taken out of the sheet."))
            return redirect(_back(item))
    context = {"item": item, "matter": matters_of([item]).get(item.subject, ""), "form": form, "back": _back(item)}
    return render(request, "notices/batches/exclude.html", context, status=422 if form.errors else 200)


def _changeable(request: HttpRequest, item: BatchItem, acting: Acting) -> bool:
    """Whether the sheet is open for this person; else says why not."""
    try:
        require(may_change(item.batch, acting))
    except NotPermitted as error:
        messages.error(request, refusal_text(error))
        return False
    return True


def _back(item: BatchItem) -> str:
    """The page of the sheet on which the letter stands."""
    return (
        f"{reverse('batch_detail', args=[item.batch_id])}?page={(item.position - 1) // ROWS + 1}#letter-{item.position}"
    )


def visible_batch(request: HttpRequest, pk: int) -> DocumentBatch:
    """The batch if this person may see it; else it does not exist for them (404)."""
    return get_object_or_404(batches_for(acting_of(request).person), pk=pk)


def visible_item(request: HttpRequest, pk: int) -> BatchItem:
    """The line of a sheet if this person may see it; else it does not exist for them (404)."""
    items = items_for(acting_of(request).person).select_related("batch__body", "batch__approved_by", "document__body")
    return get_object_or_404(items, pk=pk)
