"""Oversight of lower bodies (P7): the list of checks, and of one its plan, list, decision, answer and verdict."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BoundField
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.acting import Acting
from cases.forms.enterprise import show_faults
from cases.forms.refusals import in_words
from cases.guards import body_checks as guards
from cases.models import Attachment, Body, BodyCheck, BodyInstrument
from cases.rules.body_check import CLAUSE, next_instrument
from cases.rules.errors import StatedError
from cases.rules.grounds import Ground
from cases.selectors.body_checks import CheckFilter, bodies_below, checking_bodies, listed_checks, visible_checks
from cases.selectors.conflicts import saved_by
from cases.selectors.scope import holds
from cases.selectors.written import written
from cases.services.body_checks import (
    InstrumentFacts,
    StaleCheckError,
    answer_check,
    cancel_check,
    decide_instrument,
    open_instrument,
    plan_check,
    reply_is_late,
    reply_item,
    reply_subject,
    save_check_draft,
    submit_check,
    take_back_instrument,
    verify_answer,
)
from cases.services.enterprise_checks import FactsError
from cases.services.export_checks import PERMISSION, export_checks
from cases.services.score_check import ScoreFacts, computed_score, score_check, weights_of
from cases.views.registry import XLSX, acting_of, reader
from cases.views.versions import Differing, differing
from workflow.forms.matters import (
    AnswerCheckForm,
    FillCheckForm,
    InstrumentForm,
    MatterFilterForm,
    PlanCheckForm,
    ReasonForm,
    ScoreForm,
    VerdictForm,
)
from workflow.views.body_oversight import held_in_words, interview_to_record, papers_of_the_end
from workflow.views.matter_parts import Act, Paper, act_page, clock, draft_paper, history, matter_list, papers, serving

State = BodyCheck.State
TONES: Final[Mapping[str, str]] = {
    State.SERVED: "info",
    State.CLOSED: "ok",
    State.FILLED: "warn",
    State.ANSWERED: "warn",
    State.LIFTING: "warn",
}
LETTERS: Final = {
    "reminder": "check_reminder",
    "rectification": "body_rectification",
    "interview": "body_interview",
    "circular": "circular",
    "listed": "body_listed_notice",
}


@require_GET
def check_list(request: HttpRequest) -> HttpResponse:
    """The checks of the person's area, the latest first."""
    user = reader(request)
    if not holds(user, "view_oversight"):
        raise PermissionDenied
    form = MatterFilterForm(request.GET, states=State.choices, words=_("Name of a body"))
    plans = holds(user, "check_body")
    return matter_list(
        request,
        listed_checks(visible_checks(user), CheckFilter(**form.wanted())),
        form,
        row_of=_row,
        title=_("Checks of bodies"),
        heads=[_("Overseen body"), _("Overseeing body"), _("Day of the check"), _("Result")],
        new_url=reverse("check_new") if plans else "",
        new_label=_("Plan a check"),
        export_url=reverse("check_export") if holds(user, PERMISSION) else "",
        none_title=_("No checks yet"),
        none_text=_("A body checks the bodies below it by the oversight list of annex 3."),
    )


@require_GET
def check_export(request: HttpRequest) -> FileResponse:
    """The checks of the filter with their lists and scores as a workbook."""
    acting = acting_of(request)
    if not (holds(acting.person, "view_oversight") and holds(acting.person, PERMISSION)):
        raise PermissionDenied
    form = MatterFilterForm(request.GET, states=State.choices, words="")
    file = export_checks(wanted=CheckFilter(**form.wanted()), acting=acting)
    name = f"{_('Checks of bodies')}-{acting.today:%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _row(check: Any) -> dict[str, Any]:
    open_tasks = ngettext("%(count)s task not carried out", "%(count)s tasks not carried out", check.not_done)
    return {
        "url": reverse("check_detail", args=[check.pk]),
        "title": check.overseen.name,
        "note": check.purpose,
        "cells": [
            check.body.short_name,
            written(check.checked_on or check.planned_on),
            " · ".join(
                filter(None, (open_tasks % {"count": check.not_done} if check.not_done else "", _points(check)))
            ),
        ],
        "state": check.get_state_display(),
        "tone": TONES.get(check.state, ""),
    }


def _points(check: BodyCheck) -> str:
    """The score in words; empty where there is none yet."""
    score = getattr(check, "score", None)
    return _("%(points)d points") % {"points": score.points} if score else ""


