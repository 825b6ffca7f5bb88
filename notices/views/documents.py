"""The list of documents and the page of one."""

from datetime import date
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.acting import Acting
from cases.forms.refusals import refusal_text
from cases.guards.conditions import Condition, failed
from cases.models import User
from cases.rules.errors import StatedError
from cases.views.list_page import ListPage, export_response
from cases.views.paging import address
from notices.forms.documents import DocumentFilter, ReviewForm, VoidForm
from notices.forms.list_kinds import DOCUMENTS
from notices.guards.documents import may_draft, may_issue, may_review, may_serve, may_void
from notices.models import Document
from notices.packs import KindOfDocument, kind_of
from notices.rules.layout import document_date
from notices.selectors.copies import copy_in_force
from notices.selectors.documents import documents_for, issuers_for, narrowed
from notices.selectors.owners import owner_of
from notices.services.preview import drafted_facts
from notices.views.edge import acting_of, visible_document
from notices.views.elsewhere import place_of
from notices.views.service_story import service_story

PAGE = 25


@require_GET
def document_list(request: HttpRequest) -> HttpResponse:
    """Documents of the cases this person may see, newest first."""
    assert isinstance(request.user, User)
    in_list = ListPage.of(request, DOCUMENTS)
    if elsewhere := in_list.elsewhere():
        return elsewhere
    form = DocumentFilter(request.GET or None, bodies=issuers_for(request.user))
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = narrowed(documents_for(request.user), **chosen)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        **in_list.context(),
        "bulk_acts": [{"label": _("Print the documents"), "icon": "printer", "url": reverse("documents_print")}],
        "page": page,
        "form": form,
        "rows": [_row(document) for document in page],
        "filtered": any(chosen.values()),
        "chips": _chips(form, chosen, partial(address, request)),
        "tabs": [{"label": _("All documents"), "url": in_list.whole_url, "current": in_list.view is None}],
    }
    return render(request, "notices/document_list.html", context)


@require_GET
def document_export(request: HttpRequest) -> HttpResponseBase:
    """The list of the same address as a workbook."""
    return export_response(ListPage.of(request, DOCUMENTS), filename="documents")


def _chips(form: DocumentFilter, chosen: dict[str, Any], address_without: Any) -> list[dict[str, str]]:
    """The filters in force, each with the address without it."""
    words = {name: value for name, value in chosen.items() if value}
    return [
        {"label": str(form.fields[name].label), "value": _word(form, name, value), "remove_url": address_without(name)}
        for name, value in words.items()
    ]


def _word(form: DocumentFilter, name: str, value: Any) -> str:
    choices = getattr(form.fields[name], "choices", None)
    return str(dict(choices).get(value, value)) if isinstance(value, str) and choices else str(value)


def _row(document: Document) -> dict[str, Any]:
    state, tone = state_of(document)
    unit = document.enterprise.name if document.enterprise else ""
    return {
        "document": document,
        "kind": kind_of(document.kind).name,
        "about": "" if unit == document.addressee else unit,
        "state": state,
        "tone": tone,
    }


def state_of(document: Document) -> tuple[str, str]:
    """The state in words and its tone."""
    if document.state == Document.State.VOIDED:
        return _("Voided"), "danger"
    if document.state == Document.State.DRAFT:
        return _("Draft"), ""
    if not kind_of(document.kind).served:
        return _("Issued"), "ok"
    return (_("Served"), "ok") if document.served_on else (_("Issued, not served"), "warn")


@require_GET
def document_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: what it says, what was done with it, and what may be done next or why not."""
    document = visible_document(request, pk)
    return render(request, "notices/document_detail.html", detail_context(document, acting_of(request)))


def detail_context(
    document: Document, acting: Acting, void_form: VoidForm | None = None, review_form: ReviewForm | None = None
) -> dict[str, Any]:
    """Everything the page of a document shows."""
    kind = kind_of(document.kind)
    state, tone = state_of(document)
    facts, unprintable = _facts_to_read(document, acting)
    step = _next_step(document, kind, acting)
    unreviewed = any(each.code == "legally_reviewed" for each in failed(step["conditions"])) if step else False
    may_read = review_form or (ReviewForm() if not failed(may_review(document, acting)) else None)
    return {
        "document": document,
        "kind": kind,
        "state": state,
        "tone": tone,
        "issue": document.issued,
        "file": getattr(document, "file", None),
        "copy": copy_in_force(document),
        "signature": getattr(document, "signature", None),
        "facts": facts,
        "dated": document_date(date.fromisoformat(facts["date"])) if facts.get("date") else "",
        "unprintable": unprintable,
        "story": service_story(document, acting) if kind.served else None,
        "versions": document.superseded_by.select_related("issue"),
        "step": step,
        "editable": document.state == Document.State.DRAFT and not failed(_draft_conditions(document, acting)),
        "voidable": not failed(may_void(document, acting)),
        "void_form": void_form or VoidForm(),
        "reviews": document.reviews.select_related("reviewer").order_by("-pk"),
        "review_form": may_read,
        "review_next": may_read is not None and unreviewed,
        "crumbs": [
            {"label": _("Documents"), "url": reverse("document_list")},
            {"label": document.number or kind.zh, "url": ""},
        ],
    }


def _facts_to_read(document: Document, acting: Acting) -> tuple[dict[str, Any], str]:
    """What the document says, or as a draft would say now, and why that could not be printed."""
    if document.issued is not None:
        return document.issued.facts, ""
    if document.state == Document.State.VOIDED:
        return {}, ""
    try:
        return drafted_facts(document, acting), ""
    except StatedError as error:
        return {}, refusal_text(error)


def _draft_conditions(document: Document, acting: Acting) -> list[Condition]:
    return may_draft(document.kind, owner_of(document), document.body, acting)


def _next_step(document: Document, kind: KindOfDocument, acting: Acting) -> dict[str, Any] | None:
    """The one step that comes next, with its conditions; `url` where it is taken on another page."""
    if document.state == Document.State.DRAFT:
        return {
            "action": "issue",
            "conditions": may_issue(document, acting),
            "blocked": bool(failed(may_issue(document, acting))),
            "url": place_of(document, "issue"),
        }
    if document.state == Document.State.ISSUED and kind.served and document.served_on is None:
        conditions = may_serve(document, acting)
        return {
            "action": "serve",
            "conditions": conditions,
            "blocked": bool(failed(conditions)),
            "url": place_of(document, "serve") or reverse("document_serve", args=[document.pk]),
        }
    return None
