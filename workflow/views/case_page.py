"""The page of one case, and the drawing of its process as a file."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.acting import Acting
from cases.models import Attachment, Case, Procedure, User
from cases.selectors.notifications import rule_title
from workflow.bpmn import CONTENT_TYPE, bpmn_of
from workflow.diagram import diagram_of
from workflow.models import CaseProcess
from workflow.selectors.case_page import (
    CasePage,
    case_for,
    deciders,
    events_of,
    load_case_page,
    ordered_documents,
)
from workflow.selectors.case_phases import phases_of
from workflow.selectors.case_words import mode_words, status_words
from workflow.selectors.incidents import failed_steps, step_words
from workflow.views import case_parts as parts
from workflow.views.case_ways import Way, ways_of
from workflow.views.escalation_parts import escalation_parts
from workflow.views.listing_parts import listing_parts

RECENT = 8
"""Events of the timeline beside the case."""
LOG_ROWS = 40
OTHERWISE: Final[Mapping[str, Callable[[CasePage], dict[str, Any]]]] = {
    Procedure.ESCALATION: escalation_parts,
    Procedure.LISTING: listing_parts,
    Procedure.DELISTING: listing_parts,
}
"""What the page shows in another way for a procedure: its facts, the cards of its own, and what its tabs need."""
GALLERY = (Attachment.Purpose.EVIDENCE, Attachment.Purpose.RECTIFICATION, Attachment.Purpose.RETURN_VISIT)


@require_GET
def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One case; `tab` chooses what its lower half shows."""
    case, user = _case(request, pk)
    acting = Acting(user, timezone.now())
    page = load_case_page(case, acting)
    tab = request.GET.get("tab", "")
    names = parts.tab_names(case)
    ways = ways_of(case, acting)
    turns = _turns(page)
    tab = tab if tab in names else names[0]
    context = {
        "page": page,
        "case": case,
        "unit": case.enterprise,
        "unit_url": parts.address("enterprise_detail", case.enterprise.uscc),
        "status": status_words(case.status),
        "facts": parts.facts(page),
        "mode": mode_words(page.change.record.mode if page.change.record else case.enterprise.mode),
        "steps": phases_of(case=case, turns=page.turns, opinions=page.opinions),
        # The drawing weighs as much as all else of a tab: beside the first one it comes when it is asked for.
        "diagram": diagram_of(page.process) if page.process and (tab == names[0] or "diagram" in request.GET) else None,
        "recent": parts.timeline(events_of(case)[:RECENT]),
        "deciders": deciders(page),
        "risk_events": parts.risk_events(page.class_events),
        "tab": tab,
        "tabs": parts.tabs(page, tab),
        "tab_template": f"workflow/cases/tab_{tab}.html",
        "crumbs": [{"label": _("Cases"), "url": parts.address("case_list")}, {"label": case.number}],
        "gallery": parts.pictures(row for row in page.attachments if row.purpose in GALLERY),
        "ways": ways,
        "failed_steps": [step_words(task) for task in failed_steps(page.process)],
        "card": "workflow/cases/class_card.html",
        **turns,
        "second": _second(turns, ways),
        **_countdown(page),
        **_tab_parts(request, page, tab),
    }
    if case.procedure in OTHERWISE:
        context |= OTHERWISE[case.procedure](page)
    return render(request, "workflow/cases/detail.html", context)


@require_GET
def case_diagram_bpmn(request: HttpRequest, pk: int) -> HttpResponse:
    """The process of a case as a BPMN 2.0 file."""
    case, _user = _case(request, pk)
    process = get_object_or_404(CaseProcess, case=case)
    response = HttpResponse(bpmn_of(process.flow_class, case.procedure), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, f"{case.number}.bpmn") or ""
    return response


def _case(request: HttpRequest, pk: int) -> tuple[Case, User]:
    """The case and the viewer; a case elsewhere does not exist for them."""
    user = request.user
    case = case_for(user, pk) if isinstance(user, User) else None
    if case is None or not isinstance(user, User):
        raise Http404
    return case, user


def _turns(page: CasePage) -> dict[str, Any]:
    """The steps that wait: the viewer's own first, and the one whose button stands at the foot of a phone."""
    turns = sorted((parts.turn_parts(turn) for turn in page.turns), key=lambda part: not part["turn"].yours)
    primary = next((part for part in turns if part["turn"].yours), None)
    return {"turns": turns, "primary": primary}


def _second(turns: Mapping[str, Any], ways: list[Way]) -> Mapping[str, Any] | None:
    """What stands beside that button: another ready step of the viewer's, else the first way beside the steps."""
    for part in turns["turns"]:
        if part["turn"].yours and part["ready"] and part is not turns["primary"]:
            return {"url": part["url"], "label": part["title"], "icon": "clipboard-check"}
    beside = [way for way in ways if way.helps]
    return {"url": beside[0].url, "label": beside[0].label, "icon": beside[0].icon} if beside else None


def _countdown(page: CasePage) -> dict[str, Any]:
    clock = page.next_clock
    return {"clock": clock, "clock_title": rule_title(clock.deadline.rule) if clock else ""}


def _tab_parts(request: HttpRequest, page: CasePage, tab: str) -> dict[str, Any]:
    """What only one of the tabs shows."""
    if tab == "documents":
        return {"documents": parts.documents(page, ordered_documents(page.documents))}
    if tab == "listing":
        return {"opinion_rounds": parts.opinion_rounds(page.opinions)}
    if tab == "grounds":
        return {
            "proposals": parts.proposals(page.proposals),
            "opinion_rounds": parts.opinion_rounds(page.opinions),
        }
    if tab == "deadlines":
        return {"clocks": parts.clocks(page)}
    if tab == "log":
        log = Paginator(events_of(page.case, quiet=True), LOG_ROWS).get_page(request.GET.get("page"))
        return {"log": log, "events": parts.timeline(log.object_list)}
    return {}
