"""Settings the sources leave open, as each body has set them."""

from collections import defaultdict
from datetime import date
from typing import Any

from cases.models.body import Body, BodySetting
from cases.packs.loader import Pack, newest_packs, pack_in_force
from cases.packs.settings import default_of, open_settings
from cases.packs.uses import USES


def setting_for(body: Body, key: str, default: Any) -> Any:
    """The value of `key` set at `body` or the nearest body above that set one, else `default`; one query."""
    value = (
        BodySetting.objects.filter(key=key, body__position__lte=body.position, body__last__gte=body.position)
        .order_by("-body__position")
        .values_list("value", flat=True)[:1]
    )
    return next(iter(value), default)


class SettingFinder:
    """`setting_for` for thousands of bodies: reads once who has set the key."""

    def __init__(self, key: str, default: Any) -> None:
        self._default = default
        rows = BodySetting.objects.filter(key=key).order_by("-body__position")
        self._set = list(rows.values_list("body__position", "body__last", "value"))

    def value(self, body: Body) -> Any:
        """As `setting_for`."""
        return next((value for first, last, value in self._set if first <= body.position <= last), self._default)


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


def pack_for(body: Body, key: str, on: date) -> Pack:
    """The rule pack that the setting `key` names for a body, in the version in force on the day `on`; two queries.

    RuleError: `pack_not_in_force`.
    """
    return pack_in_force(setting_for(body, key, default_of(key)), on)


class PackFinder:
    """`pack_for` for thousands of bodies on one day: reads once who has chosen one, and each pack once."""

    def __init__(self, key: str, on: date) -> None:
        self._on = on
        self._chosen = SettingFinder(key, default_of(key))
        self._read: dict[str, Pack] = {}

    def of(self, body: Body) -> Pack:
        """As `pack_for`. RuleError: `pack_not_in_force`."""
        code = self._chosen.value(body)
        if code not in self._read:
            self._read[code] = pack_in_force(code, self._on)
        return self._read[code]


def packs_to_choose(section: str, body: Body) -> list[Pack]:
    """The newest of every rule pack of the place where the body stands that has what the section needs, by code."""
    fits = USES[section]
    return [pack for _code, pack in sorted(newest_packs().items()) if fits(pack) and pack.reaches(body.code)]
