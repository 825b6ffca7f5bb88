"""Boundaries of areas for the risk map: import a GeoJSON with its 审图号, see what is in use, withdraw it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.acting import Acting
from cases.forms.boundaries import BoundariesForm
from cases.forms.refusals import refusal_text
from cases.models import Body, BoundaryMap
from cases.rules.errors import StatedError
from cases.selectors.boundaries import maps_managed
from cases.selectors.people import managed_bodies, manages_people
from cases.selectors.scope import holds
from cases.services.boundaries import import_boundaries, withdraw_boundaries
from cases.views.list_parts import page_of
from cases.views.registry import acting_of, reader

SUGGESTED: tuple[str, ...] = (Body.Level.PROVINCE, Body.Level.CITY, Body.Level.COUNTY)


@require_http_methods(["GET", "POST"])
def boundaries(request: HttpRequest) -> HttpResponse:
    """The maps in use at the bodies the person administers, and the form for another."""
    acting = _administrator(request)
    bodies = managed_bodies(acting.person).filter(level__in=SUGGESTED).order_by("position")
    form = BoundariesForm(request.POST or None, request.FILES or None, bodies=bodies)
    if request.method == "POST" and form.is_valid() and (kept := _imported(form, acting)):
        text = _("The boundaries of %(body)s are in use, with %(number)s areas.")
        messages.success(request, text % {"body": kept.body.name, "number": len(kept.outlines)})
        return redirect("map_boundaries")
    context = {
        "form": form,
        "maps": maps_managed(acting.person),
        "back": reverse("risk_map") if holds(acting.person, "view_oversight") else reverse("open_settings"),
        "crumbs": [{"label": _("Settings"), "url": page_of("settings")}, {"label": _("Boundaries"), "url": ""}],
    }
    return render(request, "cases/oversight/boundaries.html", context, status=422 if form.errors else 200)


@require_POST
def boundaries_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw a map no longer, with a reason."""
    acting = _administrator(request)
    standing = get_object_or_404(BoundaryMap, pk=pk, body__in=managed_bodies(acting.person))
    try:
        withdraw_boundaries(boundary_map=standing, reason=request.POST.get("reason", ""), acting=acting)
    except StatedError as error:
        messages.error(request, refusal_text(error))
    else:
        messages.success(request, _("The boundaries are drawn no longer."))
    return redirect("map_boundaries")


def _administrator(request: HttpRequest) -> Acting:
    if not manages_people(reader(request)):
        raise PermissionDenied(_("Your post must allow you to set these values."))
    return acting_of(request)


def _imported(form: BoundariesForm, acting: Acting) -> BoundaryMap | None:
    given = form.cleaned_data
    try:
        return import_boundaries(
            body=given["body"],
            content=given["file"].read(),
            file_name=given["file"].name,
            map_number=given["map_number"],
            source=given["source"],
            acting=acting,
        )
    except StatedError as error:
        field = error.details.get("field")
        form.add_error(field if field in form.fields else None, refusal_text(error))
        return None
