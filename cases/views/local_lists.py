"""The lists one place keeps for itself: blacklist and trusted-consumer units (嘉市监〔2020〕40号 四2)."""

from typing import Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases.forms.local_lists import EnterLocalForm, LeaveLocalForm
from cases.forms.refusals import refusal_text
from cases.models import Body, ListEntry
from cases.models.listing import Register
from cases.rules.errors import StatedError
from cases.selectors.enterprises import visible_enterprises
from cases.selectors.local_lists import LOCAL, local_entries, local_rule
from cases.selectors.scope import holds, within
from cases.services.local_lists import enter_local_list, leave_local_list
from cases.views.list_parts import pages
from cases.views.registry import acting_of, reader

PAGE: Final = 50


@require_GET
def local_list(request: HttpRequest, register: str) -> HttpResponse:
    """Who stands on the list."""
    user = reader(request)
    if register not in LOCAL:
        raise Http404
    if not holds(user, "view_enterprise"):
        raise PermissionDenied
    context = {
        "page": Paginator(local_entries(user, register), PAGE).get_page(request.GET.get("page")),
        "register": register,
        "title": Register(register).label,
        "tabs": pages(user, register),
        "may_manage": bool(_bodies(request)),
    }
    return render(request, "cases/local_lists/list.html", context)


@require_http_methods(["GET", "POST"])
def local_list_new(request: HttpRequest, register: str) -> HttpResponse:
    """Put a unit on the list."""
    acting = acting_of(request)
    if register not in LOCAL:
        raise Http404
    bodies = _bodies(request)
    if not bodies:
        raise PermissionDenied(_("No body of yours keeps such a list: a rule pack in force there must provide for it."))
    form = EnterLocalForm(
        request.POST or None,
        bodies=Body.objects.filter(pk__in=[body.pk for body in bodies]).order_by("position"),
        units=visible_enterprises(acting.person),
        initial={"enterprise": request.GET.get("enterprise", "")[:18], "told_on": acting.today},
    )
    if form.is_valid():
        given = dict(form.cleaned_data)
        try:
            enter_local_list(enterprise_id=given.pop("enterprise").pk, register=register, **given, acting=acting)
        except StatedError as error:
            _take(form, error)
        else:
            messages.success(request, _("The unit is on the list."))
            return redirect("local_list", register=register)
    context = {
        "form": form,
        "title": Register(register).label,
        "register": register,
        "crumbs": _crumbs(register, _("List a unit")),
    }
    return render(request, "cases/local_lists/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def local_list_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a unit off the list."""
    acting = acting_of(request)
    seen = ListEntry.objects.filter(
        within(acting.person, "manage_local_list", "body"), register__in=LOCAL, left_on__isnull=True
    )
    entry = get_object_or_404(seen.select_related("enterprise", "body"), pk=pk)
    form = LeaveLocalForm(request.POST or None)
    if form.is_valid():
        try:
            leave_local_list(entry_id=entry.pk, reason=form.cleaned_data["reason"], acting=acting)
        except StatedError as error:
            _take(form, error)
        else:
            messages.success(request, _("The unit is off the list."))
            return redirect("local_list", register=entry.register)
    context = {"form": form, "entry": entry, "crumbs": _crumbs(entry.register, _("Take off the list"))}
    return render(request, "cases/local_lists/leave.html", context, status=422 if form.errors else 200)


def _take(form: forms.Form, error: StatedError) -> None:
    field = error.details.get("field")
    form.add_error(field if field in form.fields else None, refusal_text(error))


def _bodies(request: HttpRequest) -> list[Body]:
    """Bodies whose local lists the person keeps, where a rule pack in force provides for them."""
    acting = acting_of(request)
    held = Body.objects.filter(within(acting.person, "manage_local_list", "")).order_by("position")
    return [body for body in held if local_rule(body, acting.today) is not None]


def _crumbs(register: str, here: str) -> list[dict[str, str]]:
    return [
        {"label": str(Register(register).label), "url": reverse("local_list", args=[register])},
        {"label": here, "url": ""},
    ]
