"""Which body answers for what: by tier, by region, upwards (domain 2.5, 2.6)."""

from collections.abc import Iterable
from typing import Final

from cases.models.body import Body
from cases.rules.errors import RuleError

_RANK: Final = {level: rank for rank, level in enumerate(Body.Level.values)}


def ancestors(body: Body) -> list[Body]:
    """The bodies above `body`, the national one first; one query."""
    above = Body.objects.filter(position__lt=body.position, last__gte=body.position)
    return list(above.order_by("position"))


def tier_body(territorial_body: Body, tier_level: str) -> Body:
    """The body accountable for a unit of `territorial_body` whose tier belongs to `tier_level` (domain 2.5); one query.

    Where the way down to the territorial body has nobody at that level, the next level below answers: a county directly
    under its province for B, a sub-bureau of a city without counties for C, the district of a municipality for what is
    a city's elsewhere. Where the territorial body itself stands higher than the tier asks, it answers.

    Raises RuleError for an unknown level.
    """
    if tier_level not in _RANK:
        raise RuleError(
            "unknown_level", "There is no body level %(level)s.", "国市监质监发〔2023〕38号", level=tier_level
        )
    return first_at(ancestors(territorial_body), territorial_body, tier_level)


def first_at(line: Iterable[Body], territorial_body: Body, tier_level: str) -> Body:
    """The first body at `tier_level` or below on the line down to the territorial body, the national one first."""
    for body in line:
        if _RANK[body.level] >= _RANK[tier_level]:
            return body
    return territorial_body


def upper_body(body: Body) -> Body | None:
    """The body an accident or hazard may be escalated to (domain 2.6); None above the national body."""
    return body.parent


def body_for_region(region_code: str) -> Body | None:
    """The body of a region code of 6 or more digits, or of the smallest region round it that has one; one query.

    A region that was dissolved is answered by its successor. None where not even the province is known.
    """
    wider = _wider(region_code)
    found = {body.code: body for body in Body.objects.filter(code__in=wider).select_related("successor")}
    nearest = next((found[code] for code in wider if code in found), None)
    return nearest.successor or nearest if nearest else None


def _wider(region_code: str) -> tuple[str, ...]:
    """The region, then those round it, the smallest first."""
    return (region_code[:9], region_code[:6], f"{region_code[:4]}00", f"{region_code[:2]}0000")


def ancestor_at(body: Body, level: str) -> Body | None:
    """The body itself or the body above it that stands at ``level``; None where there is none."""
    if body.level == level:
        return body
    return next((above for above in ancestors(body) if above.level == level), None)


class BodyFinder:
    """`body_for_region` and `tier_body` for thousands of units: asks for many regions at once, and remembers."""

    def __init__(self) -> None:
        self._by_code: dict[str, Body | None] = {}
        self._by_key: dict[int, Body] = {}

    def prepare(self, region_codes: Iterable[str]) -> None:
        """Read what these regions need; at most one query for them and one for each level above."""
        wanted = {code for region in region_codes for code in _wider(region)} - self._by_code.keys()
        if not wanted:
            return
        found = Body.objects.filter(code__in=wanted).select_related("successor")
        by_code = {body.code: body.successor or body for body in found}
        self._by_code |= {code: by_code.get(code) for code in wanted}
        above = {body.parent_id for body in by_code.values()}
        self._by_key |= {body.pk: body for body in by_code.values()}
        while missing := {key for key in above if key is not None} - self._by_key.keys():
            read = list(Body.objects.filter(pk__in=missing))
            self._by_key |= {body.pk: body for body in read}
            above = {body.parent_id for body in read}

    def for_region(self, region_code: str) -> Body | None:
        """As `body_for_region`."""
        self.prepare([region_code])
        return next((body for code in _wider(region_code) if (body := self._by_code[code]) is not None), None)

    def tier_body(self, territorial_body: Body, tier_level: str) -> Body:
        """As `tier_body`, for a body that this finder gave."""
        above, key = [], territorial_body.parent_id
        while key is not None:
            above.append(self._by_key[key])
            key = above[-1].parent_id
        return first_at(reversed(above), territorial_body, tier_level)
