"""The bytes: a preview, and what was issued."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.forms.refusals import refusal_text
from cases.rules.errors import RuleError, StatedError
from notices.models import Document
from notices.packs import kind_of
from notices.selectors.copies import Copy, copy_in_force
from notices.services.preview import preview
from notices.services.stored_pdf import whole_pdf
from notices.views.edge import acting_of, visible_document

logger = logging.getLogger(__name__)


def pdf_response(data: bytes, name: str, *, download: bool) -> HttpResponse:
    """A PDF that is shown or saved under its name, and can run nothing."""
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(download, name) or ""
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


@require_GET
@never_cache
def document_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as it would be printed now, marked as a preview; takes no number."""
    document = visible_document(request, pk)
    if document.state != Document.State.DRAFT:
        return _refused(request, document, "issued", 409)
    try:
        data = preview(document, acting_of(request))
    except StatedError as error:
        return _refused(request, document, refusal_text(error), 409)
    return pdf_response(data, f"{kind_of(document.kind).zh}-预览.pdf", download=False)


@require_GET
@never_cache
def document_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The issued bytes, signed where they are, handed out only while they have the hash they were kept with."""
    document = visible_document(request, pk)
    kept = copy_in_force(document)
    if kept is None:
        printed = getattr(document, "file", None) is not None
        return _refused(request, document, "not_signed" if printed else "not_printed", 404)
    data = kept_bytes(kept)
    if data is None:
        return _refused(request, document, "broken", 500)
    name = f"{kind_of(document.kind).zh}-{document.number}.pdf"
    return pdf_response(data, name, download="inline" not in request.GET)


def kept_bytes(kept: Copy) -> bytes | None:
    """The stored bytes; None, and an error in the log, where they are not those that were kept."""
    try:
        return whole_pdf(kept.file, kept.sha256)
    except RuleError:
        logger.error("document %s: the stored file does not have the hash it was kept with", kept.document_id)
        return None


def _refused(request: HttpRequest, document: Document, reason: str, status: int) -> HttpResponse:
    context = {"document": document, "kind": kind_of(document.kind), "reason": reason}
    return render(request, "notices/no_file.html", context, status=status)
