"""The tree of bodies that follows from a list of divisions (domain 2.1, 2.5, 8.8), and its numbering."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from cases.rules import body_names

MUNICIPALITIES: Final = frozenset({"11", "12", "31", "50"})
NATIONAL_CODE: Final = "000000"
_NO_CITIES: Final = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""Rows of the list that only hold counties standing directly under a province or municipality; nobody sits there."""


@dataclass(frozen=True, slots=True)
class PlannedBody:
    """A body as the list implies it; `parent` is a code, empty for the national body."""

    code: str
    name: str
    short_name: str
    level: str
    parent: str
    region_code: str
    municipality: bool
    document_prefix: str


class _Plan:
    """Bodies planned so far, by code, parents before children."""

    def __init__(self) -> None:
        self.bodies: dict[str, PlannedBody] = {}

    def add(self, code: str, name: str, region: str, level: str, parent: str, prefix: str) -> None:
        above = self.bodies.get(parent)
        self.bodies[code] = PlannedBody(
            code=code,
            name=name,
            short_name=region,
            level=level,
            parent=parent,
            region_code=above.region_code if above and level == "township" else code,
            municipality=code[:2] in MUNICIPALITIES,
            document_prefix=prefix,
        )


def plan_bodies(divisions: Iterable[tuple[str, str]], abbreviations: Mapping[str, str]) -> list[PlannedBody]:
    """The bodies of `divisions` (code, name), the national one first, each after its parent.

    Counties of a municipality and counties directly under a province hang on the province-level body; a city that has
    no counties (东莞, 中山, 儋州, 嘉峪关: the list shows one county of the city's own name) holds its towns itself.
    """
    children: dict[str, dict[str, str]] = defaultdict(dict)
    for code, name in divisions:
        children[_code_above(code)][code] = name
    plan = _Plan()
    plan.add(NATIONAL_CODE, body_names.NATIONAL_NAME, "全国", "national", "", body_names.NATIONAL_PREFIX)
    for province, region in children[""].items():
        prefix = body_names.province_prefix(abbreviations[province])
        plan.add(f"{province}0000", body_names.bureau_name(region), region, "province", NATIONAL_CODE, prefix)
        _plan_cities(plan, children, province, abbreviations[province])
    return list(plan.bodies.values())


def _code_above(code: str) -> str:
    return {2: "", 4: code[:2], 6: code[:4], 9: code[:6]}[len(code)]


def _plan_cities(plan: _Plan, children: Mapping[str, dict[str, str]], province: str, abbreviation: str) -> None:
    held_by = f"{province}0000"
    cities = {code: name for code, name in children.get(province, {}).items() if name not in _NO_CITIES}
    prefixes = body_names.city_prefixes(cities, abbreviation)
    for city in children.get(province, {}):
        if city not in cities:
            _plan_counties(plan, children, city, held_by)
            continue
        region = cities[city]
        plan.add(f"{city}00", body_names.bureau_name(region), region, "city", held_by, prefixes[city])
        counties = children.get(city, {})
        if list(counties.values()) == [region]:
            _plan_towns(plan, children.get(next(iter(counties)), {}), f"{city}00")
        else:
            _plan_counties(plan, children, city, f"{city}00")


def _plan_counties(plan: _Plan, children: Mapping[str, dict[str, str]], city: str, parent: str) -> None:
    counties = children.get(city, {})
    prefixes = body_names.county_prefixes(plan.bodies[parent].document_prefix, counties)
    for county, region in counties.items():
        plan.add(county, body_names.bureau_name(region), region, "county", parent, prefixes[county])
        _plan_towns(plan, children.get(county, {}), county)


def _plan_towns(plan: _Plan, towns: Mapping[str, str], parent: str) -> None:
    for town, name in body_names.office_names(towns).items():
        prefix = body_names.office_prefix(plan.bodies[parent].document_prefix, name)
        plan.add(town, name, towns[town], "township", parent, prefix)


def number_tree(parents: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """`(position, last)` of every code of a tree given as code to parent code, the root's parent being "".

    Siblings stand in the order of their codes. Raises ValueError where a code cannot be reached from the root.
    """
    children: dict[str, list[str]] = defaultdict(list)
    for code in sorted(parents):
        children[parents[code]].append(code)
    numbers: dict[str, tuple[int, int]] = {}

    def visit(code: str, position: int) -> int:
        last = position
        for child in children[code]:
            last = visit(child, last + 1)
        numbers[code] = (position, last)
        return last

    for root in children[""]:
        visit(root, len(numbers))
    if len(numbers) != len(parents):
        raise ValueError(f"not connected to the root: {sorted(set(parents) - set(numbers))[:5]}")
    return numbers
