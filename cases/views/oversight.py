"""The overseer's cockpit: the figures, what falls due, where, what is overdue, and the means to press for it."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases.acting import Acting, legal_date
from cases.forms.list_kinds import DEADLINES, AskedDeadlines
from cases.forms.refusals import refusal_text
from cases.models import User
from cases.rules.errors import StatedError
from cases.selectors.calendar import work_calendar
from cases.selectors.cockpit import Cockpit, cockpit_of, palette_of
from cases.selectors.deadlines import listed, narrowed, visible_deadlines
from cases.selectors.overseen import CLASSES, line_above, places_of
from cases.selectors.scope import holds
from cases.services.urge import remind_accountable
from cases.views.board_parts import chips, deadline_rows, list_tabs, strip, tiles_beside, title_of
from cases.views.cockpit_parts import DEFINITIONS, area_rows, figures, places_above, trend
from cases.views.cockpit_then import board_then, month_ways, weekly_then
from cases.views.hex_map import hexagons, legend, map_ways, places
from cases.views.list_page import ListPage, export_response
from cases.views.preferences import safe_next

ROWS: Final = 10
PRINTED_ROWS: Final = 200


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The cockpit of everything under the person's oversight, narrowed by the address."""
    asked = _asked(request)
    in_list = ListPage.of(request, DEADLINES)
    if elsewhere := in_list.elsewhere():
        return elsewhere
    if asked.last is not None:
        return render(request, "cases/oversight/month.html", board_then(request, asked, asked.last))
    chosen, seen, today = asked.chosen, asked.seen, asked.today
    cockpit, calendar = cockpit_of(asked.user, seen, asked.local, today), work_calendar()
    page = Paginator(asked.shown(cockpit.orders), ROWS).get_page(request.GET.get("page"))
    line = line_above(asked.user, seen.area) if seen.chosen and seen.area else []
    context = {
        **in_list.context(),
        "bulk_acts": _acts(asked.user),
        "as_of": timezone.now(),
        "chosen": chosen,
        "seen": seen,
        "months": month_ways(asked),
        "line": places_above(line, seen, chosen),
        "figures": figures(cockpit, seen, chosen),
        "definitions": DEFINITIONS,
        "beside": tiles_beside(asked.user, today),
        "strip": strip(cockpit.strip, chosen, calendar),
        "map": _map(asked, cockpit),
        "trend": trend(cockpit),
        "areas": area_rows(cockpit, seen, chosen),
        "counts": cockpit.counts,
        "tabs": list_tabs(cockpit.counts, cockpit.unrectified, chosen),
        "page": page,
        "rows": deadline_rows(page.object_list, calendar, today),
        "title": title_of(chosen),
        "chips": chips(chosen, seen.narrowing),
        "classes": CLASSES,
        "remind_all_url": f"{reverse('deadlines_remind')}{chosen.address(due='', day='', all='1')}",
    }
    return render(request, "cases/oversight/board.html", context)


@require_GET
def weekly(request: HttpRequest) -> HttpResponse:
    """The cockpit on paper: the figures, the table by area, and what is overdue."""
    asked = _asked(request)
    if asked.last is not None:
        return render(request, "cases/oversight/monthly.html", weekly_then(asked, asked.last))
    cockpit, calendar = cockpit_of(asked.user, asked.seen, asked.local, asked.today), work_calendar()
    overdue = listed(narrowed(asked.local, today=asked.today, due="overdue"))
    context = {
        "as_of": timezone.now(),
        "today": asked.today,
        "seen": asked.seen,
        "figures": figures(cockpit, asked.seen, asked.chosen),
        "strip": strip(cockpit.strip, asked.chosen, calendar),
        "areas": area_rows(cockpit, asked.seen, asked.chosen),
        "rows": deadline_rows(overdue[:PRINTED_ROWS], calendar, asked.today),
        "counts": cockpit.counts,
        "left_out": max(0, cockpit.counts.overdue - PRINTED_ROWS),
        "definitions": DEFINITIONS,
    }
    return render(request, "cases/oversight/weekly.html", context)


@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """The list of the same address as a spreadsheet."""
    overseer(request)
    return export_response(ListPage.of(request, DEADLINES), filename="deadlines")


@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Press for the one deadline of a row; many are pressed for by `deadlines_remind`."""
    user, row = overseer(request), request.POST.get("row", "")
    deadline = visible_deadlines(user, "view_oversight").filter(pk=row).first() if row.isdecimal() else None
    if deadline is None:
        messages.warning(request, _("Choose at least one deadline."))
        return redirect(safe_next(request, "oversight"))
    try:
        told = remind_accountable(deadline=deadline, acting=Acting(user=user, at=timezone.now()))
    except StatedError as error:
        messages.warning(request, refusal_text(error))
    else:
        messages.success(request, _("Reminded: %(names)s.") % {"names": "、".join(each.name for each in told)})
    return redirect(safe_next(request, "oversight"))


def _map(asked: AskedDeadlines, cockpit: Cockpit) -> dict[str, Any]:
    palette, pack = palette_of(asked.seen, asked.today)
    groups = places(places_of(asked.seen), cockpit.units, palette)
    bodies = [place.body for group, inner in groups for place in (group, *inner)]
    urls = {body.pk: asked.chosen.address(area=body.code) for body in bodies if body != asked.seen.area}
    ways = map_ways(asked.chosen.area, current="hex")
    return {"drawing": hexagons(groups, urls), "legend": legend(palette), "pack": pack, "ways": ways}


def _acts(user: User) -> list[dict[str, str]]:
    """What may be done to many deadlines, beside printing and exporting them."""
    acts = [{"label": _("Remind"), "icon": "speakerphone", "url": reverse("deadlines_remind")}]
    if holds(user, "extend_deadline"):
        acts.append({"label": _("Extend"), "icon": "calendar-due", "url": reverse("deadlines_extend")})
    if holds(user, "submit_rectification"):
        acts.append({"label": _("Ask for an extension"), "icon": "calendar-due", "url": reverse("deadlines_ask")})
    return acts


def _asked(request: HttpRequest) -> AskedDeadlines:
    return AskedDeadlines.of(overseer(request), legal_date(timezone.now()), request.GET)


def overseer(request: HttpRequest) -> User:
    """The signed-in person, who must oversee something."""
    user = request.user
    if not isinstance(user, User) or not holds(user, "view_oversight"):
        raise PermissionDenied(_("Your post must allow you to see the oversight board."))
    return user
