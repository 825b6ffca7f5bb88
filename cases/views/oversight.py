"""The oversight board: what is overdue, what falls due, where, and the means to press for it."""

from datetime import date
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cases.acting import Acting, legal_date
from cases.forms.deadlines import BoardFilter
from cases.forms.refusals import refusal_text
from cases.models import User
from cases.rules.errors import StatedError
from cases.selectors.calendar import work_calendar
from cases.selectors.deadlines import (
    count_by_region,
    count_deadlines,
    due_strip,
    in_area,
    listed,
    narrowed,
    visible_deadlines,
)
from cases.selectors.scope import holds
from cases.services.export_deadlines import deadlines_workbook
from cases.services.urge import remind_accountable
from cases.views.board_parts import chips, deadline_rows, region_rows, strip, tiles, tiles_beside, title_of
from cases.views.preferences import safe_next

ROWS: Final = 25
EXPORT_ROWS: Final = 20_000
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The board of everything under the person's oversight, narrowed by the address."""
    user, today = _overseer(request), _today()
    chosen = BoardFilter(request.GET).chosen()
    everything = visible_deadlines(user, "view_oversight")
    local = in_area(everything, chosen.area)
    counts = count_deadlines(local, today)
    regions = count_by_region(everything, today)
    shown = listed(narrowed(local, today=today, due=chosen.due, day=chosen.day))
    page = Paginator(shown, ROWS).get_page(request.GET.get("page"))
    context = {
        "as_of": timezone.now(),
        "chosen": chosen,
        "tiles": tiles(counts, chosen),
        "beside": tiles_beside(user, today),
        "strip": strip(due_strip(local, today), chosen, work_calendar()),
        "regions": region_rows(regions, chosen),
        "page": page,
        "rows": deadline_rows(page.object_list, work_calendar(), today),
        "title": title_of(chosen),
        "chips": chips(chosen, regions),
    }
    return render(request, "cases/oversight/board.html", context)


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The list of the same address as a spreadsheet."""
    user, today = _overseer(request), _today()
    chosen = BoardFilter(request.GET).chosen()
    local = in_area(visible_deadlines(user, "view_oversight"), chosen.area)
    shown = listed(narrowed(local, today=today, due=chosen.due, day=chosen.day))[:EXPORT_ROWS]
    content = deadlines_workbook(shown, calendar=work_calendar(), today=today)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="deadlines-{today}.xlsx"'
    return response


@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Press for the chosen deadlines; says how many were told and why the others were not."""
    user = _overseer(request)
    chosen = [int(value) for value in request.POST.getlist("deadline") if value.isdigit()][:ROWS]
    told, refused = 0, dict[str, None]()
    for deadline in visible_deadlines(user, "view_oversight").filter(pk__in=chosen).order_by("pk"):
        try:
            remind_accountable(deadline=deadline, acting=Acting(user=user, at=timezone.now()))
            told += 1
        except StatedError as error:
            refused[refusal_text(error)] = None
    if told:
        text = ngettext("%(number)s reminder sent.", "%(number)s reminders sent.", told) % {"number": told}
        messages.success(request, text)
    for reason in refused:
        messages.warning(request, reason)
    if not chosen:
        messages.warning(request, _("Choose at least one deadline."))
    return redirect(safe_next(request, "oversight"))


def _overseer(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not holds(user, "view_oversight"):
        raise PermissionDenied(_("Your post must allow you to see the oversight board."))
    return user


def _today() -> date:
    return legal_date(timezone.now())
