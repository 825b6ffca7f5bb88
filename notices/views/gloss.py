"""The English copy of a document and of a published list, for whoever may read the original."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.forms.refusals import refusal_text
from cases.rules.errors import StatedError
from notices.models import Document
from notices.packs import kind_of
from notices.services.gloss_copy import document_source, edition_source, gloss_copy
from notices.views.edge import acting_of, visible_document
from notices.views.editions import edition_for
from notices.views.files import pdf_response


@require_GET
@never_cache
def document_gloss(request: HttpRequest, pk: int) -> HttpResponse:
    """Shown in the browser; a page says so while a long one is being set, or why there is none."""
    document = visible_document(request, pk)
    try:
        data = gloss_copy(document_source(document), acting_of(request).at)
    except StatedError as error:
        return _no_copy(request, document, refusal_text(error), 404 if error.code == "not_printed" else 409)
    if data is None:
        return _no_copy(request, document, "", 202)
    return pdf_response(data, f"译文-{kind_of(document.kind).en}-{document.number}.pdf", download=False)


def _no_copy(request: HttpRequest, document: Document, refusal: str, status: int) -> HttpResponse:
    context = {"document": document, "kind": kind_of(document.kind), "reason": "gloss", "refusal": refusal}
    return render(request, "notices/no_file.html", context, status=status)


@require_GET
@never_cache
def edition_gloss(request: HttpRequest, pk: int) -> HttpResponse:
    """The same of a published list; while there is none, its page says why."""
    acting = acting_of(request)
    edition = edition_for(acting.person, pk)
    try:
        data = gloss_copy(edition_source(edition), acting.at)
    except StatedError as error:
        messages.error(request, refusal_text(error))
        return redirect("edition", pk=pk)
    if data is None:
        messages.info(request, _("The English copy is being put together. Try again in a moment."))
        return redirect("edition", pk=pk)
    return pdf_response(data, f"译文-List of units-{edition.number}.pdf", download=False)