@require_http_methods(["GET", "POST"])
def check_new(request: HttpRequest) -> HttpResponse:
    """Plan a check of a body below."""
    acting = acting_of(request)
    bodies = checking_bodies(acting.person)
    if not bodies:
        raise PermissionDenied
    below = Body.objects.filter(pk__in=[body.pk for each in bodies for body in bodies_below(each)]).order_by("position")
    form = PlanCheckForm(request.POST or None, bodies=bodies, below=below, initial={"planned_on": acting.today})
    return act_page(
        request,
        title=_("Plan a check"),
        about="",
        form=form,
        conditions=[],
        run=lambda data, by: reverse("check_detail", args=[plan_check(**data, acting=by).pk]),
        done=_("The check is planned."),
        back="",
        crumbs=_crumbs(_("Plan a check")),
        words=_("The tasks are those of annex 3 as the rule pack in force has them, word for word."),
    )


@require_GET
def check_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One check: what was found, what followed, its papers, its history, what may happen next."""
    check, acting = _seen(request, pk), acting_of(request)
    instruments = list(check.instruments.select_related("decided_by", "replied_by", "verified_by", "interview"))
    shown = papers(request, _papers(check, instruments), reverse("check_paper", args=[pk]))
    subjects = [f"check:{pk}:decide", f"check:{pk}:verify", *map(reply_subject, instruments)]
    context = {
        "title": check.overseen.name,
        "sort": _("Check of a body"),
        "subtitle": check.body.name,
        "marks": [{"text": check.get_state_display(), "tone": TONES.get(check.state, "")}],
        "clock": clock(subjects, acting),
        "facts": [
            {"label": _("Overseeing body"), "value": check.body.name},
            {"label": _("Planned for"), "value": written(check.planned_on)},
            {"label": _("Day of the check"), "value": check.checked_on and written(check.checked_on)},
            {"label": _("Filled in by"), "value": check.filled_by and check.filled_by.name},
            {"label": _("What it is about"), "value": check.purpose},
            {"label": _("Rule pack"), "value": check.pack},
            {"label": _("Score"), "value": _points(check)},
        ],
        "texts": [
            {"label": _("Overall result"), "text": check.summary},
            *(text for each in instruments for text in _told(each)),
            *_scored(check),
        ],
        "sections": _sections(check),
        "history": history(f"body_check:{pk}"),
        "acts": [*_acts(check, acting), *serving(shown)],
        "nothing": _("Nothing: your post allows no step here, or the check waits for somebody else."),
        "papers": shown,
        "crumbs": _crumbs(check.overseen.short_name),
    }
    return render(request, "workflow/matters/detail.html", context)


def _told(instrument: BodyInstrument) -> list[dict[str, Any]]:
    """The decision, the answer and the verdict on it, in words."""
    kind = instrument.get_kind_display()
    decided = {"label": f"{instrument.number}. {kind}", "text": instrument.demands, "note": instrument.reason}
    files = Attachment.objects.filter(item=reply_item(instrument), place=instrument.check_of.overseen_id)
    answer = {"label": _("Answer"), "text": instrument.reply, "files": files}
    verdict = {"label": instrument.get_verdict_display(), "text": instrument.verdict_reason}
    return [decided, *held_in_words(instrument), answer, verdict]


def _scored(check: BodyCheck) -> list[dict[str, Any]]:
    """Why the score is what it is."""
    score = getattr(check, "score", None)
    if score is None:
        return []
    texts = _grounds(tuple(map(Ground.from_dict, score.grounds)))
    if score.adjustment:
        added = _("Points added or taken by the head: %(points)+d") % {"points": score.adjustment}
        texts.append({"label": added, "text": score.reason, "note": score.scored_by.name})
    return texts


def _grounds(grounds: tuple[Ground, ...]) -> list[dict[str, Any]]:
    told = [ground.in_language(get_language() or "") for ground in grounds]
    return [{"label": _("Computed points"), "text": "\n".join(each["text"] for each in told), "note": CLAUSE}]


def _sections(check: BodyCheck) -> list[dict[str, Any]]:
    sections: list[dict[str, Any]] = []
    for line in check.lines.all():
        if not sections or sections[-1]["number"] != line.section:
            sections.append({"number": line.section, "key_work": line.key_work, "lines": []})
        sections[-1]["lines"].append(line)
    return sections


def _acts(check: BodyCheck, acting: Acting) -> list[Act]:
    """What the state of the check asks for, as far as the person's post allows it."""
    late = check.state == State.SERVED and reply_is_late(check, acting)
    instrument = check.instruments.filter(verdict="").first()
    wanted = {
        State.PLANNED: ("fill", "cancel"),
        State.FILLED: ("decide",),
        State.DECIDED: ("take_back",) if instrument is not None and instrument.issued_on is None else (),
        State.SERVED: ("answer", "verify") if late else ("answer",),
        State.ANSWERED: ("verify",),
        State.CLOSED: () if hasattr(check, "score") else ("score",),
    }.get(State(check.state), ())
    if interview_to_record(check, instrument):
        wanted = ("interview", *wanted)
    acts = {
        "fill": (_("Fill in the list"), "pencil", guards.may_fill_check(check, acting)),
        "cancel": (_("Call it off"), "ban", guards.may_cancel_check(check, acting)),
        "decide": (_("Decide what follows"), "scale", guards.may_decide_instrument(check, acting)),
        "take_back": (_("Take the decision back"), "arrow-back-up", guards.may_take_back(check, instrument, acting)),
        "score": (_("Score the body"), "scale", guards.may_score_check(check, acting)),
        "answer": (_("Answer"), "send", guards.may_answer_check(check, acting)),
        "interview": (
            _("Record the interview"),
            "pencil",
            guards.may_record_interview(check, instrument, acting),
        ),
        "verify": (_("Verify the answer"), "check", guards.may_verify_answer(check, instrument, late, acting)),
    }
    offered = (
        Act(acts[name][0], acts[name][1], reverse(f"check_{name}", args=[check.pk]), acts[name][2]) for name in wanted
    )
    return [act for act in offered if act.mine]


