"""Many documents on paper: one PDF of those that are printed; the others are named, with the reason."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cases.views.list_acts import Picked
from cases.views.registry import acting_of
from notices.forms.list_kinds import DOCUMENTS
from notices.models import Document
from notices.packs import kind_of
from notices.selectors.copies import awaiting_signature
from notices.views.batch_files import PART, Damaged, joined_pdf
from notices.views.files import pdf_response

ACT = {
    "title": gettext_lazy("Print the documents"),
    "effect": gettext_lazy(
        "They are joined into one PDF to be put on paper. To keep or to send on, take each document from its own page."
    ),
    "icon": "printer",
    "stays": True,
}


@require_POST
def documents_print(request: HttpRequest) -> HttpResponse:
    """First which documents are printed and which are left out; with `confirm` the PDF."""
    acting = acting_of(request)
    picked = Picked.of(request, DOCUMENTS)
    rows: list[Document] = picked.rows(acting, PART + 1)
    if not 0 < len(rows) <= PART:
        text = _("At most %(most)s rows at once: narrow the filter, or choose fewer.") % {"most": PART}
        messages.warning(request, text if rows else _("Choose at least one row."))
        return redirect(picked.back)
    unsigned = awaiting_signature([row.pk for row in rows])
    judged = [(row, _why_not(row, unsigned)) for row in rows]
    ready = [row for row, why in judged if not why]
    if ready and "confirm" in request.POST:
        try:
            return pdf_response(joined_pdf(ready), f"documents-{acting.today:%Y%m%d}.pdf", download=True)
        except Damaged:
            messages.error(request, _("A stored file is damaged. Administrators must restore it from a backup."))
            return redirect(picked.back)
    context = {
        "kind": DOCUMENTS,
        "act": ACT,
        "form": Form(),
        "taken": [_about(row) for row in ready],
        "left_out": [(*_about(row), why) for row, why in judged if why],
        "keys": [row.pk for row in rows],
        "picked": picked,
        "crumbs": [{"label": str(DOCUMENTS.title), "url": picked.back}, {"label": str(ACT["title"]), "url": ""}],
    }
    return render(request, "lists/act.html", context)


def _about(document: Document) -> tuple[str, str]:
    words = " ".join(filter(None, [kind_of(document.kind).zh, document.number, document.addressee]))
    return words, reverse("document_detail", args=[document.pk])


def _why_not(document: Document, unsigned: set[int]) -> str:
    if getattr(document, "file", None) is None:
        return _("not issued, or not printed yet")
    return _("still to be signed") if document.pk in unsigned else ""
