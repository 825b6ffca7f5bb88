"""The watch board (挂牌督办): what is watched, how long still, what was reported last; and units taken over."""

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from cases.forms.oversight import WatchBoardFilterForm
from cases.selectors.calendar import work_calendar
from cases.selectors.listed_board import (
    TILES,
    BoardFilter,
    areas,
    board_rows,
    counts,
    listed,
    narrowed,
    sees_board,
    visible_oversight,
    visible_supervision,
)
from cases.selectors.scope import holds
from cases.services.export_listed import export_listed_oversight
from cases.views.paging import BoundedPaginator
from cases.views.registry import XLSX, acting_of, reader

PAGE: Final = 25
TAKEN_OVER: Final = "taken_over"
LOOKS: Final[dict[str, tuple[str | Promise, str, str, str | Promise]]] = {
    "running": (gettext_lazy("Watched"), "eye", "", gettext_lazy("from service to lifting")),
    "late": (gettext_lazy("Overdue"), "alert-triangle", "tile-overdue", gettext_lazy("past the due day")),
    "silent": (gettext_lazy("Report missing"), "clock", "tile-today", gettext_lazy("the report due has not come")),
    "asked": (gettext_lazy("Lifting asked for"), "rubber-stamp", "", gettext_lazy("waits for a decision")),
    "over": (pgettext_lazy("of listed oversight", "Over"), "archive", "", gettext_lazy("lifted, referred, ended")),
}
"""Title, icon, colour where there is anything, and note of each tile."""


@require_GET
def listed_board(request: HttpRequest) -> HttpResponse:
    """The board of the person's area; `tile` chooses what the list shows."""
    user = reader(request)
    if not sees_board(user):
        raise PermissionDenied(_("Your post must allow you to see listed oversight."))
    acting, calendar = acting_of(request), work_calendar()
    form, wanted = _filter(request)
    everything, taken = visible_oversight(user), visible_supervision(user)
    tile = request.GET.get("tile", "")
    context: dict[str, Any] = {
        "form": form,
        "tile": TAKEN_OVER if tile == TAKEN_OVER else wanted.tile,
        "tiles": _tiles(request, counts(everything, acting.today), taken.count(), tile or wanted.tile),
        "query": request.GET.urlencode(),
        "may_export": holds(user, "export_enterprises"),
        "chips": _chips(request, wanted),
    }
    if tile == TAKEN_OVER:
        context["page"] = page = BoundedPaginator(taken, PAGE).get_page(request.GET.get("page"))
        context["supervised"] = [
            {"row": row, "left": calendar.days_left(acting.today, row.review_on)} for row in page.object_list
        ]
    else:
        rows = listed(narrowed(everything, wanted, acting.today))
        context["page"] = page = BoundedPaginator(rows, PAGE).get_page(request.GET.get("page"))
        context["rows"] = board_rows(page.object_list, calendar, acting.today)
    return render(request, "cases/oversight/listed_board.html", context)


@require_GET
def listed_board_export(request: HttpRequest) -> FileResponse:
    """The list of the same address as a workbook."""
    acting = acting_of(request)
    if not sees_board(acting.person) or not holds(acting.person, "export_enterprises"):
        raise PermissionDenied
    _form, wanted = _filter(request)
    file = export_listed_oversight(wanted=wanted, acting=acting)
    name = f"{_('Listed oversight')}-{acting.today:%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _filter(request: HttpRequest) -> tuple[WatchBoardFilterForm, BoardFilter]:
    form = WatchBoardFilterForm(request.GET, areas=areas(reader(request)))
    tile = request.GET.get("tile", "")
    return form, form.wanted(tile if tile in TILES else TILES[0])


def _tiles(request: HttpRequest, numbers: dict[str, int], taken: int, current: str) -> list[dict[str, Any]]:
    tiles = [_tile(request, name, LOOKS[name], numbers[name], current=name == current) for name in TILES]
    look = (_("Taken over"), "users", "", _("supervised by the body above"))
    return [*tiles, _tile(request, TAKEN_OVER, look, taken, current=current == TAKEN_OVER)]


def _tile(
    request: HttpRequest, name: str, look: tuple[str | Promise, str, str, str | Promise], number: int, *, current: bool
) -> dict[str, Any]:
    title, icon, css, note = look
    query = request.GET.copy()
    query.pop("page", None)
    query["tile"] = name
    return {
        "name": title,
        "icon": icon,
        "value": number,
        "note": note,
        "css": css if number else "",
        "url": f"?{query.urlencode()}",
        "current": current,
    }


def _chips(request: HttpRequest, wanted: BoardFilter) -> list[dict[str, str]]:
    labels = {"q": (_("Search"), wanted.text), "area": (_("Area"), wanted.area.short_name if wanted.area else "")}
    chips = []
    for name, (label, value) in labels.items():
        if value:
            query = request.GET.copy()
            for gone in (name, "page"):
                query.pop(gone, None)
            chips.append({"label": label, "value": value, "remove_url": f"?{query.urlencode()}"})
    return chips
