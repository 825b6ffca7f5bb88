"""The file of a case: have it put together with one click, watch it, come back to it, take it away."""

from typing import Any, Final

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cases.forms.refusals import refusal_text
from cases.guards.conditions import failed
from cases.models import Case
from cases.rules.errors import StatedError
from cases.selectors.cases import visible_cases
from notices.guards.case_file import may_build
from notices.models import CaseFile
from notices.selectors.case_file import case_files_for
from notices.services.case_file import build_case_file, is_current, record_download
from notices.services.case_file_parts import is_whole
from notices.views.edge import acting_of

SHOWN: Final = 20
"""Earlier files of a case on its page."""
REFRESH_SECONDS: Final = 2
State = CaseFile.State
TONES: Final = {State.DONE: "ok", State.FAILED: "danger", State.RUNNING: "info", State.WAITING: ""}


@require_http_methods(["GET", "POST"])
@never_cache
def case_file(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: how far it is, and the files there are. POST: have it put together unless it is already; the same page."""
    case = _case(request, pk)
    if request.method == "POST":
        if _running(case):
            return redirect("case_file", pk=pk)
        try:
            build_case_file(case_id=case.pk, acting=acting_of(request))
        except StatedError as error:
            messages.error(request, refusal_text(error))
        return redirect("case_file", pk=pk)
    return render(request, "notices/case_file.html", _context(request, case))


@require_GET
@never_cache
def case_file_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bytes, handed out only while they have the hash they were kept with; the trail is told."""
    found = get_object_or_404(case_files_for(request.user), pk=pk)
    if found.state != State.DONE:
        raise Http404
    if not is_whole(found.file.name, found.sha256):
        return render(request, "notices/case_file_broken.html", {"case": found.case}, status=500)
    try:
        record_download(case_file=found, acting=acting_of(request))
    except StatedError as error:
        messages.error(request, refusal_text(error))
        return redirect("case_file", pk=found.case_id)
    name = f"{found.case.number}-案卷.pdf"
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=name, content_type="application/pdf")
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


def _case(request: HttpRequest, pk: int) -> Case:
    seen = visible_cases(request.user).select_related("enterprise", "body", "territorial_body", "opened_by")
    return get_object_or_404(seen, pk=pk)


def _running(case: Case) -> bool:
    return CaseFile.objects.filter(case=case, state__in=[State.WAITING, State.RUNNING]).exists()


def _context(request: HttpRequest, case: Case) -> dict[str, Any]:
    files = list(case_files_for(request.user).filter(case=case)[:SHOWN])
    running = next((each for each in files if not each.over), None)
    latest = next((each for each in files if each.state == State.DONE), None)
    conditions = [] if running else may_build(case, acting_of(request))
    return {
        "case": case,
        "running": running,
        "latest": latest,
        # while one is put together nobody asks every two seconds what the case would be filed as now
        "current": bool(latest and not running and is_current(latest, case)),
        "failure": _failure(files[0]) if files and files[0].state == State.FAILED else "",
        "files": [{"file": each, "tone": TONES[State(each.state)]} for each in files],
        "conditions": conditions,
        "blocked": bool(failed(conditions)),
        "refresh": REFRESH_SECONDS,
        "crumbs": [
            {"label": _("Cases"), "url": reverse("case_list")},
            {"label": case.number, "url": reverse("case_detail", args=[case.pk])},
            {"label": _("Case file"), "url": ""},
        ],
    }


def _failure(found: CaseFile) -> str:
    """What stopped it, and what to do."""
    if found.failure.get("code") == "document_changed":
        return _(
            "The stored copy of %(number)s is missing or was changed, and the file would be wrong without it. An "
            "administrator must restore it from the backup; then have the file put together again."
        ) % {"number": found.failure["number"]}
    return _(
        "It broke off again and again. Have it put together once more; if it fails again, an administrator finds the "
        "reason under incidents and can start the job there: it goes on where it stopped."
    )
