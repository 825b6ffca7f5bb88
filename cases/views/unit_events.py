"""The tab of a unit's risk events and credit-risk class."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases.forms.enterprise import show_faults
from cases.forms.events import CreditForm
from cases.forms.refusals import refusal_text
from cases.models import Enterprise, RiskEvent
from cases.rules.errors import StatedError
from cases.selectors.enterprises import visible_enterprises
from cases.selectors.scope import may
from cases.selectors.starred_items import starred_items_of
from cases.services.enterprise_checks import FactsError
from cases.services.rate_credit import rate_credit
from cases.views.enterprise_tabs import tabs_of
from cases.views.event_page import grounds_in_words
from cases.views.events import event_rows
from cases.views.registry import acting_of, reader


@require_GET
def enterprise_events(request: HttpRequest, uscc: str) -> HttpResponse:
    """The unit's events, what they answer on the form, and its credit-risk class."""
    enterprise, user = _visible(request, uscc), reader(request)
    place, today = enterprise.territorial_body, acting_of(request).today
    events = RiskEvent.objects.filter(enterprise=enterprise).select_related("enterprise__territorial_body")
    ratings = list(enterprise.credit_ratings.order_by("-valid_from", "-pk"))
    context = {
        "enterprise": enterprise,
        "tabs": tabs_of(enterprise, "enterprise_events"),
        "crumbs": _crumbs(enterprise),
        "rows": event_rows(events.order_by("-occurred_on", "-pk")),
        "items": [
            {"answer": answer, "grounds": grounds_in_words(answer.grounds)}
            for answer in starred_items_of(enterprise, today).values()
        ],
        "ratings": ratings,
        "rating": next((rating for rating in ratings if rating.valid_to is None), None),
        "may_record": may(user, "record_event", place),
        "may_rate": may(user, "enter_unit", place),
        "today": today,
    }
    return render(request, "cases/events/unit.html", context)


@require_http_methods(["GET", "POST"])
def enterprise_credit(request: HttpRequest, uscc: str) -> HttpResponse:
    """Enter the unit's credit-risk class."""
    enterprise, acting = _visible(request, uscc), acting_of(request)
    if not may(acting.person, "enter_unit", enterprise.territorial_body):
        raise PermissionDenied
    form = CreditForm(request.POST or None, initial={"valid_from": acting.today})
    if form.is_valid():
        try:
            rate_credit(enterprise_id=enterprise.pk, **form.cleaned_data, acting=acting)
        except FactsError as error:
            show_faults(form, error.faults)
        except StatedError as error:
            form.take(error, refusal_text(error))
        else:
            messages.success(request, _("The credit-risk class is entered."))
            return redirect("enterprise_events", uscc=enterprise.uscc)
    context = {"enterprise": enterprise, "form": form, "crumbs": _crumbs(enterprise, _("Credit risk"))}
    return render(request, "cases/events/credit.html", context, status=422 if form.errors else 200)


def _visible(request: HttpRequest, uscc: str) -> Enterprise:
    rows = visible_enterprises(reader(request)).select_related("territorial_body", "tier_body")
    return get_object_or_404(rows, uscc=uscc)


def _crumbs(enterprise: Enterprise, label: str = "") -> list[dict[str, Any]]:
    crumbs = [
        {"label": _("Enterprises"), "url": reverse("enterprise_list")},
        {"label": enterprise.name, "url": reverse("enterprise_detail", args=[enterprise.uscc])},
        {"label": _("Risk events"), "url": reverse("enterprise_events", args=[enterprise.uscc]) if label else ""},
    ]
    return [*crumbs, {"label": label, "url": ""}] if label else crumbs
