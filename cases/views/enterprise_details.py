"""Forms for what hangs on a unit: certificates, products, honours."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cases.forms.enterprise import CertificateForm, HonourForm, ProductForm, show_faults
from cases.forms.refusals import in_words
from cases.models.enterprise import Certificate, Enterprise, Honour, Product
from cases.rules.errors import StatedError
from cases.selectors.enterprises import visible_enterprises
from cases.selectors.scope import may
from cases.services.enterprise_checks import FactsError
from cases.services.enterprise_details import keep_certificate, keep_honour, keep_product, remove_detail
from cases.views.registry import acting_of, reader


@dataclass(frozen=True, slots=True)
class Detail:
    """One kind of row: its model, form, service and the titles of its pages."""

    model: type[Certificate] | type[Product] | type[Honour]
    form: type[forms.Form]
    keep: Callable[..., object]
    new: str | Promise
    change: str | Promise


DETAILS: Final = {
    "certificates": Detail(
        Certificate,
        CertificateForm,
        keep_certificate,
        gettext_lazy("Add a certificate"),
        gettext_lazy("Change a certificate"),
    ),
    "products": Detail(
        Product, ProductForm, keep_product, gettext_lazy("Add a product"), gettext_lazy("Change a product")
    ),
    "honours": Detail(Honour, HonourForm, keep_honour, gettext_lazy("Add an honour"), gettext_lazy("Change an honour")),
}


@require_http_methods(["GET", "POST"])
def detail_form(request: HttpRequest, uscc: str, kind: str, pk: int | None = None) -> HttpResponse:
    """Add a row, or change one."""
    enterprise, detail = _changeable(request, uscc), _detail(kind)
    row = None if pk is None else get_object_or_404(detail.model, enterprise=enterprise, pk=pk)
    form = detail.form(request.POST or None, initial=model_to_dict(row) if row else None)
    if form.is_bound and form.is_valid():
        try:
            detail.keep(enterprise_id=enterprise.pk, row_id=pk, **form.cleaned_data, acting=acting_of(request))
        except FactsError as error:
            show_faults(form, error.faults)
        except StatedError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("The changes are saved."))
            return redirect("enterprise_detail", uscc=uscc)
    title = detail.change if row else detail.new
    page = reverse("enterprise_detail", args=[uscc])
    context = {
        "form": form,
        "title": title,
        "enterprise": enterprise,
        "remove_url": reverse("enterprise_row_remove", args=[uscc, kind, pk]) if row else "",
        "crumbs": [
            {"label": _("Enterprises"), "url": reverse("enterprise_list")},
            {"label": enterprise.name, "url": page},
            {"label": title, "url": ""},
        ],
    }
    return render(request, "cases/enterprises/detail_form.html", context, status=422 if form.errors else 200)


@require_POST
def detail_remove(request: HttpRequest, uscc: str, kind: str, pk: int) -> HttpResponse:
    """Remove a row that was entered wrongly."""
    enterprise, detail = _changeable(request, uscc), _detail(kind)
    try:
        remove_detail(model=detail.model, enterprise_id=enterprise.pk, row_id=pk, acting=acting_of(request))
    except StatedError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("The entry is removed."))
    return redirect("enterprise_detail", uscc=uscc)


def _detail(kind: str) -> Detail:
    if kind not in DETAILS:
        raise Http404
    return DETAILS[kind]


def _changeable(request: HttpRequest, uscc: str) -> Enterprise:
    rows = visible_enterprises(reader(request)).select_related("territorial_body")
    enterprise = get_object_or_404(rows, uscc=uscc)
    if not may(reader(request), "enter_unit", enterprise.territorial_body):
        raise PermissionDenied
    return enterprise
