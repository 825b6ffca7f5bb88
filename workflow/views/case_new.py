"""Open a case: find the enterprise, see what must hold, say what kind of inspection it is."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.forms.refusals import refusal_text
from cases.guards.conditions import Blocked, failed
from cases.models import Case, Enterprise, TaskSheet
from cases.rules.errors import StatedError
from cases.selectors.enterprises import found, visible_enterprises
from cases.selectors.scope import holds
from cases.selectors.task_sheets import visible_sheets
from cases.services.open_case import conditions, open_case
from workflow.forms.open_case import OpenCaseForm
from workflow.views.worklist import Desk

PERMISSION: Final = "create_case"
SHOWN: Final = 20
ENDED: Final = ("closed", "escalated", "refused", "terminated")


@require_http_methods(["GET", "POST"])
def case_new(request: HttpRequest) -> HttpResponse:
    """Without `enterprise` a search for it; with it the form."""
    desk = Desk.of(request)
    if not holds(desk.user, PERMISSION):
        raise PermissionDenied(_("Your post must allow you to open cases."))
    uscc = request.GET.get("enterprise", "").strip()
    if not uscc:
        return _search(desk)
    rows = visible_enterprises(desk.user, PERMISSION).select_related("territorial_body", "tier_body")
    enterprise = rows.filter(uscc=uscc.upper()).first()
    if enterprise is None:
        raise Http404
    return _form(desk, enterprise)


def _search(desk: Desk) -> HttpResponse:
    text = desk.request.GET.get("q", "").strip()[:100]
    rows = visible_enterprises(desk.user, PERMISSION).select_related("territorial_body")
    matches = list(found(rows, text).order_by("name", "pk")[: SHOWN + 1]) if text else []
    running = Case.objects.filter(enterprise__in=[unit.pk for unit in matches]).exclude(status__in=ENDED)
    context = {
        "text": text,
        "matches": matches[:SHOWN],
        "more": len(matches) > SHOWN,
        "running": set(running.values_list("enterprise", flat=True)),
        "crumbs": _crumbs(),
    }
    return render(desk.request, "workflow/inbox/case_search.html", context)


def _form(desk: Desk, enterprise: Enterprise) -> HttpResponse:
    request, today = desk.request, desk.today
    initial = {"planned_on": today, **_on_findings(request, enterprise)}
    form = OpenCaseForm(request.POST or None, today=today, initial=initial)
    if form.is_valid():
        try:
            case = open_case(facts=form.facts(enterprise), acting=desk.acting)
        except Blocked:
            form.add_error(None, _("A condition of this step does not hold: see below."))
        except StatedError as error:
            form.take(error, refusal_text(error))
        else:
            messages.success(request, _("Case %(number)s is open.") % {"number": case.number})
            return redirect("case_detail", case.pk)
    stated = conditions(enterprise, desk.acting)
    context = {
        "form": form,
        "enterprise": enterprise,
        "conditions": stated,
        "blocked": bool(failed(stated)),
        "crumbs": _crumbs(),
    }
    return render(request, "workflow/inbox/case_new.html", context, status=422 if form.errors else 200)


def _on_findings(request: HttpRequest, enterprise: Enterprise) -> dict[str, Any]:
    """What a filled task list of this unit says, where the address names one."""
    named = request.GET.get("sheet", "")
    sheets = visible_sheets(Desk.of(request).user).filter(enterprise=enterprise, state=TaskSheet.State.FILLED)
    sheet = sheets.filter(pk=int(named)).first() if named.isascii() and named.isdigit() else None
    return OpenCaseForm.on_findings(sheet) if sheet else {}


def _crumbs() -> list[dict[str, Any]]:
    return [{"label": _("Open a case"), "url": ""}]
