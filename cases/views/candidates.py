"""Candidates for the lists: the sheet, the review of one or many, additions by hand, and a scan out of turn."""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.acting import Acting
from cases.forms.lists import AdditionForm, CandidateFilterForm, ReviewForm
from cases.forms.refusals import refusal_text
from cases.guards.conditions import Blocked
from cases.guards.lists import may_review
from cases.models import Enterprise, ListCandidate, ListLevel, UnitKind
from cases.rules.errors import StatedError
from cases.selectors.calendar import work_calendar
from cases.selectors.enterprises import found, visible_enterprises
from cases.selectors.listing_facts import facts_of, standings, verdict_of
from cases.selectors.lists import (
    ALL,
    REMOVAL,
    WAITING,
    CandidateFilter,
    events_of,
    latest_scan,
    narrowed_candidates,
    review_due,
    reviewing_bodies,
    visible_candidates,
)
from cases.selectors.scope import holds, may
from cases.services.review_candidates import add_candidate, drop_candidate, keep_candidate
from cases.services.scan_candidates import start_scan
from cases.views.list_parts import chips, grounds, page_of, pages, sheet
from cases.views.registry import acting_of

PAGE: Final = 25
MATCHES: Final = 12


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one of the chosen candidates."""

    name: str
    ok: bool
    text: str
    url: str = ""


@require_http_methods(["GET", "POST"])
def candidate_list(request: HttpRequest) -> HttpResponse:
    """The sheet of what is to be reviewed; POST reviews all that are chosen and says what became of each."""
    acting = _reviewer(request)
    if request.method == "GET":
        return _show_sheet(request, acting, ReviewForm())
    form = ReviewForm(request.POST)
    chosen = [int(value) for value in request.POST.getlist("candidate") if value.isdigit()][:PAGE]
    if not chosen:
        form.add_error(None, _("Choose at least one candidate."))
    if not form.is_valid():
        return _show_sheet(request, acting, form, status=422)
    rows = visible_candidates(acting.person).filter(pk__in=chosen).order_by("pk")
    verdicts = [_reviewed(candidate, form, acting) for candidate in rows]
    status = 200 if any(verdict.ok for verdict in verdicts) else 422
    return _show_sheet(request, acting, ReviewForm(), verdicts, status)


def _reviewed(candidate: ListCandidate, form: ReviewForm, acting: Acting) -> Verdict:
    """Review one of many: it stands or falls by itself."""
    name = candidate.enterprise.name
    try:
        if form.cleaned_data["do"] == ReviewForm.DROP:
            drop_candidate(candidate_id=candidate.pk, reason=form.cleaned_data["reason"], acting=acting)
            return Verdict(name, True, _("dropped"))
        case = keep_candidate(candidate_id=candidate.pk, opinion=form.cleaned_data["reason"], acting=acting)
    except StatedError as error:
        return Verdict(name, False, refusal_text(error))
    return Verdict(name, True, _("kept: case %(number)s") % {"number": case.number}, page_of("case_detail", case.pk))


def _show_sheet(
    request: HttpRequest, acting: Acting, form: ReviewForm, verdicts: list[Verdict] | None = None, status: int = 200
) -> HttpResponse:
    user = acting.person
    filters = CandidateFilterForm(request.GET, bodies=reviewing_bodies(user))
    wanted = filters.wanted()
    page = Paginator(narrowed_candidates(visible_candidates(user), wanted), PAGE).get_page(request.GET.get("page"))
    candidates = list(page.object_list)
    due = review_due(user)
    context = {
        "tabs": pages(user, "candidate_list"),
        "filters": filters,
        "form": form,
        "page": page,
        "rows": sheet(candidates, events_of(candidates)),
        "chips": chips(request, _labels(wanted)),
        "verdicts": verdicts or [],
        "scan": latest_scan(),
        "due": due,
        "left": work_calendar().days_left(acting.today, due) if due else None,
        "chosen": set(request.POST.getlist("candidate")),
    }
    return render(request, "cases/lists/candidates.html", context, status=status)


def _labels(wanted: CandidateFilter) -> dict[str, tuple[str, str]]:
    proposed = _("Removal or lower level") if wanted.proposed == REMOVAL else ""
    states = {WAITING: "", ALL: _("All states")}
    return {
        "body": (_("Body"), wanted.body.name if wanted.body else ""),
        "kind": (_("Kind"), str(UnitKind(wanted.kind).label) if wanted.kind else ""),
        "proposed": (_("Proposed"), proposed or (str(ListLevel(wanted.proposed).label) if wanted.proposed else "")),
        "cause": (_("Cause"), str(ListCandidate.Cause(wanted.cause).label) if wanted.cause else ""),
        "state": (
            _("State"),
            states[wanted.state] if wanted.state in states else str(ListCandidate.State(wanted.state).label),
        ),
        "q": (_("Search"), wanted.text),
    }


@require_http_methods(["GET", "POST"])
def candidate_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One candidate with its facts, its events and what the rule says; POST keeps or drops it."""
    acting = acting_of(request)
    candidate = get_object_or_404(visible_candidates(acting.person), pk=pk)
    form = ReviewForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _review(request, candidate, form, acting)
            except StatedError as error:
                status = 403 if isinstance(error, Blocked) else 422
                form.take(error, refusal_text(error))
    (row,) = sheet([candidate], events_of([candidate]))
    conditions = may_review(candidate, acting)
    context = {
        **row,
        "form": form,
        "conditions": conditions,
        "blocked": any(not condition.ok for condition in conditions),
        "waiting": candidate.state == ListCandidate.State.FOUND,
        "crumbs": [
            {"label": _("Candidates"), "url": reverse("candidate_list")},
            {"label": candidate.enterprise.name, "url": ""},
        ],
    }
    return render(request, "cases/lists/candidate.html", context, status=status)


