"""Where the hexagons of a cartogram lie: one cell a place, the places of a group together, without any coordinates.

The layout follows from the sizes of the groups alone, so the same tree of bodies always gives the same picture. It says
nothing about where a place really is, and whoever draws it must say so (示意，非行政边界).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import sqrt
from typing import Final

Cell = tuple[int, int]
"""Column and row in axial coordinates, of hexagons that stand on a point."""
Point = tuple[float, float]

_AROUND: Final[tuple[Cell, ...]] = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))
"""The neighbours in the order of the corners between which their sides lie, clockwise from the right."""
_CORNERS: Final[tuple[Point, ...]] = (
    (sqrt(3) / 2, -0.5), (sqrt(3) / 2, 0.5), (0, 1), (-sqrt(3) / 2, 0.5), (-sqrt(3) / 2, -0.5), (0, -1),
)  # fmt: skip
_ROUNDNESS: Final = 0.18
"""How much the whole picture is kept round, beside each group."""
_DENTS: Final = 0.55
"""How much a cell is preferred for each neighbour that is taken, so that no dents and holes stay."""


@lru_cache(maxsize=128)
def cells_of(sizes: tuple[int, ...]) -> tuple[tuple[Cell, ...], ...]:
    """For each group one cell more than its size: first the cell of its name, then its places in reading order.

    ValueError for a negative size.
    """
    if any(size < 0 for size in sizes):
        raise ValueError("a group cannot have fewer than no places")
    taken: set[Cell] = set()
    groups = []
    for size in sizes:
        group = _grown(size + 1, taken)
        taken |= set(group)
        groups.append(_named(group))
    return tuple(groups)


def centre_of(cell: Cell) -> Point:
    """The middle of a hexagon whose corners are 1 away from it."""
    column, row = cell
    return sqrt(3) * (column + row / 2), 1.5 * row


def corners_of(cell: Cell) -> tuple[Point, ...]:
    """The six corners, clockwise from the upper right."""
    x, y = centre_of(cell)
    return tuple((x + dx, y + dy) for dx, dy in _CORNERS)


def borders_of(groups: Iterable[Sequence[Cell]]) -> list[tuple[Point, Point]]:
    """The sides that lie between two groups or at the edge of all of them, each once."""
    owner = {cell: number for number, group in enumerate(groups) for cell in group}
    sides = []
    for cell, number in owner.items():
        corners = corners_of(cell)
        for place, (dq, dr) in enumerate(_AROUND):
            other = owner.get((cell[0] + dq, cell[1] + dr))
            if other is None or number < other:
                sides.append((corners[place], corners[(place + 1) % 6]))
    return sides


def _grown(size: int, taken: set[Cell]) -> list[Cell]:
    """`size` cells that hang together, beside what is taken, as round as the place allows."""
    seed = min(_edge(taken), key=lambda cell: (_far(centre_of(cell), (0, 0)), cell)) if taken else (0, 0)
    group = [seed]
    while len(group) < size:
        points = [centre_of(cell) for cell in group]
        middle = (sum(x for x, _y in points) / len(points), sum(y for _x, y in points) / len(points))
        held = taken | set(group)
        free = {near for cell in group for near in _near(cell)} - held
        if not free:  # walled in: go on outside, for every place needs its cell
            free = _edge(held)
        group.append(min(free, key=lambda cell: (_cost(cell, middle, held), cell)))
    return group


def _cost(cell: Cell, middle: Point, held: set[Cell]) -> float:
    point = centre_of(cell)
    beside = sum(near in held for near in _near(cell))
    return _far(point, middle) + _ROUNDNESS * _far(point, (0, 0)) - _DENTS * beside


def _named(group: list[Cell]) -> tuple[Cell, ...]:
    """The cell in the middle for the name, the others from above to below and from left to right."""
    points = [centre_of(cell) for cell in group]
    middle = (sum(x for x, _y in points) / len(points), sum(y for _x, y in points) / len(points))
    name = min(group, key=lambda cell: (_far(centre_of(cell), middle), cell))
    return (name, *sorted((cell for cell in group if cell != name), key=lambda cell: (cell[1], cell[0])))


def _edge(taken: set[Cell]) -> set[Cell]:
    return {near for cell in taken for near in _near(cell)} - taken


def _near(cell: Cell) -> list[Cell]:
    return [(cell[0] + dq, cell[1] + dr) for dq, dr in _AROUND]


def _far(one: Point, other: Point) -> float:
    """The distance, rounded so that ties are ties; rows weigh more, for pages are wider than high."""
    return round(sqrt((one[0] - other[0]) ** 2 + (1.12 * (one[1] - other[1])) ** 2), 6)
