"""Risk warnings to local governments: the list, the study, feedback and lifting (P8). Nothing of it is public."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.acting import Acting
from cases.guards import warnings as guards
from cases.models import RiskWarning
from cases.rules.grounds import Ground
from cases.selectors.scope import holds
from cases.selectors.warnings import WarningFilter, listed_warnings, regions_to_warn, visible_warnings
from cases.selectors.written import written
from cases.services.warnings import (
    WarningFacts,
    decide_lifting_of_warning,
    draft_warning,
    drop_warning,
    enter_feedback,
)
from cases.views.registry import acting_of, reader
from workflow.forms.matters import FeedbackForm, MatterFilterForm, ReasonForm, WarningForm
from workflow.views.matter_parts import Act, Paper, act_page, clock, draft_paper, history, matter_list, papers, serving

State = RiskWarning.State
TONES: Final[Mapping[str, str]] = {
    State.SERVED: "info",
    State.LIFTED: "ok",
    State.DRAFTED: "warn",
    State.ANSWERED: "warn",
}
LEVEL_TONES: Final = {"S": "danger", "H": "warn", "M": "warn", "L": "info"}


@require_GET
def warning_list(request: HttpRequest) -> HttpResponse:
    """The warnings of the person's area, the latest first."""
    user = reader(request)
    drafts = holds(user, "draft_warning")
    if not drafts and not holds(user, "view_oversight"):
        raise PermissionDenied
    form = MatterFilterForm(request.GET, states=State.choices, words=_("Product or area"))
    return matter_list(
        request,
        listed_warnings(visible_warnings(user), WarningFilter(**form.wanted())),
        form,
        row_of=_row,
        title=_("Risk warnings"),
        heads=[_("Product"), _("Area"), _("Level"), _("Local government addressed")],
        new_url=reverse("warning_new") if drafts else "",
        new_label=_("Study a warning"),
        none_title=_("No warnings yet"),
        none_text=_("A regional or industry-wide risk is told to the local government by the city’s body."),
    )


def _row(warning: RiskWarning) -> dict[str, Any]:
    return {
        "url": reverse("warning_detail", args=[warning.pk]),
        "title": warning.product,
        "note": warning.get_signal_display(),
        "cells": [warning.region.short_name, warning.get_level_display(), warning.government],
        "state": warning.get_state_display(),
        "tone": TONES.get(warning.state, ""),
    }


@require_http_methods(["GET", "POST"])
def warning_new(request: HttpRequest) -> HttpResponse:
    """Study a signal and keep what the warning will say."""
    regions = regions_to_warn(reader(request))
    if not regions:
        raise PermissionDenied
    return act_page(
        request,
        title=_("Study a warning"),
        about="",
        form=WarningForm(request.POST or None, regions=regions),
        conditions=[],
        run=_drafted,
        done=_("The warning is kept. Draft the letter below; the city’s body issues it."),
        back="",
        crumbs=_crumbs(_("Study a warning")),
        words=_("Its level follows from probability and severity. Nothing is published."),
    )


def _drafted(data: dict[str, Any], by: Acting) -> str:
    region = data.pop("region")
    return reverse("warning_detail", args=[draft_warning(region=region, facts=WarningFacts(**data), acting=by).pk])