def _review(request: HttpRequest, candidate: ListCandidate, form: ReviewForm, acting: Acting) -> HttpResponse:
    data = form.cleaned_data
    if data["do"] == ReviewForm.DROP:
        drop_candidate(candidate_id=candidate.pk, reason=data["reason"], acting=acting)
        messages.success(request, _("%(name)s: dropped.") % {"name": candidate.enterprise.name})
        return redirect("candidate_list")
    case = keep_candidate(candidate_id=candidate.pk, opinion=data["reason"], acting=acting)
    messages.success(request, _("%(name)s: case %(number)s is opened.") % {
        "name": candidate.enterprise.name,
        "number": case.number,
    })  # fmt: skip
    return redirect("case_detail", case.pk)


@require_http_methods(["GET", "POST"])
def candidate_add(request: HttpRequest) -> HttpResponse:
    """Propose a unit by hand: first find it, then say for which list and why."""
    acting = _reviewer(request)
    units = visible_enterprises(acting.person).select_related("territorial_body", "tier_body")
    chosen = units.filter(uscc=request.GET.get("enterprise", "")).first()
    if chosen is None:
        text = request.GET.get("q", "").strip()[:100]
        matches = list(found(units, text).order_by("name", "pk")[: MATCHES + 1]) if text else []
        context = {"text": text, "matches": matches[:MATCHES], "more": len(matches) > MATCHES}
        return render(request, "cases/lists/add_search.html", context)
    if not may(acting.person, "review_candidate", chosen.tier_body):
        raise PermissionDenied(_("The lists for this unit are kept by %(body)s.") % {"body": chosen.tier_body.name})
    return _add(request, chosen, acting)


def _add(request: HttpRequest, enterprise: Enterprise, acting: Acting) -> HttpResponse:
    facts = facts_of([enterprise.pk], acting.today)[enterprise.pk]
    form = AdditionForm(request.POST or None, kinds=list(facts.kinds))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                case = add_candidate(facts=form.facts(enterprise.pk), acting=acting)
            except StatedError as error:
                status = 403 if isinstance(error, Blocked) else 422
                form.take(error, refusal_text(error))
            else:
                messages.success(request, _("%(name)s: case %(number)s is opened.") % {
                    "name": enterprise.name,
                    "number": case.number,
                })  # fmt: skip
                return redirect("case_detail", case.pk)
    verdict = verdict_of(facts, facts.kinds[0], acting.today)
    context = {
        "unit": enterprise,
        "form": form,
        "ruled": ListLevel(verdict.outcome.level),
        "grounds": grounds([ground.as_dict() for ground in verdict.outcome.grounds]),
        "standing": [standings([enterprise.pk]).get((enterprise.pk, kind)) for kind in facts.kinds],
        "crumbs": [
            {"label": _("Candidates"), "url": reverse("candidate_list")},
            {"label": _("Add a unit"), "url": reverse("candidate_add")},
            {"label": enterprise.name, "url": ""},
        ],
    }
    return render(request, "cases/lists/add.html", context, status=status)


@require_POST
def candidate_scan(request: HttpRequest) -> HttpResponse:
    """Look for candidates now, without waiting for the day of the month; at everybody, noted as changed or not."""
    acting = _reviewer(request)
    try:
        start_scan(full=True, acting=acting)
    except StatedError as error:
        messages.warning(request, refusal_text(error))
    else:
        messages.success(request, _("The scan has begun; what it finds appears here."))
    return redirect("candidate_list")


def _reviewer(request: HttpRequest) -> Acting:
    acting = acting_of(request)
    if not holds(acting.person, "review_candidate"):
        raise PermissionDenied(_("Your post must allow you to review list candidates."))
    return acting
