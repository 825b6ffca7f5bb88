"""Technical assistance: the list, the request, the decision, the visit, the follow-up, what the unit says (P10)."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.acting import Acting
from cases.guards import assistance as guards
from cases.models import Assistance
from cases.selectors.assistance import AssistanceFilter, listed_assistance, risks_found, visible_assistance
from cases.selectors.enterprises import visible_enterprises
from cases.selectors.scope import holds
from cases.selectors.written import written
from cases.services.assistance import (
    ask_assistance,
    close_assistance,
    decide_assistance,
    record_follow_up,
    record_visit,
)
from cases.views.registry import acting_of, reader
from workflow.forms.matters import (
    AskAssistanceForm,
    AssistanceVisitForm,
    DecideAssistanceForm,
    FollowUpForm,
    MatterFilterForm,
    SatisfactionForm,
)
from workflow.views.matter_parts import Act, Paper, act_page, clock, draft_paper, history, matter_list, papers, serving

State = Assistance.State
TONES: Final[Mapping[str, str]] = {State.ASKED: "warn", State.ADVISED: "info", State.CLOSED: "ok"}


@require_GET
def assistance_list(request: HttpRequest) -> HttpResponse:
    """The requests of the units the person sees, the latest first."""
    user = reader(request)
    if not holds(user, "view_enterprise"):
        raise PermissionDenied
    form = MatterFilterForm(request.GET, states=State.choices, words=_("Name or credit code"))
    return matter_list(
        request,
        listed_assistance(visible_assistance(user), AssistanceFilter(**form.wanted())),
        form,
        row_of=_row,
        title=_("Technical assistance"),
        heads=[_("Enterprise"), _("Risk found"), _("Asked for on")],
        none_title=_("No requests yet"),
        none_text=_("A unit in which a risk was found may ask for it; the request is entered from the unit’s page."),
    )


def _row(assistance: Assistance) -> dict[str, Any]:
    return {
        "url": reverse("assistance_detail", args=[assistance.pk]),
        "title": assistance.enterprise.name,
        "note": assistance.enterprise.territorial_body.short_name,
        "cells": [assistance.event.title, written(assistance.asked_on)],
        "state": assistance.get_state_display(),
        "tone": TONES.get(assistance.state, ""),
    }


@require_http_methods(["GET", "POST"])
def assistance_new(request: HttpRequest, uscc: str) -> HttpResponse:
    """Enter a unit's request."""
    acting = acting_of(request)
    seen = visible_enterprises(acting.person).select_related("territorial_body")
    unit = get_object_or_404(seen, uscc=uscc)
    form = AskAssistanceForm(request.POST or None, events=risks_found(unit), initial={"asked_on": acting.today})
    return act_page(
        request,
        title=_("Enter a request for assistance"),
        about=unit.name,
        form=form,
        conditions=guards.may_ask_assistance(unit, acting),
        run=lambda data, by: reverse("assistance_detail", args=[ask_assistance(enterprise=unit, **data, acting=by).pk]),
        done=_("The request is entered."),
        back="",
        crumbs=[
            {"label": unit.name, "url": reverse("enterprise_detail", args=[uscc])},
            {"label": _("Enter a request for assistance"), "url": ""},
        ],
        words=_("Assistance is free of charge, no inspection, and yields no evidence for a penalty."),
    )


