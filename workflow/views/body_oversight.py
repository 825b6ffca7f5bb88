"""The interview with a body and the lifting of its listed oversight, as the page of a check shows them."""

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.acting import legal_date
from cases.guards.body_checks import may_record_interview
from cases.models import BodyCheck, BodyInstrument, BodyInterview
from cases.selectors.body_checks import visible_checks
from cases.selectors.written import written
from cases.services.body_checks import open_instrument
from cases.services.body_oversight import InterviewFacts, record_interview
from cases.views.registry import acting_of, reader
from workflow.forms.matters import BodyInterviewForm
from workflow.views.matter_parts import Paper, act_page

_RECORDED_IN: Final = (BodyCheck.State.SERVED, BodyCheck.State.ANSWERED)


def interview_to_record(check: BodyCheck, instrument: BodyInstrument | None) -> bool:
    """Whether the open instrument is an interview that was announced and not yet recorded."""
    return (
        instrument is not None
        and instrument.kind == BodyInstrument.Kind.INTERVIEW
        and check.state in _RECORDED_IN
        and _held(instrument) is None
    )


def held_in_words(instrument: BodyInstrument) -> list[dict[str, Any]]:
    """What was said and agreed at the interview."""
    held = _held(instrument)
    if held is None:
        return []
    label = _("Interview of %(day)s") % {"day": written(legal_date(held.held_at))}
    return [
        {"label": label, "text": held.account, "note": held.attended},
        {"label": _("What was agreed"), "text": held.agreed},
    ]


def papers_of_the_end(check: BodyCheck, instruments: Iterable[BodyInstrument]) -> list[Paper]:
    """Minutes of interviews that were held, and the notice of a lifting."""
    papers = []
    for each in instruments:
        if _held(each) is not None:
            papers.append(Paper("body_interview_minutes", f"instrument:{each.pk}"))
        if each.kind == BodyInstrument.Kind.LISTED and each.verdict == BodyInstrument.Verdict.MET:
            lifting = check.state == BodyCheck.State.LIFTING
            papers.append(Paper("body_lift_notice", f"instrument:{each.pk}", lifting))
    return papers


@require_http_methods(["GET", "POST"])
def check_interview(request: HttpRequest, pk: int) -> HttpResponse:
    """Record how an interview with the body went."""
    rows = visible_checks(reader(request)).select_related("body", "overseen")
    check = get_object_or_404(rows, pk=pk)
    instrument, acting = open_instrument(check), acting_of(request)
    initial = {}
    if instrument is not None:
        initial = {"held_at": instrument.meeting_at, "place": instrument.meeting_place, "attended": instrument.summoned}
    back = reverse("check_detail", args=[pk])
    title = _("Record the interview")
    return act_page(
        request,
        title=title,
        about=check.overseen.name,
        form=BodyInterviewForm(request.POST or None, initial=initial),
        conditions=may_record_interview(check, instrument, acting),
        run=lambda data, by: record_interview(check_id=pk, facts=InterviewFacts(**data), acting=by),
        done=_("The interview is recorded. Its minutes can be drafted now."),
        back=back,
        crumbs=[
            {"label": _("Checks of bodies"), "url": reverse("check_list")},
            {"label": check.overseen.short_name, "url": back},
            {"label": title, "url": ""},
        ],
        words=_("What is recorded here is not changed afterwards; the minutes are written from it."),
    )


def _held(instrument: BodyInstrument) -> BodyInterview | None:
    found: BodyInterview | None = getattr(instrument, "interview", None)
    return found