def _papers(check: BodyCheck, instruments: list[BodyInstrument]) -> list[Paper]:
    filled = check.filled_by_id is not None
    letters = (
        Paper(LETTERS[each.kind], f"instrument:{each.pk}", check.state == State.DECIDED and not each.verdict)
        for each in instruments
    )
    return [Paper("oversight_list", f"check:{check.pk}", filled), *letters, *papers_of_the_end(check, instruments)]


@require_POST
def check_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft one of its documents."""
    check = _seen(request, pk)
    wanted = _papers(check, list(check.instruments.all()))
    return draft_paper(request, wanted, reverse("check_detail", args=[pk]))


@require_http_methods(["GET", "POST"])
def check_fill(request: HttpRequest, pk: int) -> HttpResponse:
    """``_do``: save a draft, or submit."""
    check, acting = _seen(request, pk), acting_of(request)
    if not guards.may_fill_check(check, acting)[-1].ok:
        raise PermissionDenied
    if check.state != State.PLANNED:
        return redirect("check_detail", pk)
    form = FillCheckForm(request.POST or None, check=check)
    if request.method == "GET" or not form.is_valid():
        return _fill_page(request, check, form)
    try:
        if request.POST.get("_do") == "save":
            save_check_draft(check_id=pk, facts=form.facts(), acting=acting)
            messages.success(request, _("Your draft is saved. You can go on with it on any device."))
            return redirect("check_fill", pk)
        submit_check(check_id=pk, facts=form.facts(), acting=acting)
    except FactsError as error:
        show_faults(form, error.faults)
    except StaleCheckError as error:
        check.refresh_from_db()
        data = request.POST.copy()
        data["version"] = str(check.version)  # saving again keeps what was typed here
        form = FillCheckForm(data, check=check)
        form.add_error(None, in_words(error))
        return _fill_page(request, check, form, stale=True)
    except StatedError as error:
        form.add_error(None, in_words(error))
    else:
        messages.success(request, _("The list is filled in."))
        return redirect("check_detail", pk)
    return _fill_page(request, check, form)


def _fill_page(request: HttpRequest, check: BodyCheck, form: FillCheckForm, stale: bool = False) -> HttpResponse:
    crumbs = [*_crumbs(check.overseen.short_name), {"label": _("Fill in"), "url": ""}]
    crumbs[1]["url"] = reverse("check_detail", args=[check.pk])
    context = {"check": check, "form": form, "stale": stale, "crumbs": crumbs}
    if stale:
        context |= {"saved": saved_by(check.saved_by, check.saved_at), "differences": _differences(form, check)}
    status = 409 if stale else 422 if form.errors else 200
    return render(request, "workflow/matters/check_fill.html", context, status=status)


def _differences(form: FillCheckForm, check: BodyCheck) -> list[Differing]:
    numbers = {str(line.position): line.number for line in form.lines}

    def label(bound: BoundField) -> str:
        number = numbers.get(bound.name.partition("-")[2], "")
        return f"{number} {bound.label}" if bound.name.startswith("remark-") else number or str(bound.label)

    return differing(form.visible_fields(), FillCheckForm(check=check).initial, label)


@require_http_methods(["GET", "POST"])
def check_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a planned check off."""
    check = _seen(request, pk)
    return _act(
        request,
        check,
        _("Call it off"),
        ReasonForm(request.POST or None),
        guards.may_cancel_check(check, acting_of(request)),
        lambda data, by: cancel_check(check_id=pk, **data, acting=by),
        _("The check is called off."),
    )


