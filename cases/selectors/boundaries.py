"""The boundaries that may be drawn for an area, from what customers have imported."""

from dataclasses import dataclass

from cases.models import Body, BoundaryMap
from cases.models.people import User
from cases.selectors.overseen import Overseen
from cases.selectors.people import managed_bodies


@dataclass(frozen=True, slots=True)
class Bounded:
    """What is drawn: each body with its path, the box around all of them, and the map it is taken from."""

    map: BoundaryMap
    bodies: list[tuple[Body, str]]
    box: tuple[int, int, int, int]


def boundaries_of(seen: Overseen) -> Bounded | None:
    """The areas below the one that is shown, from its own map or that of the nearest body above; two queries.

    The finest level the map knows is drawn: towns hide the county around them.
    """
    area = seen.area
    if area is None:
        return None
    maps = BoundaryMap.objects.filter(
        withdrawn_at__isnull=True, body__position__lte=area.position, body__last__gte=area.position
    )
    found = maps.select_related("body").order_by("-body__position").first()
    if found is None:
        return None
    known = {code: (path, box) for code, path, box in found.outlines}
    bodies = list(Body.objects.filter(code__in=known, position__range=(area.position, area.last)).order_by("position"))
    inner = {body.parent_id for body in bodies}
    drawn = [body for body in bodies if body.pk not in inner]
    if not drawn:
        return None
    boxes = [known[body.code][1] for body in drawn]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    box = (min(lefts), min(tops), max(rights), max(bottoms))
    return Bounded(found, [(body, known[body.code][0]) for body in drawn], box)


def maps_managed(user: User) -> list[BoundaryMap]:
    """The maps in use at bodies whose settings the person sets."""
    rows = BoundaryMap.objects.filter(withdrawn_at__isnull=True, body__in=managed_bodies(user))
    return list(rows.select_related("body", "imported_by").defer("outlines").order_by("body__position"))
