"""The tab of a unit's risk events and credit-risk class."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases.forms.enterprise import show_faults
from cases.forms.events import CreditForm
from cases.forms.refusals import refusal_text
from cases.models import RiskEvent
from cases.rules.errors import StatedError
from cases.selectors.scope import may
from cases.selectors.starred_items import starred_items_of
from cases.services.enterprise_checks import FactsError
from cases.services.rate_credit import rate_credit
from cases.views.event_page import grounds_in_words
from cases.views.events import event_rows
from cases.views.registry import acting_of, reader
from cases.views.unit_page import changeable_unit, unit_context, unit_crumbs, visible_unit


@require_GET
def enterprise_events(request: HttpRequest, uscc: str) -> HttpResponse:
    """The unit's events, what they answer on the form, and its credit-risk class."""
    enterprise, user = visible_unit(request, uscc), reader(request)
    place, today = enterprise.territorial_body, acting_of(request).today
    events = RiskEvent.objects.filter(enterprise=enterprise).select_related("enterprise__territorial_body")
    ratings = list(enterprise.credit_ratings.order_by("-valid_from", "-pk"))
    more = {
        "rows": event_rows(events.order_by("-occurred_on", "-pk")),
        "items": [
            {"answer": answer, "grounds": grounds_in_words(answer.grounds)}
            for answer in starred_items_of(enterprise, today).values()
        ],
        "ratings": ratings,
        "rating": next((rating for rating in ratings if rating.valid_to is None), None),
        "may_record": may(user, "record_event", place),
        "may_rate": may(user, "enter_unit", place),
    }
    context = unit_context(request, enterprise, "enterprise_events", **more)
    return render(request, "cases/events/unit.html", context)


@require_http_methods(["GET", "POST"])
def enterprise_credit(request: HttpRequest, uscc: str) -> HttpResponse:
    """Enter the unit's credit-risk class."""
    enterprise, acting = changeable_unit(request, uscc), acting_of(request)
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
    context = {"enterprise": enterprise, "form": form, "crumbs": unit_crumbs(enterprise, _("Credit risk"))}
    return render(request, "cases/events/credit.html", context, status=422 if form.errors else 200)
