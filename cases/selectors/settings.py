"""Settings the sources leave open, as each body has set them."""

from collections import defaultdict
from typing import Any

from cases.models.body import Body, BodySetting
from cases.packs.loader import available_packs, load_pack
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


def classifying_codes() -> list[str]:
    """Codes of the rule packs that classify enterprises."""
    codes = sorted({code for code, _version in available_packs()})
    packs = [(code, load_pack(code)) for code in codes]
    return [code for code, pack in packs if pack.classes and pack.modes and pack.adjustment]
