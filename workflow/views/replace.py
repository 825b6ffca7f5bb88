"""Hand all open work of somebody who leaves for good over to a successor: chosen, looked at, done case by case."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.acting import Acting
from cases.guards.conditions import failed
from cases.models import Case, User
from cases.selectors.locks import open_locks
from cases.selectors.people import manages_people
from cases.services.run_many import MOST_AT_ONCE
from cases.views.list_acts import Act, Picked, act_page
from cases.views.registry import acting_of
from workflow.forms.list_kinds import CASES
from workflow.forms.replace import ReplaceForm, SuccessorForm
from workflow.guards import replacing
from workflow.selectors.replacing import open_cases_of, replaceable_people, successors_of
from workflow.services.hand_over import replace_on_case


@require_http_methods(["GET", "POST"])
def person_work(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: what the person has open, and who may follow; POST `to`: what would move, then with `confirm` done."""
    acting = acting_of(request)
    leaving = get_object_or_404(replaceable_people(acting.person), pk=pk)
    cases, successors = open_cases_of(leaving, acting.person), successors_of(leaving, acting.today)
    form = SuccessorForm(request.POST or None, successors=successors)
    keys = list(cases.values_list("pk", flat=True)[:MOST_AT_ONCE])
    if keys and form.is_valid():
        picked = Picked(CASES, "", keys, reverse("person_work", args=[pk]))
        return act_page(request, CASES, _act(leaving, form.cleaned_data["to"], successors), picked)
    administers = manages_people(acting.person)
    context = {
        "leaving": leaving,
        "form": form,
        "cases": cases[:MOST_AT_ONCE],
        "number": cases.count(),
        "most": MOST_AT_ONCE,
        "locks": open_locks().filter(officer=leaving).count() if administers else 0,
        "crumbs": [{"label": leaving.name, "url": ""}, {"label": _("Hand over all open work"), "url": ""}],
    }
    return render(request, "workflow/replace.html", context, status=422 if form.errors else 200)


def _act(leaving: User, successor: User, successors: QuerySet[User]) -> Act:
    def form(data: Any, _cases: list[Case]) -> ReplaceForm:
        return ReplaceForm(data, successors=successors, initial={"to": successor})

    def why_not(case: Case, acting: Acting) -> str:
        missing = failed(replacing(case, leaving, successor, acting))
        return "；".join(str(condition.reason) for condition in missing)

    def do(case: Case, facts: dict[str, Any], acting: Acting) -> Case:
        return replace_on_case(
            case_id=case.pk, leaving=leaving, successor=successor, reason=facts["reason"], acting=acting
        )

    words = _("All open work of %(leaving)s to %(successor)s") % {"leaving": leaving.name, "successor": successor.name}
    return Act(
        code="replace",
        title=words,
        effect=_(
            "The successor becomes inspector in the same role, has the open tasks, and answers for their periods. "
            "What was signed before stays with whoever signed it. This cannot be undone, only handed on."
        ),
        icon="users",
        form=form,
        why_not=why_not,
        do=do,
        about=lambda case: (f"{case.enterprise.name} · {case.number}", reverse("case_detail", args=[case.pk])),
    )
