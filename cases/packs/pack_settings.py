"""Settings of a rule pack: the values no source fixes, each marked as an assumption."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cases.packs.marked import Value

_CHOICES: Final[Mapping[str, tuple[Any, ...]]] = {
    "tie_rule": ("better", "worse"),
    "na_policy": ("pass", "exclude"),
    "demotion_policy": ("art11", "one_step"),
    "class_visible_to_enterprise": (True, False),
    "class_public": (True, False),
    "enterprise_shows_code": (True, False),
}
_NUMBERS: Final = ("upgrade_after_months", "review_cycle_months")
_NUMBERS_OR_NULL: Final = ("c_trigger_window_years",)
_MOST: Final = 1_200


@dataclass(frozen=True, slots=True)
class Setting:
    """A value with the reason it is open; `assumption` is true where no source backs it."""

    key: str
    value: Any
    assumption: bool
    source_tag: str
    clause: str
    note: str


def read_settings(place: Value) -> dict[str, Setting]:
    """All settings by key; unknown keys, values out of range and unmarked assumptions are refused."""
    settings: dict[str, Setting] = {}

    def read(value: Value) -> None:
        row = value.table("key value source note", "assumption clause")
        key = row["key"].text()
        if key in settings:
            row["key"].refuse("“%(value)s” stands twice", value=key)
        if not _allowed(row["key"], row["value"].plain()):
            row["value"].refuse("“%(value)s” is no value for %(key)s", value=row["value"].plain(), key=key)
        tags = row["source"].source_tag()
        assumption = row.get("assumption", Value.flag, False)
        if {"A", "R"} & set(tags.split(", ")) and not assumption:
            value.refuse("%(key)s rests on no source and must say “assumption: true”", key=key)
        settings[key] = Setting(
            key, row["value"].plain(), assumption, tags, row.get("clause", Value.text, ""), row["note"].text()
        )

    place.each(read)
    return settings


def _allowed(key: Value, value: Any) -> bool:
    name = key.text()
    if name in _CHOICES:
        return any(value is choice or (isinstance(choice, str) and value == choice) for choice in _CHOICES[name])
    if name in _NUMBERS_OR_NULL and value is None:
        return True
    if name not in (*_NUMBERS, *_NUMBERS_OR_NULL):
        key.refuse("unknown setting “%(value)s”", value=name)
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST
