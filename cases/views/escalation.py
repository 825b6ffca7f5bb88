"""Ask the body above to take a unit over or to list it (P5 step 3), from the unit's page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.forms.oversight import ProposalForm
from cases.forms.refusals import refusal_text
from cases.guards.conditions import Blocked, failed
from cases.guards.p5 import may_propose
from cases.models import Enterprise
from cases.rules.errors import NotPermitted, StatedError
from cases.selectors.enterprises import visible_enterprises
from cases.selectors.escalation import deciding_body, way_up
from cases.services.propose_escalation import ProposeEscalation, propose_escalation
from cases.views.registry import acting_of, reader


@require_http_methods(["GET", "POST"])
def escalation_new(request: HttpRequest, uscc: str) -> HttpResponse:
    """The proposal of one unit: what the law counts, what must hold, what is asked for."""
    rows = visible_enterprises(reader(request)).select_related("territorial_body", "tier_body__parent")
    enterprise = rows.filter(uscc=uscc).first()
    if enterprise is None:
        raise Http404
    form = ProposalForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                facts = ProposeEscalation(enterprise.pk, form.cleaned_data["wanted"], form.cleaned_data["reason"])
                case = propose_escalation(facts=facts, acting=acting_of(request))
            except StatedError as error:
                status = _refuse(form, error)
            else:
                messages.success(request, _("The proposal is with %(body)s.") % {"body": case.body.name})
                return redirect("case_detail", case.pk)
    return render(request, "cases/oversight/propose.html", _context(request, enterprise, form), status=status)


def _refuse(form: ProposalForm, error: StatedError) -> int:
    """Say on the form why not; the status says it to machines."""
    if isinstance(error, Blocked):
        form.add_error(None, _("A condition of this step does not hold: see below."))
    else:
        field = error.details.get("field")
        form.add_error(field if field in form.fields else None, refusal_text(error))
    return 403 if isinstance(error, NotPermitted) else 422


def _context(request: HttpRequest, enterprise: Enterprise, form: ProposalForm) -> dict[str, object]:
    acting = acting_of(request)
    way = way_up(enterprise, acting.today)
    conditions = may_propose(enterprise, acting, way)
    return {
        "unit": enterprise,
        "form": form,
        "way": way,
        "grounds": [{"clause": g.clause, "text": g.in_language(get_language() or "")} for g in way.grounds],
        "conditions": conditions,
        "blocked": bool(failed(conditions)),
        "upper": deciding_body(enterprise.tier_body),
        "crumbs": [
            {"label": _("Enterprises"), "url": reverse("enterprise_list")},
            {"label": enterprise.name, "url": reverse("enterprise_detail", args=[enterprise.uscc])},
            {"label": _("Ask the body above"), "url": ""},
        ],
    }
