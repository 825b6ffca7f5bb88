"""Record an attempt at service, and the address a party has confirmed."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.acting import Acting
from cases.guards.conditions import failed
from cases.models import Attachment, Case
from cases.rules.errors import StatedError
from cases.selectors.written import written
from cases.services.attach_file import attach_file
from notices.forms.refusal import add_refusal
from notices.forms.service import AddressForm, ServiceForm, initial_service
from notices.guards.documents import may_serve
from notices.models import Document, ServiceRecord
from notices.packs import kind_of
from notices.selectors.service import (
    confirmed_address,
    failed_attempts,
    goes_to_body,
    servers_of,
    usual_place,
    waiting_addressees,
)
from notices.services.confirm_address import confirm_address, may_confirm
from notices.services.record_service import record_service
from notices.views.edge import acting_of, visible_document
from notices.views.elsewhere import place_of
from notices.views.service_story import service_story


@require_http_methods(["GET", "POST"])
def document_serve(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt of service; where a task of the case asks for it, go there."""
    document = visible_document(request, pk)
    if place := place_of(document, "serve"):
        return redirect(place)
    acting = acting_of(request)
    conditions = may_serve(document, acting)
    if failed(conditions):
        messages.error(request, str(failed(conditions)[0].reason))
        return redirect("document_detail", document.pk)
    enterprise = None if goes_to_body(document) else document.enterprise
    confirmed = confirmed_address(enterprise, acting.today) if enterprise else None
    bodies = [each.body for each in waiting_addressees(document)]
    asked = next((body for body in bodies if body.code == request.GET.get("body")), next(iter(bodies), None))
    place = "" if bodies else usual_place(document, acting.today)  # of several, the place follows from who is chosen
    form = ServiceForm(
        request.POST or None,
        request.FILES or None,
        servers=servers_of(document).exclude(pk=acting.person.pk),
        bodies=bodies,
        initial={**initial_service(acting.today, place), "body": asked and asked.code},
    )
    if request.method == "POST" and form.is_valid() and _record(request, document, form, acting):
        return (
            redirect("case_detail", document.case_id) if document.case_id else redirect("document_detail", document.pk)
        )
    kind = kind_of(document.kind)
    context = {
        "document": document,
        "kind": kind,
        "crumbs": [
            {"label": _("Documents"), "url": reverse("document_list")},
            {"label": document.number or kind.zh, "url": reverse("document_detail", args=[document.pk])},
            {"label": _("Record service"), "url": ""},
        ],
        "form": form,
        "to_body": goes_to_body(document),
        "confirmed": confirmed,
        "failures": failed_attempts(document, asked),
        "story": service_story(document, acting, asked),
    }
    return render(request, "notices/document_serve.html", context, status=422 if form.errors else 200)


def _record(request: HttpRequest, document: Document, form: ServiceForm, acting: Acting) -> bool:
    """Keep evidence and record together, or neither."""
    try:
        with transaction.atomic():
            evidence = tuple(_keep(document, file, acting) for file in form.cleaned_data["evidence"])
            record = record_service(document=document, facts=form.facts(evidence), acting=acting)
    except StatedError as error:
        add_refusal(form, error)
        return False
    messages.success(request, _outcome(record))
    return True


def _keep(document: Document, file: UploadedFile, acting: Acting) -> Attachment:
    purpose = Attachment.Purpose.SERVICE
    return attach_file(case=document.case, place=document.place, upload=file, purpose=purpose, acting=acting)


def _outcome(record: ServiceRecord) -> str:
    if record.served_on is None:
        return _("The failed attempt has been recorded.")
    return _("Recorded: served on %(day)s.") % {"day": written(record.served_on)}


@require_http_methods(["GET", "POST"])
def confirm_service_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the confirmation of address that the party signed."""
    document = visible_document(request, pk)
    acting = acting_of(request)
    case = document.case
    if case is None:
        raise Http404
    conditions = may_confirm(case, acting)
    if failed(conditions):
        messages.error(request, str(failed(conditions)[0].reason))
        return redirect("document_detail", document.pk)
    enterprise = case.enterprise
    initial = {
        "address": enterprise.address,
        "receiver": enterprise.contact,
        "phone": enterprise.phone,
        "confirmed_on": acting.today,
        "signed_by": enterprise.legal_representative,
    }
    form = AddressForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _confirm(case, form, acting):
        messages.success(request, _("The address for service has been recorded."))
        return redirect("document_serve", document.pk)
    context = {
        "document": document,
        "kind": kind_of(document.kind),
        "form": form,
        "standing": confirmed_address(enterprise, acting.today),
    }
    return render(request, "notices/confirm_address.html", context, status=422 if form.errors else 200)


def _confirm(case: Case, form: AddressForm, acting: Acting) -> bool:
    """Keep the signed scan and what it says together, or neither."""
    upload, purpose = form.cleaned_data["scan"], Attachment.Purpose.SERVICE
    try:
        with transaction.atomic():
            scan = attach_file(case=case, upload=upload, purpose=purpose, acting=acting)
            confirm_address(case=case, facts=form.facts(), scan=scan, acting=acting)
    except StatedError as error:
        add_refusal(form, error)
        return False
    return True
