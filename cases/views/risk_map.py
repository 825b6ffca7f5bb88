"""The risk map: the colour of every place of an area, as hexagons, as imported boundaries, or as a table."""

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.acting import legal_date
from cases.forms.deadlines import BoardFilter
from cases.models import Body
from cases.selectors.boundaries import Bounded, boundaries_of
from cases.selectors.cockpit import palette_of
from cases.selectors.overseen import Overseen, line_above, overseen, places_of, units_by_place
from cases.selectors.people import manages_people
from cases.views.hex_map import Place, hexagons, legend, map_ways, places
from cases.views.list_parts import page_of
from cases.views.oversight import overseer

VIEWS: Final = ("hex", "boundaries", "table")
MARGIN: Final = 6


@require_GET
def risk_map(request: HttpRequest) -> HttpResponse:
    """The map of what the person oversees; `?area=` narrows it, `?view=` chooses how it is shown."""
    user, today = overseer(request), legal_date(timezone.now())
    chosen = BoardFilter(request.GET).chosen()
    seen = overseen(user, chosen.area)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else VIEWS[0]
    palette, pack = palette_of(seen, today)
    groups = places(places_of(seen), units_by_place(user, seen), palette)
    urls = _urls(groups, seen, view)
    bounded = boundaries_of(seen) if view == "boundaries" else None
    line = line_above(user, seen.area) if seen.chosen and seen.area else []
    context: dict[str, Any] = {
        "today": today,
        "seen": seen,
        "line": _line(line, seen, view),
        "view": view,
        "ways": map_ways(chosen.area if seen.chosen else "", view),
        "groups": groups,
        "urls": urls,
        "drawing": hexagons(groups, urls) if view == "hex" else None,
        "bounded": bounded,
        "shapes": _shapes(bounded, groups, urls) if bounded else [],
        "box": _box(bounded) if bounded else "",
        "legend": legend(palette),
        "pack": pack,
        "clause": palette.clause,
        "rows": [
            {"place": place, "group": group, "url": urls.get(place.body.pk, "")}
            for group, inner in groups
            for place in (group, *inner)
        ],
        "may_import": manages_people(user),
    }
    return render(request, "cases/oversight/map.html", context)


def _urls(groups: list[tuple[Place, list[Place]]], seen: Overseen, view: str) -> dict[int, str]:
    """A body with places below leads to its own map, any other to its enterprises."""
    units = page_of("enterprise_list")
    urls = {}
    for group, inner in groups:
        if group.body != seen.area:
            urls[group.body.pk] = _address(group.body, view)
        for place in inner:
            whole = place.body.level != Body.Level.TOWNSHIP
            urls[place.body.pk] = _address(place.body, view) if whole else f"{units}?area={place.body.code}"
    return urls


def _address(body: Body | None, view: str) -> str:
    query = {"view": view if view != VIEWS[0] else "", "area": body.code if body else ""}
    return f"{reverse('risk_map')}?{urlencode({name: value for name, value in query.items() if value})}"


def _line(line: list[Body], seen: Overseen, view: str) -> list[dict[str, Any]]:
    if not seen.chosen or seen.area is None:
        return []
    first = [] if len(seen.tops) == 1 else [None]
    return [
        {"name": body.short_name if body else "", "url": _address(body, view), "current": body == seen.area}
        for body in [*first, *line, seen.area]
    ]


def _shapes(bounded: Bounded, groups: list[tuple[Place, list[Place]]], urls: dict[int, str]) -> list[dict[str, Any]]:
    """The outlines with the place each stands for; what the map knows and the area does not is left grey."""
    known = {place.body.pk: place for group, inner in groups for place in (group, *inner)}
    return [
        {"path": path, "name": body.short_name, "place": known.get(body.pk), "url": urls.get(body.pk, "")}
        for body, path in bounded.bodies
    ]


def _box(bounded: Bounded) -> str:
    left, top, right, bottom = bounded.box
    return f"{left - MARGIN} {top - MARGIN} {right - left + 2 * MARGIN} {bottom - top + 2 * MARGIN}"
