"""Boundaries of areas as a customer brings them: a GeoJSON read strictly, and made into paths to be drawn.

Nothing here is fetched or invented: without a file and its 审图号 (地图管理条例) there are no boundaries.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, isfinite, radians
from typing import Any, Final

from cases.rules.errors import RuleError, msgid

MOST_AREAS: Final = 3000
MOST_POINTS: Final = 400_000
MOST_PATH: Final = 70_000
"""Characters of all paths together, so that a page stays light; coarser where a file is finer than a screen."""
WIDTHS: Final = (1000, 700, 500, 350, 250)
CODE_NAMES: Final = ("adcode", "code", "region_code", "XZQDM", "xzqdm")
"""Properties in which the code of an area may stand."""
_CHINA: Final = ((72.0, 138.0), (3.0, 54.5))
_CODE: Final = re.compile(r"\d{6}|\d{9}|\d{12}")
_MAP_NUMBER: Final = re.compile(r"(GS[\u4e00-\u9fff]?|[\u4e00-\u9fff]{1,2}[SX])\(\d{4}\)\d{1,6}号")

Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Outline:
    """An area to be drawn: its code, its path, and the corners of the box around it."""

    code: str
    path: str
    box: tuple[int, int, int, int]


def map_number_of(text: str) -> str:
    """A 审图号 as it is written, such as GS(2024)0650号 or 浙S(2023)12号. RuleError: `map_number`."""
    number = "".join(text.split()).replace("（", "(").replace("）", ")").removeprefix("审图号").lstrip("：:")
    if not _MAP_NUMBER.fullmatch(number):
        raise RuleError(
            "map_number",
            "Give the map review number as it stands on the map, such as GS(2024)0650号 or 浙S(2023)12号.",
            "地图管理条例",
            field="map_number",
        )
    return number


def outlines_of(content: bytes) -> list[Outline]:
    """The areas of a GeoJSON FeatureCollection of polygons in degrees, in its order.

    RuleError, naming the feature by its place: `not_geojson`, `area_code`, `area_twice`, `geometry`, `coordinates`,
    `too_many_areas`, `too_many_points`, `too_fine`.
    """
    shapes = list(_shapes(_features(content)))
    points = [point for _code, rings in shapes for ring in rings for point in ring]
    if len(points) > MOST_POINTS:
        raise _fault(
            "too_many_points", msgid("The file has more than %(limit)s points; export it coarser."), limit=MOST_POINTS
        )
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    squeeze = cos(radians((south + north) / 2))
    span = max((east - west) * squeeze, north - south, 1e-9)
    for width in WIDTHS:
        scale = width / span
        outlines = [_outline(code, rings, (west, north), (scale * squeeze, scale)) for code, rings in shapes]
        if sum(len(outline.path) for outline in outlines) <= MOST_PATH:
            return outlines
    raise _fault("too_fine", msgid("The boundaries are too fine to be drawn on a page; export them coarser."))


def _features(content: bytes) -> list[Any]:
    try:
        read = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise _fault("not_geojson", msgid("The file is no GeoJSON in UTF-8.")) from None
    features = read.get("features") if isinstance(read, dict) else None
    if not isinstance(features, list) or not features or read.get("type") != "FeatureCollection":
        raise _fault("not_geojson", msgid("The file is no GeoJSON FeatureCollection."))
    if len(features) > MOST_AREAS:
        raise _fault("too_many_areas", msgid("The file has more than %(limit)s areas."), limit=MOST_AREAS)
    return features


def _shapes(features: Sequence[Any]) -> Iterator[tuple[str, list[Ring]]]:
    seen: set[str] = set()
    for place, feature in enumerate(features, 1):
        if not isinstance(feature, dict):
            raise _fault("not_geojson", msgid("The file is no GeoJSON FeatureCollection."))
        code = _code_of(feature.get("properties"), place)
        if code in seen:
            raise _fault("area_twice", msgid("Area %(area)s stands in the file twice."), area=code)
        seen.add(code)
        yield code, list(_rings(feature.get("geometry"), place))


def _code_of(properties: Any, place: int) -> str:
    known = properties if isinstance(properties, dict) else {}
    said = next((str(known[name]).strip() for name in CODE_NAMES if known.get(name) is not None), "")
    if not _CODE.fullmatch(said):
        raise _fault(
            "area_code",
            msgid("Feature %(place)s has no code of 6, 9 or 12 digits in one of: %(names)s."),
            place=place,
            names=", ".join(CODE_NAMES),
        )
    return said[:9] if len(said) == 12 else said


def _rings(geometry: Any, place: int) -> Iterator[Ring]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise _fault("geometry", msgid("Feature %(place)s is no polygon."), place=place)
    coordinates = geometry.get("coordinates")
    try:
        polygons = [coordinates] if kind == "Polygon" else list(coordinates)
        rings = [[_point(point) for point in ring] for polygon in polygons for ring in polygon]
    except (TypeError, ValueError, IndexError):
        raise _fault("geometry", msgid("Feature %(place)s is no polygon."), place=place) from None
    if not rings or any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
        raise _fault("geometry", msgid("A ring of feature %(place)s is not closed."), place=place)
    if not all(_in_china(point) for ring in rings for point in ring):
        raise _fault("coordinates", msgid("Feature %(place)s lies outside China: degrees are wanted."), place=place)
    yield from rings


def _point(point: Any) -> tuple[float, float]:
    x, y = point[0], point[1]
    if isinstance(x, bool) or isinstance(y, bool) or isinstance(x, str) or isinstance(y, str):
        raise TypeError
    return float(x), float(y)


def _in_china(point: tuple[float, float]) -> bool:
    return all(isfinite(value) and low <= value <= high for value, (low, high) in zip(point, _CHINA, strict=True))


def _outline(code: str, rings: Sequence[Ring], corner: tuple[float, float], scale: tuple[float, float]) -> Outline:
    drawn = [_rounded(ring, corner, scale) for ring in rings]
    kept = [ring for ring in drawn if len(ring) > 2] or drawn[:1]
    path = "".join("M" + "L".join(f"{x} {y}" for x, y in ring) + "Z" for ring in kept)
    columns, rows = [x for ring in kept for x, _y in ring], [y for ring in kept for _x, y in ring]
    return Outline(code, path, (min(columns), min(rows), max(columns), max(rows)))


def _rounded(ring: Ring, corner: tuple[float, float], scale: tuple[float, float]) -> list[tuple[int, int]]:
    """Whole points of the drawing, those that fall together only once."""
    points: list[tuple[int, int]] = []
    for longitude, latitude in ring:
        point = (round((longitude - corner[0]) * scale[0]), round((corner[1] - latitude) * scale[1]))
        if not points or points[-1] != point:
            points.append(point)
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def _fault(code: str, message: str, **details: Any) -> RuleError:
    return RuleError(code, message, field="file", **details)
