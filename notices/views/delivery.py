"""Electronic service by link: the officer sends it, the party receives its document behind it, without signing in.

Opening the page changes nothing, for mail programs look at links by themselves: only a button pressed there counts. The
page tells which document it is and who issued it, and nothing of classes (Trial Measures, art. 13).
"""

from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cases.acting import Acting
from cases.forms.refusals import refusal_text
from cases.rules.errors import StatedError
from notices.forms.delivery import ReceiptForm, SendForm
from notices.forms.refusal import add_refusal
from notices.models import DeliveryLink
from notices.packs import kind_of
from notices.selectors.copies import copy_in_force
from notices.services.deliver_link import confirm_by_link, fetch_by_link, send_delivery, usable_delivery
from notices.views.edge import acting_of, visible_document
from notices.views.files import kept_bytes, pdf_response
from notices.views.rate_limit import too_often

TRIES: Final = 30
SECONDS: Final = 60


@require_POST
def document_deliver(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the party a link to the document; what forbids it is said on the page of service."""
    document = visible_document(request, pk)
    form = SendForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose how the link is to be sent."))
        return redirect("document_serve", document.pk)
    try:
        link = send_delivery(document=document, **form.cleaned_data, acting=acting_of(request))
    except StatedError as error:
        messages.error(request, refusal_text(error))
        return redirect("document_serve", document.pk)
    messages.success(request, _("The link is on its way to %(address)s.") % {"address": link.address})
    return redirect("document_detail", document.pk)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def delivery(request: HttpRequest, secret: str) -> HttpResponse:
    """GET shows what waits; POST with ``do`` fetch hands out the PDF, with ``do`` confirm notes who received it."""
    return _hidden(_answer(request, secret))


def _hidden(response: HttpResponse) -> HttpResponse:
    """The address is the key: it goes into no index, and to no other site.

    Not `no-referrer`, with which browsers name no origin either, and the forms of the page would be refused.
    """
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    return response


def _answer(request: HttpRequest, secret: str) -> HttpResponse:
    if too_often(request, "delivery", tries=TRIES, seconds=SECONDS):
        response = _closed(request, _("Too many questions from this address. Wait a minute."), 429)
        response["Retry-After"] = str(SECONDS)
        return response
    acting = Acting(user=None, at=timezone.now())
    try:
        link = usable_delivery(secret, acting)
        if request.POST.get("do") == "fetch":
            return _fetched(request, secret, acting)
    except StatedError as error:
        status = {"link_unknown": 404, "no_consent": 409}.get(getattr(error, "code", ""), 410)
        return _closed(request, refusal_text(error), status)
    form = ReceiptForm(request.POST if request.POST.get("do") == "confirm" else None)
    if form.is_bound and form.is_valid():
        try:
            confirm_by_link(secret=secret, name=form.cleaned_data["name"], acting=acting)
        except StatedError as error:
            add_refusal(form, error)
        else:
            return redirect("delivery", secret)
    context = {"facts": _told(link), "form": form}
    return render(request, "notices/delivery.html", context, status=422 if form.errors else 200)


def _fetched(request: HttpRequest, secret: str, acting: Acting) -> HttpResponse:
    """The bytes first: what cannot be handed out has not been received."""
    document = usable_delivery(secret, acting).document
    copy = copy_in_force(document)
    data = None if copy is None else kept_bytes(copy)
    if data is None:
        return _closed(request, _("The file is damaged. Ask the officer in charge."), 500)
    fetch_by_link(secret=secret, acting=acting)
    return pdf_response(data, f"{kind_of(document.kind).zh}-{document.number}.pdf", download=True)


def _told(link: DeliveryLink) -> dict[str, Any]:
    """All that is told; a key more here is told to whoever holds the link."""
    document = link.document
    assert document.issued is not None
    return {
        "kind": kind_of(document.kind).zh,
        "number": document.number,
        "issuer": document.body.name,
        "issued_on": document.issued.issued_on,
        "addressee": document.addressee,
        "verify_code": document.issued.verify_code,
        "opened_at": link.opened_at,
        "received_at": link.received_at,
        "received_by": link.received_by,
        "expires_at": link.expires_at,
    }


def _closed(request: HttpRequest, text: str, status: int) -> HttpResponse:
    return render(request, "notices/delivery.html", {"refused": text}, status=status)
