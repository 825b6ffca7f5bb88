"""The oversight board: what is overdue, what falls due, where, and the means to press for it."""

from datetime import date
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cases.acting import Acting, legal_date
from cases.forms.deadlines import BoardFilter
from cases.forms.list_kinds import DEADLINES
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
from cases.services.urge import remind_accountable
from cases.views.board_parts import chips, deadline_rows, region_rows, strip, tiles, tiles_beside, title_of
from cases.views.list_page import ListPage, export_response
from cases.views.preferences import safe_next

ROWS: Final = 25


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The board of everything under the person's oversight, narrowed by the address."""
    user, today = _overseer(request), _today()
    in_list = ListPage.of(request, DEADLINES)
    if elsewhere := in_list.elsewhere():
        return elsewhere
    chosen = BoardFilter(request.GET).chosen()
    everything = visible_deadlines(user, "view_oversight")
    local = in_area(everything, chosen.area)
    counts = count_deadlines(local, today)
    regions = count_by_region(everything, today)
    shown = listed(narrowed(local, today=today, due=chosen.due, day=chosen.day))
    page = Paginator(shown, ROWS).get_page(request.GET.get("page"))
    context = {
        **in_list.context(),
        "bulk_acts": _acts(user),
        "tabs": [{"label": _("All deadlines"), "url": in_list.whole_url, "current": in_list.view is None}],
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


def _acts(user: User) -> list[dict[str, str]]:
    """What may be done to many deadlines, beside printing and exporting them."""
    acts = [{"label": _("Remind"), "icon": "speakerphone", "url": reverse("deadline_remind")}]
    if holds(user, "extend_deadline"):
        acts.append({"label": _("Extend"), "icon": "calendar-due", "url": reverse("deadlines_extend")})
    return acts


@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """The list of the same address as a spreadsheet."""
    _overseer(request)
    return export_response(ListPage.of(request, DEADLINES), filename="deadlines")


@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Press for the chosen deadlines; says how many were told and why the others were not."""
    user = _overseer(request)
    chosen = [int(value) for value in request.POST.getlist("row") if value.isdecimal()][:ROWS]
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
