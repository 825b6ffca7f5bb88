"""Edit, issue and void a document."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.forms.refusals import refusal_text
from cases.guards.conditions import require
from cases.rules.errors import NotPermitted, StatedError
from notices.forms.documents import DraftForm, ReviewForm, VoidForm
from notices.forms.refusal import add_refusal
from notices.guards.documents import may_draft
from notices.models import Document
from notices.packs import kind_of
from notices.selectors.owners import owner_of
from notices.services.draft_document import edit_draft
from notices.services.issue_document import issue_document
from notices.services.legal_review import review_document
from notices.services.void_document import void_document
from notices.views.documents import detail_context
from notices.views.edge import acting_of, visible_document
from notices.views.elsewhere import place_of


@require_http_methods(["GET", "POST"])
def document_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the drafter added to a draft."""
    document = visible_document(request, pk)
    acting = acting_of(request)
    if document.state != Document.State.DRAFT:
        messages.warning(request, _("Only a draft can be changed."))
        return redirect("document_detail", document.pk)
    try:
        require(may_draft(document.kind, owner_of(document), document.body, acting))
    except NotPermitted as error:
        messages.error(request, refusal_text(error))
        return redirect("document_detail", document.pk)
    form = DraftForm(request.POST or None, kind=document.kind, initial=document.fields)
    if request.method == "POST" and form.is_valid():
        try:
            edit_draft(document=document, fields=form.filled(), acting=acting)
        except StatedError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The draft has been saved."))
            return redirect("document_detail", document.pk)
    kind = kind_of(document.kind)
    crumbs = [
        {"label": _("Documents"), "url": reverse("document_list")},
        {"label": kind.zh, "url": reverse("document_detail", args=[pk])},
        {"label": _("Edit the draft"), "url": ""},
    ]
    context = {"document": document, "kind": kind, "form": form, "crumbs": crumbs}
    return render(request, "notices/document_edit.html", context, status=422 if form.errors else 200)


@require_POST
def document_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass the text or return it to its drafter; a bad reason shows the page again, with what was typed."""
    document = visible_document(request, pk)
    acting = acting_of(request)
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            review_document(document=document, acting=acting, **form.cleaned_data)
        except StatedError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The legal review has been recorded."))
            return redirect("document_detail", document.pk)
    context = detail_context(document, acting, review_form=form)
    return render(request, "notices/document_detail.html", context, status=422)


@require_POST
def document_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Number and seal it; where a task of the case does that, go there."""
    document = visible_document(request, pk)
    if place := place_of(document, "issue"):
        return redirect(place)
    try:
        issued = issue_document(document=document, acting=acting_of(request))
    except StatedError as error:
        messages.error(request, refusal_text(error))
    else:
        messages.success(request, _("Issued as %(number)s. The PDF is being printed.") % {"number": issued.number})
    return redirect("document_detail", document.pk)


@require_POST
def document_void(request: HttpRequest, pk: int) -> HttpResponse:
    """Void it with a reason; a bad reason shows the dialog again."""
    document = visible_document(request, pk)
    acting = acting_of(request)
    form = VoidForm(request.POST)
    if form.is_valid():
        try:
            void_document(document=document, reason=form.cleaned_data["reason"], acting=acting)
        except StatedError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The document has been voided."))
            return redirect("document_detail", document.pk)
    context = detail_context(document, acting, void_form=form)
    return render(request, "notices/document_detail.html", context, status=422)
