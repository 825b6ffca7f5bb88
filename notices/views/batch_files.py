"""The printed letters of a batch: joined in the order of the sheet, to print; and each as it was issued, to keep."""

import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from typing import Final

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from notices.models import Document
from notices.selectors.batches import batches_for, printed_letters
from notices.views.edge import acting_of
from notices.views.files import kept_bytes, pdf_response

PART: Final = 100
"""Letters of one joined PDF: joined while the reader waits, which takes some seconds."""
SPOOL: Final = 8_000_000
"""Bytes of an archive kept in memory; a larger one goes to a temporary file."""


class Damaged(Exception):  # noqa: N818 - named for what is wrong
    """A stored file no longer has the hash it was kept with."""


@require_GET
@never_cache
def batch_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """`?from=101`: up to a hundred printed letters as one PDF, in order, to be printed on paper.

    A joined file bears no letter's hash: to keep or to send on, take the archive, which holds each as it was issued.
    """
    batch = get_object_or_404(batches_for(acting_of(request).person), pk=pk)
    asked = request.GET.get("from", "1")
    first = max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    letters = printed_letters(batch)[first - 1 : first - 1 + PART]
    if not letters:
        messages.info(request, _("No letter has been printed yet. Try again in a moment."))
        return redirect("batch_detail", pk=pk)
    try:
        joined = joined_pdf(letters)
    except Damaged:
        return _damaged(request, pk)
    name = f"{batch.title}-{first}-{first + len(letters) - 1}.pdf"
    return pdf_response(joined, name, download="inline" not in request.GET)


@require_GET
@never_cache
def batch_zip(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every printed letter as it was issued, byte for byte, named by position and number."""
    batch = get_object_or_404(batches_for(acting_of(request).person), pk=pk)
    letters = printed_letters(batch)
    if not letters:
        messages.info(request, _("No letter has been printed yet. Try again in a moment."))
        return redirect("batch_detail", pk=pk)
    spool = tempfile.SpooledTemporaryFile(SPOOL)  # noqa: SIM115 - the response closes it
    try:
        with zipfile.ZipFile(spool, "w", zipfile.ZIP_STORED) as archive:
            for place, (letter, data) in enumerate(_bytes_of(letters), 1):
                archive.writestr(f"{place:04d} {letter.number}.pdf", data)
    except Damaged:
        spool.close()
        return _damaged(request, pk)
    spool.seek(0)
    return FileResponse(spool, as_attachment=True, filename=f"{batch.title}.zip", content_type="application/zip")


def joined_pdf(letters: Iterable[Document]) -> bytes:
    """The printed letters as one PDF, in order, each in the outline. Damaged where a stored file is."""
    writer = PdfWriter()
    for letter, data in _bytes_of(letters):
        try:
            writer.append(PdfReader(io.BytesIO(data)), outline_item=letter.number or str(letter), import_outline=False)
        except PyPdfError as error:
            raise Damaged from error
    joined = io.BytesIO()
    writer.write(joined)
    return joined.getvalue()


def _bytes_of(letters: Iterable[Document]) -> Iterator[tuple[Document, bytes]]:
    """Each with its bytes, handed out only while they have the hash they were kept with. Damaged."""
    for letter in letters:
        data = kept_bytes(getattr(letter, "signature", None) or letter.file)
        if data is None:
            raise Damaged
        yield letter, data


def _damaged(request: HttpRequest, pk: int) -> HttpResponse:
    messages.error(request, _("A stored file is damaged. Administrators must restore it from a backup."))
    return redirect("batch_detail", pk=pk)
