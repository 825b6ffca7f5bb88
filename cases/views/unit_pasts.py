"""What was: the compliance history (履历) of a unit, and the unit as it stood on any day."""

from datetime import date
from typing import Final

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from cases.forms.unit_rows import day_field
from cases.models import SafetyPerson
from cases.models.enterprise import SupervisionMode
from cases.rules.enterprise_facts import OLDEST_DATE
from cases.selectors.as_at import unit_as_at
from cases.selectors.compliance import Kind, compliance_history
from cases.views.registry import acting_of
from cases.views.unit_page import unit_context, visible_unit

PAGE: Final = 50


@require_GET
def enterprise_compliance(request: HttpRequest, uscc: str) -> HttpResponse:
    """Everything that happened to the unit on one line of time, narrowed to one kind by the address."""
    enterprise = visible_unit(request, uscc)
    kind = request.GET.get("kind", "")
    kind = kind if kind in Kind.values else ""
    entries = compliance_history(enterprise, kind)
    kinds = [{"value": value, "label": label, "current": value == kind} for value, label in Kind.choices]
    context = unit_context(
        request,
        enterprise,
        "enterprise_compliance",
        page=Paginator(entries, PAGE).get_page(request.GET.get("page")),
        kind=kind,
        kinds=[{"value": "", "label": _("Everything"), "current": not kind}, *kinds],
    )
    return render(request, "cases/enterprises/compliance.html", context)


class DayForm(forms.Form):
    """Which day is asked for."""

    on = day_field(gettext_lazy("Day"))

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.today = today
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet; choose today or an earlier one."))
        if day < OLDEST_DATE:
            raise forms.ValidationError(_("The date lies before October 1949."))
        return day


@require_GET
def enterprise_as_at(request: HttpRequest, uscc: str) -> HttpResponse:
    """The unit on the day in the address, today where there is none."""
    enterprise, today = visible_unit(request, uscc), acting_of(request).today
    form = DayForm(request.GET if "on" in request.GET else {"on": today.isoformat()}, today=today)
    day = form.cleaned_data["on"] if form.is_valid() else None
    unit = unit_as_at(enterprise, day) if day is not None else None
    context = unit_context(
        request,
        enterprise,
        "enterprise_as_at",
        form=form,
        unit=unit,
        mode=dict(SupervisionMode.choices).get(unit.mode, unit.mode) if unit else "",
        people=[(role.label, unit.holders(role)) for role in SafetyPerson.Role] if unit else [],
    )
    return render(request, "cases/enterprises/as_at.html", context)
