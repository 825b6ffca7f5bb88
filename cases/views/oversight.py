"""The overseer's cockpit: the figures, what falls due, where, what is overdue, and the means to press for it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cases.acting import Acting, legal_date
from cases.forms.deadlines import BoardFilter, Chosen
from cases.forms.refusals import refusal_text
from cases.models import Deadline, User
from cases.rules.errors import StatedError
from cases.selectors.calendar import work_calendar
from cases.selectors.cockpit import Cockpit, cockpit_of, months_until, orders_shown, palette_of
from cases.selectors.deadlines import due_strip, in_area, listed, narrowed, not_yet_pressed, visible_deadlines
from cases.selectors.overseen import CLASSES, Overseen, line_above, overseen, places_of, served_orders
from cases.selectors.scope import holds
from cases.services.export_deadlines import deadlines_workbook
from cases.services.urge import remind_accountable
from cases.views.board_parts import chips, deadline_rows, list_tabs, strip, tiles_beside, title_of
from cases.views.cockpit_parts import DEFINITIONS, area_rows, figures, places_above, trend
from cases.views.hex_map import hexagons, legend, map_ways, places
from cases.views.preferences import safe_next

ROWS: Final = 15
MOST_REMINDED: Final = 100
"""So many deadlines are pressed for at once; what is left is said."""
EXPORT_ROWS: Final = 20_000
PRINTED_ROWS: Final = 200
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, and the deadlines of its area."""

    user: User
    today: date
    chosen: Chosen
    seen: Overseen
    local: QuerySet[Deadline]


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The cockpit of everything under the person's oversight, narrowed by the address."""
    asked = _asked(request)
    chosen, seen, today = asked.chosen, asked.seen, asked.today
    cockpit, calendar = cockpit_of(asked.user, seen, asked.local, today), work_calendar()
    shown = listed(_narrowed(asked, cockpit))
    page = Paginator(shown, ROWS).get_page(request.GET.get("page"))
    line = line_above(asked.user, seen.area) if seen.chosen and seen.area else []
    context = {
        "as_of": timezone.now(),
        "chosen": chosen,
        "seen": seen,
        "line": places_above(line, seen, chosen),
        "figures": figures(cockpit, seen, chosen),
        "definitions": DEFINITIONS,
        "beside": tiles_beside(asked.user, today),
        "strip": strip(due_strip(asked.local, today), chosen, calendar),
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
        "remind_words": _remind_words(min(cockpit.counts.overdue, MOST_REMINDED)),
        "remind_all_url": f"{reverse('deadline_remind')}{chosen.address(due='', day='', all='1')}",
    }
    return render(request, "cases/oversight/board.html", context)


@require_GET
def weekly(request: HttpRequest) -> HttpResponse:
    """The cockpit on paper: the figures, the table by area, and what is overdue."""
    asked = _asked(request)
    cockpit, calendar = cockpit_of(asked.user, asked.seen, asked.local, asked.today), work_calendar()
    overdue = listed(narrowed(asked.local, today=asked.today, due="overdue"))
    context = {
        "as_of": timezone.now(),
        "today": asked.today,
        "seen": asked.seen,
        "figures": figures(cockpit, asked.seen, asked.chosen),
        "strip": strip(due_strip(asked.local, asked.today), asked.chosen, calendar),
        "areas": area_rows(cockpit, asked.seen, asked.chosen),
        "rows": deadline_rows(overdue[:PRINTED_ROWS], calendar, asked.today),
        "counts": cockpit.counts,
        "left_out": max(0, cockpit.counts.overdue - PRINTED_ROWS),
        "definitions": DEFINITIONS,
    }
    return render(request, "cases/oversight/weekly.html", context)


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The list of the same address as a spreadsheet."""
    asked = _asked(request)
    shown = listed(_narrowed(asked))[:EXPORT_ROWS]
    content = deadlines_workbook(shown, calendar=work_calendar(), today=asked.today)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="deadlines-{asked.today}.xlsx"'
    return response


@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Press for the chosen deadlines, or with `?all` for everything overdue in the area; says who was told, and why
    others were not.
    """
    asked = _asked(request)
    if "all" in request.GET:
        overdue = narrowed(asked.local, today=asked.today, due="overdue")
        wanted = not_yet_pressed(overdue, asked.today).order_by("due_on", "pk")
    else:
        keys = [int(value) for value in request.POST.getlist("deadline") if value.isdigit()]
        wanted = visible_deadlines(asked.user, "view_oversight").filter(pk__in=keys[:MOST_REMINDED]).order_by("pk")
    told, refused = 0, dict[str, int]()
    for deadline in wanted[:MOST_REMINDED]:
        try:
            remind_accountable(deadline=deadline, acting=Acting(user=asked.user, at=timezone.now()))
            told += 1
        except StatedError as error:
            reason = refusal_text(error)
            refused[reason] = refused.get(reason, 0) + 1
    _say_reminded(request, told, refused)
    return redirect(safe_next(request, "oversight"))


def _say_reminded(request: HttpRequest, told: int, refused: dict[str, int]) -> None:
    if told:
        text = ngettext("%(number)s reminder sent.", "%(number)s reminders sent.", told) % {"number": told}
        messages.success(request, text)
    for reason, number in refused.items():
        text = reason if number == 1 else _("%(reason)s (%(number)s deadlines)") % {"reason": reason, "number": number}
        messages.warning(request, text)
    if not told and not refused:
        nobody = _("Everybody has been reminded today already.")
        messages.warning(request, nobody if "all" in request.GET else _("Choose at least one deadline."))


def _remind_words(number: int) -> str:
    return ngettext(
        "Whoever answers for the one overdue deadline gets a message. Whoever has been reminded today is left out.",
        "Whoever answers for the %(number)s longest overdue deadlines gets a message. Whoever has been reminded today"
        " is left out.",
        number,
    ) % {"number": number}


def _map(asked: Asked, cockpit: Cockpit) -> dict[str, Any]:
    palette, pack = palette_of(asked.seen, asked.today)
    groups = places(places_of(asked.seen), cockpit.units, palette)
    bodies = [place.body for group, inner in groups for place in (group, *inner)]
    urls = {body.pk: asked.chosen.address(area=body.code) for body in bodies if body != asked.seen.area}
    ways = map_ways(asked.chosen.area, current="hex")
    return {"drawing": hexagons(groups, urls), "legend": legend(palette), "pack": pack, "ways": ways}


def _asked(request: HttpRequest) -> Asked:
    user, today = overseer(request), legal_date(timezone.now())
    chosen = BoardFilter(request.GET).chosen()
    seen = overseen(user, chosen.area)
    local = in_area(visible_deadlines(user, "view_oversight"), seen.narrowing)
    return Asked(user, today, chosen, seen, local)


def _narrowed(asked: Asked, cockpit: Cockpit | None = None) -> QuerySet[Deadline]:
    """The deadlines that the list of the address shows."""
    if cockpit is None:
        orders = served_orders(asked.user, asked.seen, months_until(asked.today)[0].first)
    else:
        orders = list(cockpit.orders)
    return narrowed(
        asked.local,
        today=asked.today,
        due=asked.chosen.due,
        day=asked.chosen.day,
        orders=orders_shown(orders, asked.today),
    )


def overseer(request: HttpRequest) -> User:
    """The signed-in person, who must oversee something."""
    user = request.user
    if not isinstance(user, User) or not holds(user, "view_oversight"):
        raise PermissionDenied(_("Your post must allow you to see the oversight board."))
    return user
