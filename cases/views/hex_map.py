"""The cartogram of an area: a hexagon for each body, in the colour its units give it; and the same as rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from cases.models import Body
from cases.rules.colour import NO_DATA, ColourOutcome, Palette, colour_of
from cases.rules.hex_layout import borders_of, cells_of, centre_of, corners_of
from cases.selectors.overseen import NO_UNITS, Placed, Units

RADIUS: Final = 24
MARGIN: Final = 3
COUNTED: Final = "counted"
"""In the place of a colour where there are too few units for one."""
PLAIN: Final = frozenset({"green", COUNTED, NO_DATA})
"""Shades without a pattern."""
LONGEST_NAME: Final = 4
ENDINGS: Final = ("街道", "镇", "乡")
NAMES: Final[Mapping[str, str | Promise]] = {
    "red": pgettext_lazy("colour of a region", "Red"),
    "orange": pgettext_lazy("colour of a region", "Orange"),
    "yellow": pgettext_lazy("colour of a region", "Yellow"),
    "blue": pgettext_lazy("colour of a region", "Blue"),
    "green": pgettext_lazy("colour of a region", "Green"),
    NO_DATA: pgettext_lazy("colour of a region", "No data"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One body of the map with its units and the colour they give."""

    body: Body
    group: Body
    units: Units
    outcome: ColourOutcome

    @property
    def shade(self) -> str:
        """What it is drawn in: a colour of the palette, `counted` or `grey`."""
        if self.units.active == 0:
            return NO_DATA
        return COUNTED if self.outcome.show_counts else self.outcome.colour

    @property
    def colour(self) -> str:
        return "" if self.shade == COUNTED else str(NAMES[self.shade])

    @property
    def share(self) -> str:
        """Per cent without units; the numbers themselves where there are too few."""
        if self.shade == COUNTED:
            return f"{self.units.active_worst}/{self.units.active}"
        return "" if self.outcome.share is None else per_cent(self.outcome.share)

    @property
    def words(self) -> str:
        """Everything the hexagon says, for whoever does not see it."""
        details = {"place": self.body.short_name, "worst": self.units.active_worst, "active": self.units.active}
        if self.shade == NO_DATA:
            return _("%(place)s: no unit in operation") % details
        told = _("%(place)s: %(worst)s of %(active)s units in operation are of class C") % details
        if self.shade == COUNTED:
            return _("%(told)s; too few for a colour") % {"told": told}
        return _("%(told)s, %(share)s: %(colour)s") % {"told": told, "share": self.share, "colour": self.colour}


def places(
    groups: Iterable[tuple[Body, Sequence[Body]]], units: Mapping[int, Units], palette: Palette
) -> list[tuple[Place, list[Place]]]:
    """Each group with its own sum and its bodies; `units` by the position of the body where they stand."""
    placed, found = Placed(units), []
    for group, bodies in groups:
        inner = [_place(body, group, placed, palette) for body in bodies]
        found.append((_place(group, group, placed, palette), inner))
    return found


def _place(body: Body, group: Body, units: Placed[Units], palette: Palette) -> Place:
    together = units.total(body, NO_UNITS)
    outcome = colour_of(palette=palette, high_risk=together.active_worst, total=together.active)
    return Place(body, group, together, outcome)


def hexagons(groups: Sequence[tuple[Place, Sequence[Place]]], urls: Mapping[int, str]) -> dict[str, Any]:
    """The drawing: a cell of words for each group, a hexagon for each body, and the lines round the groups."""
    layout = cells_of(tuple(len(inner) for _group, inner in groups))
    corners = [corner for cells in layout for cell in cells for corner in corners_of(cell)]
    if not corners:
        return {}
    left, top = min(x for x, _y in corners), min(y for _x, y in corners)

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return round((point[0] - left) * RADIUS + MARGIN, 1), round((point[1] - top) * RADIUS + MARGIN, 1)

    cells, labels = [], []
    for (group, inner), (first, *rest) in zip(groups, layout, strict=True):
        x, y = at(centre_of(first))
        labels.append(_cell(group, x, y, urls))
        for place, cell in zip(inner, rest, strict=True):
            x, y = at(centre_of(cell))
            cells.append(_cell(place, x, y, urls))
    width, height = at((max(x for x, _y in corners), max(y for _x, y in corners)))
    sides = "".join("M{} {}L{} {}".format(*at(one), *at(other)) for one, other in borders_of(layout))
    return {
        "width": width + MARGIN,
        "height": height + MARGIN,
        "cells": cells,
        "labels": labels,
        "drawn": mark_safe("\n".join([*map(_hexagon, cells), *map(_label, labels)])),  # noqa: S308 - escaped there
        "sides": sides,
    }