@require_GET
def warning_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One warning: the study, its papers, its history, what may happen next."""
    warning, acting = _seen(request, pk), acting_of(request)
    language = get_language() or ""
    grounds = [Ground.from_dict(each).in_language(language) for each in warning.grounds]
    shown = papers(request, _papers(warning), reverse("warning_paper", args=[pk]))
    context = {
        "title": warning.product,
        "sort": _("Risk warning"),
        "subtitle": warning.region.name,
        "marks": [
            {"text": warning.get_level_display(), "tone": LEVEL_TONES[warning.level]},
            {"text": warning.get_state_display(), "tone": TONES.get(warning.state, "")},
        ],
        "clock": clock([f"warning:{pk}:{step}" for step in ("study", "issue", "feedback")], acting),
        "facts": [
            {"label": _("Signal"), "value": warning.get_signal_display()},
            {"label": _("Local government addressed"), "value": warning.government},
            {"label": _("Issued by"), "value": warning.body.name},
            {"label": _("Feedback received on"), "value": warning.feedback_on and written(warning.feedback_on)},
            {"label": _("Lifted on"), "value": warning.lifted_on and written(warning.lifted_on)},
        ],
        "texts": [
            {"label": _("What was found"), "text": warning.facts},
            *({"label": _("Why this level"), "text": each["text"], "note": each["clause"]} for each in grounds),
            {"label": _("Measures suggested"), "text": warning.measures},
            {"label": _("What the government has answered"), "text": warning.feedback},
            {"label": _("Why it is lifted"), "text": warning.lift_reason},
        ],
        "history": history(f"warning:{pk}"),
        "acts": [*_acts(warning, acting), *serving(shown)],
        "nothing": _("Nothing: your post allows no step here, or the warning waits for somebody else."),
        "papers": shown,
        "crumbs": _crumbs(warning.product),
    }
    return render(request, "workflow/matters/detail.html", context)


def _acts(warning: RiskWarning, acting: Acting) -> list[Act]:
    """What the state of the warning asks for, as far as the person's post allows it."""
    acts = {
        State.DRAFTED: (_("Drop it"), "ban", "warning_drop", guards.may_drop_warning),
        State.SERVED: (_("Enter the feedback"), "pencil", "warning_feedback", guards.may_enter_feedback),
        State.ANSWERED: (_("Decide the lifting"), "scale", "warning_lift", guards.may_lift_warning),
    }
    wanted = acts.get(State(warning.state))
    if wanted is None:
        return []
    title, icon, name, guard = wanted
    act = Act(title, icon, reverse(name, args=[warning.pk]), guard(warning, acting))
    return [act] if act.mine else []


def _papers(warning: RiskWarning) -> list[Paper]:
    subject = f"warning:{warning.pk}"
    return [
        Paper("alert_bulletin", subject, warning.state == State.DRAFTED),
        Paper("alert_lift_notice", subject, warning.state == State.LIFTING),
    ]


@require_POST
def warning_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft one of its documents."""
    return draft_paper(request, _papers(_seen(request, pk)), reverse("warning_detail", args=[pk]))


@require_http_methods(["GET", "POST"])
def warning_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """The study has shown that nobody need be warned."""
    warning = _seen(request, pk)
    return _act(
        request,
        warning,
        _("Drop it"),
        ReasonForm(request.POST or None),
        guards.may_drop_warning(warning, acting_of(request)),
        lambda data, by: drop_warning(warning_id=pk, **data, acting=by),
        _("The warning is dropped."),
    )


@require_http_methods(["GET", "POST"])
def warning_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what the government has answered."""
    warning, acting = _seen(request, pk), acting_of(request)
    return _act(
        request,
        warning,
        _("Enter the feedback"),
        FeedbackForm(request.POST or None, initial={"received_on": acting.today}),
        guards.may_enter_feedback(warning, acting),
        lambda data, by: enter_feedback(warning_id=pk, **data, acting=by),
        _("The feedback is entered."),
    )


@require_http_methods(["GET", "POST"])
def warning_lift(request: HttpRequest, pk: int) -> HttpResponse:
    """The risk was assessed anew and is gone."""
    warning = _seen(request, pk)
    return _act(
        request,
        warning,
        _("Decide the lifting"),
        ReasonForm(request.POST or None),
        guards.may_lift_warning(warning, acting_of(request)),
        lambda data, by: decide_lifting_of_warning(warning_id=pk, **data, acting=by),
        _("The lifting is decided. Draft its notice below."),
    )


def _act(
    request: HttpRequest, warning: RiskWarning, title: str, form: Any, conditions: Any, run: Any, done: str
) -> HttpResponse:
    back = reverse("warning_detail", args=[warning.pk])
    crumbs = [*_crumbs(warning.product), {"label": title, "url": ""}]
    crumbs[1]["url"] = back
    return act_page(
        request,
        title=title,
        about=warning.product,
        form=form,
        conditions=conditions,
        run=run,
        done=done,
        back=back,
        crumbs=crumbs,
    )


def _seen(request: HttpRequest, pk: int) -> RiskWarning:
    """A warning the person may see; others do not exist for them."""
    return get_object_or_404(visible_warnings(reader(request)).select_related("region", "body"), pk=pk)


def _crumbs(here: str) -> list[dict[str, str]]:
    return [{"label": _("Risk warnings"), "url": reverse("warning_list")}, {"label": here, "url": ""}]