@require_http_methods(["GET", "POST"])
def check_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The head decides what follows; the ladder proposes."""
    check = _seen(request, pk)
    told = check.instruments.exclude(verdict=BodyInstrument.Verdict.REVOKED)
    earlier = list(told.values_list("kind", flat=True))
    failing = list(check.lines.filter(done=False))
    proposed = next_instrument(earlier, len(failing))
    demands = "\n".join(line.text for line in failing)
    others = bodies_below(check.body).exclude(pk=check.overseen_id).filter(level=check.overseen.level)
    form = InstrumentForm(request.POST or None, others=others, initial={"demands": demands})
    usual = dict(form.fields["kind"].choices).get(proposed, "")  # type: ignore[attr-defined]
    return _act(
        request,
        check,
        _("Decide what follows"),
        form,
        guards.may_decide_instrument(check, acting_of(request)),
        lambda data, by: decide_instrument(
            check_id=pk, facts=InstrumentFacts(**data | {"also_to": tuple(data["also_to"])}), acting=by
        ),
        _("The decision is recorded."),
        words=_("The law gives no order among the instruments; the usual next step: %(kind)s.") % {"kind": usual},
    )


@require_http_methods(["GET", "POST"])
def check_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The head takes the decision back, while its letter is not issued."""
    check = _seen(request, pk)
    return _act(
        request,
        check,
        _("Take the decision back"),
        ReasonForm(request.POST or None),
        guards.may_take_back(check, open_instrument(check), acting_of(request)),
        lambda data, by: take_back_instrument(check_id=pk, **data, acting=by),
        _("The decision is taken back; decide anew."),
        words=_("A draft of its letter is dropped with the same reason."),
    )


@require_http_methods(["GET", "POST"])
def check_score(request: HttpRequest, pk: int) -> HttpResponse:
    """The head scores the body by a closed check."""
    check = _seen(request, pk)
    computed, grounds = computed_score(check)
    words = _("Computed: %(points)d points. At most %(most)d may be added or taken.")
    return _act(
        request,
        check,
        _("Score the body"),
        ScoreForm(request.POST or None),
        guards.may_score_check(check, acting_of(request)),
        lambda data, by: score_check(check_id=pk, facts=ScoreFacts(**data), acting=by),
        _("The score is recorded."),
        words="\n".join(
            [
                words % {"points": computed, "most": weights_of(check.body).margin},
                *(each["text"] for each in _grounds(grounds)),
            ]
        ),
    )


@require_http_methods(["GET", "POST"])
def check_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The overseen body answers, with files."""
    check = _seen(request, pk)
    return _act(
        request,
        check,
        _("Answer"),
        AnswerCheckForm(request.POST or None, request.FILES or None),
        guards.may_answer_check(check, acting_of(request)),
        lambda data, by: answer_check(check_id=pk, reply=data["reply"], uploads=data["papers"], acting=by),
        _("The answer is sent."),
    )


@require_http_methods(["GET", "POST"])
def check_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """The overseer verifies: closed, or the next instrument."""
    check, acting = _seen(request, pk), acting_of(request)
    instrument = check.instruments.filter(verdict="").first()
    late = check.state == State.SERVED and reply_is_late(check, acting)
    return _act(
        request,
        check,
        _("Verify the answer"),
        VerdictForm(request.POST or None),
        guards.may_verify_answer(check, instrument, late, acting),
        lambda data, by: verify_answer(check_id=pk, **data, acting=by),
        _("The verdict is recorded."),
    )


def _act(
    request: HttpRequest, check: BodyCheck, title: str, form: Any, conditions: Any, run: Any, done: str, words: str = ""
) -> HttpResponse:
    back = reverse("check_detail", args=[check.pk])
    crumbs = [*_crumbs(check.overseen.short_name), {"label": title, "url": ""}]
    crumbs[1]["url"] = back
    return act_page(
        request,
        title=title,
        about=check.overseen.name,
        form=form,
        conditions=conditions,
        run=run,
        done=done,
        back=back,
        crumbs=crumbs,
        words=words,
    )


def _seen(request: HttpRequest, pk: int) -> BodyCheck:
    """A check the person may see; others do not exist for them."""
    rows = visible_checks(reader(request)).select_related("body", "overseen", "filled_by", "score__scored_by")
    return get_object_or_404(rows, pk=pk)


def _crumbs(here: str) -> list[dict[str, str]]:
    return [{"label": _("Checks of bodies"), "url": reverse("check_list")}, {"label": here, "url": ""}]