@require_GET
def assistance_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what was asked, what was advised, its papers, its history, what may happen next."""
    assistance, acting = _seen(request, pk), acting_of(request)
    unit = assistance.enterprise
    measures = "\n".join(f"{each.number}. {each.problem} → {each.measure}" for each in assistance.measures.all())
    shown = papers(request, _papers(assistance), reverse("assistance_paper", args=[pk]))
    context = {
        "title": unit.name,
        "sort": _("Technical assistance"),
        "subtitle": assistance.body.name,
        "marks": [{"text": assistance.get_state_display(), "tone": TONES.get(assistance.state, "")}],
        "clock": clock([f"assistance:{pk}"], acting),
        "facts": [
            {"label": _("Enterprise"), "value": unit.name, "url": reverse("enterprise_detail", args=[unit.uscc])},
            {
                "label": _("Risk found"),
                "value": assistance.event.title,
                "url": reverse("event_detail", args=[assistance.event_id]),
            },
            {"label": _("Asked for on"), "value": written(assistance.asked_on)},
            {"label": _("Who asks for the unit"), "value": assistance.asked_by},
            {"label": _("Visited on"), "value": assistance.visited_on and written(assistance.visited_on)},
            {"label": _("Experts and officers"), "value": assistance.team},
            {"label": _("Followed up on"), "value": assistance.followed_on and written(assistance.followed_on)},
            {"label": _("Satisfaction of the unit"), "value": assistance.satisfaction},
        ],
        "texts": [
            {"label": _("What the unit asks for"), "text": assistance.wish},
            {"label": _("Reason of the decision"), "text": assistance.decision_reason},
            {"label": _("What was seen"), "text": assistance.account},
            {"label": _("Measures"), "text": measures},
            {"label": _("What has become of the measures"), "text": assistance.follow_up},
            {"label": _("What the unit says"), "text": assistance.satisfaction_words},
        ],
        "history": history(f"assistance:{pk}"),
        "acts": [*_acts(assistance, acting), *serving(shown)],
        "nothing": _("Nothing: your post allows no step here, or the request waits for somebody else."),
        "papers": shown,
        "crumbs": _crumbs(unit.name),
    }
    return render(request, "workflow/matters/detail.html", context)


def _acts(assistance: Assistance, acting: Acting) -> list[Act]:
    """What the state of the request asks for, as far as the person's post allows it."""
    acts = {
        State.ASKED: (_("Decide on the request"), "scale", "assistance_decide"),
        State.ACCEPTED: (_("Record the visit"), "pencil", "assistance_visit"),
        State.ADVISED: (_("Record the follow-up"), "pencil", "assistance_follow_up"),
        State.FOLLOWED: (_("Close with the unit’s opinion"), "check", "assistance_close"),
    }
    state = State(assistance.state)
    if state not in acts:
        return []
    title, icon, name = acts[state]
    act = Act(title, icon, reverse(name, args=[assistance.pk]), _conditions(assistance, state, acting))
    return [act] if act.mine else []


def _conditions(assistance: Assistance, state: State, acting: Acting) -> Any:
    if state == State.ASKED:
        return guards.may_decide_assistance(assistance, acting)
    return guards.may_handle(assistance, acting, state)


def _papers(assistance: Assistance) -> list[Paper]:
    return [Paper("assistance_advice", f"assistance:{assistance.pk}", assistance.state == State.VISITED)]


@require_POST
def assistance_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft its letter."""
    return draft_paper(request, _papers(_seen(request, pk)), reverse("assistance_detail", args=[pk]))


@require_http_methods(["GET", "POST"])
def assistance_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or decline the request."""
    return _act(
        request,
        pk,
        State.ASKED,
        _("Decide on the request"),
        DecideAssistanceForm(request.POST or None),
        lambda data, by: decide_assistance(assistance_id=pk, **data, acting=by),
        _("The decision is recorded."),
    )


@require_http_methods(["GET", "POST"])
def assistance_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the visit and the measures advised."""
    return _act(
        request,
        pk,
        State.ACCEPTED,
        _("Record the visit"),
        AssistanceVisitForm(request.POST or None, initial={"visited_on": acting_of(request).today}),
        lambda data, by: record_visit(assistance_id=pk, **data, acting=by),
        _("The visit is recorded. Draft the letter below."),
    )


@require_http_methods(["GET", "POST"])
def assistance_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what has become of the measures."""
    return _act(
        request,
        pk,
        State.ADVISED,
        _("Record the follow-up"),
        FollowUpForm(request.POST or None, initial={"followed_on": acting_of(request).today}),
        lambda data, by: record_follow_up(assistance_id=pk, **data, acting=by),
        _("The follow-up is recorded."),
    )


@require_http_methods(["GET", "POST"])
def assistance_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it with what the unit says of it."""
    return _act(
        request,
        pk,
        State.FOLLOWED,
        _("Close with the unit’s opinion"),
        SatisfactionForm(request.POST or None),
        lambda data, by: close_assistance(assistance_id=pk, **data, acting=by),
        _("The assistance is closed."),
    )


def _act(request: HttpRequest, pk: int, state: State, title: str, form: Any, run: Any, done: str) -> HttpResponse:
    assistance = _seen(request, pk)
    back = reverse("assistance_detail", args=[pk])
    crumbs = [*_crumbs(assistance.enterprise.name), {"label": title, "url": ""}]
    crumbs[1]["url"] = back
    return act_page(
        request,
        title=title,
        about=assistance.enterprise.name,
        form=form,
        conditions=_conditions(assistance, state, acting_of(request)),
        run=run,
        done=done,
        back=back,
        crumbs=crumbs,
    )


def _seen(request: HttpRequest, pk: int) -> Assistance:
    """A request the person may see; others do not exist for them."""
    related = ("enterprise__territorial_body", "body", "event")
    return get_object_or_404(visible_assistance(reader(request)).select_related(*related), pk=pk)


def _crumbs(here: str) -> list[dict[str, str]]:
    return [{"label": _("Technical assistance"), "url": reverse("assistance_list")}, {"label": here, "url": ""}]
