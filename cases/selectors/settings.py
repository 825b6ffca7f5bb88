"""Settings the sources leave open, as each body has set them."""

from collections import defaultdict
from typing import Any

from cases.models.body import Body, BodySetting
from cases.packs.loader import Pack, available_packs, load_pack
from cases.packs.settings import open_settings


def setting_for(body: Body, key: str, default: Any) -> Any:
    """The value of `key` set at `body` or the nearest body above that set one, else `default`; one query."""
    value = (
        BodySetting.objects.filter(key=key, body__position__lte=body.position, body__last__gte=body.position)
        .order_by("-body__position")
        .values_list("value", flat=True)[:1]
    )
    return next(iter(value), default)


def settings_in_force(body: Body) -> dict[str, BodySetting]:
    """The open settings that a body or one above it has set, by key, the nearest body's; one query."""
    rows = BodySetting.objects.filter(
        key__in=open_settings(), body__position__lte=body.position, body__last__gte=body.position
    )
    return {row.key: row for row in rows.select_related("body").order_by("body__position")}


def settings_below(body: Body) -> dict[str, list[BodySetting]]:
    """The open settings that bodies below have set for themselves, by key, in the order of the tree; one query."""
    rows = BodySetting.objects.filter(
        key__in=open_settings(), body__position__gt=body.position, body__position__lte=body.last
    )
    below: dict[str, list[BodySetting]] = defaultdict(list)
    for row in rows.select_related("body").order_by("body__position"):
        below[row.key].append(row)
    return below


def classifying_codes(body: Body) -> list[str]:
    """Codes of the rule packs that classify enterprises and are in force where the body stands."""
    packs = [load_pack(code) for code in sorted({code for code, _version in available_packs()})]
    return [pack.code for pack in packs if pack.classes and pack.modes and pack.adjustment and reaches(pack, body)]


def reaches(pack: Pack, body: Body) -> bool:
    """Whether the pack holds where the body stands. Region codes go down in pairs, and end in pairs of zeros."""
    place = pack.jurisdiction
    while place.endswith("00"):
        place = place[:-2]
    return body.code.startswith(place)