def _hexagon(cell: Mapping[str, Any]) -> str:
    """A place as SVG. Written here, not in the template: a province has a hundred, each asked a dozen questions."""
    place, x, y = cell["place"], cell["x"], cell["y"]
    shade = place.shade
    used = f'<use href="#hex" x="{x}" y="{y}" class="hex hex-{shade}"/>'
    if shade not in PLAIN:
        used += f'<use href="#hex" x="{x}" y="{y}" class="pattern-{shade}"/>'
    share = f"{place.colour[:1]}{place.share}" if place.share else ""
    text = f'<text class="on-{shade}" x="{x}" y="{y}">{_words(cell, share)}</text>'
    return f'<a href="{escape(cell["url"])}"><title>{escape(place.words)}</title>{used}{text}</a>'


def _label(cell: Mapping[str, Any]) -> str:
    """The name of a group, which leads to its own map unless that is the one shown."""
    place, x, y = cell["place"], cell["x"], cell["y"]
    text = f'<text class="on-name" x="{x}" y="{y}">{_words(cell, place.share)}</text>'
    use = f'<use href="#hex" x="{x}" y="{y}" class="hex-name"/>'
    drawn = f"<title>{escape(place.words)}</title>{use}{text}"
    return f'<a href="{escape(cell["url"])}">{drawn}</a>' if cell["url"] else drawn


def _words(cell: Mapping[str, Any], share: str) -> str:
    """The lines of a name, and the share below them."""
    first = "-.75em" if len(cell["name"]) == 2 else "-.1em"
    lines = "".join(
        f'<tspan x="{cell["x"]}" dy="{"1.1em" if row else first}">{escape(line)}</tspan>'
        for row, line in enumerate(cell["name"])
    )
    return lines + (f'<tspan class="hex-share" x="{cell["x"]}" dy="1.35em">{escape(share)}</tspan>' if share else "")


def _cell(place: Place, x: float, y: float, urls: Mapping[int, str]) -> dict[str, Any]:
    return {"x": x, "y": y, "name": _lines(place.body.short_name), "place": place, "url": urls.get(place.body.pk, "")}


def legend(palette: Palette) -> list[dict[str, str]]:
    """The colours of the palette with their bounds, the worst first; then too few, and none."""
    rows = []
    above: Fraction | None = None
    for name, bound in palette.bounds:
        span = f"≥{per_cent(bound)}" if above is None else f"{per_cent(bound)}–{per_cent(above)}"
        rows.append({"shade": name, "name": str(NAMES[name]), "span": span})
        above = bound
    rows.append({"shade": palette.best, "name": str(NAMES[palette.best]), "span": f"<{per_cent(above or Fraction(1))}"})
    few = _("fewer than %(number)s units: numbers") % {"number": palette.small_area}
    rows.append({"shade": COUNTED, "name": "", "span": few})
    rows.append({"shade": NO_DATA, "name": "", "span": _("no unit in operation")})
    return rows


def map_ways(area: str, current: str) -> list[dict[str, Any]]:
    """The ways to see the map, all on the page of the map."""
    narrowed = f"&area={area}" if area else ""
    rows = (("hex", _("Hexagons")), ("boundaries", _("Boundaries")), ("table", _("Table")))
    return [
        {"name": name, "url": f"{reverse('risk_map')}?view={way}{narrowed}", "current": way == current}
        for way, name in rows
    ]


def per_cent(share: Fraction) -> str:
    """A share as a percentage with at most one place."""
    return f"{float(round(share * 1000)) / 10:g}%"


def _lines(name: str) -> list[str]:
    """A name short enough for a hexagon, on two lines where it must be."""
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            name = name.removesuffix(ending)
            break
    return [name] if len(name) <= LONGEST_NAME else [name[: (len(name) + 1) // 2], name[(len(name) + 1) // 2 :]]
