"""A rule pack: one legal source, or a province's additions to one, as data with its act, clauses and in-force dates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from cases.packs.class_sections import (
    CheckFrequency,
    added_items,
    read_adjustment,
    read_check_plan,
    read_classes,
    read_measures,
    read_modes,
    with_settings,
)
from cases.packs.local_sections import read_local_lists
from cases.packs.marked import Table, Value, read_yaml
from cases.packs.pack_settings import Setting, read_settings
from cases.packs.tier_sections import (
    TaskList,
    read_entry_reasons,
    read_escalation,
    read_listing,
    read_palettes,
    read_task_lists,
    read_tiers,
)
from cases.rules.adjust import AdjustRule
from cases.rules.colour import Palette
from cases.rules.escalation import EscalationRule
from cases.rules.listing import ListingRule
from cases.rules.local_lists import LocalListRule
from cases.rules.mode import ModeTable
from cases.rules.quality_class import ClassRule
from cases.rules.tier import TierTable

_HEADER: Final = "pack version title title_en act jurisdiction effective_from source"
_SECTIONS: Final = (
    "effective_to note extends settings classes items_added modes adjustment measures check_plan "
    "tiers listing escalation task_lists first_entry_reasons palettes local_lists"
)


@dataclass(frozen=True, kw_only=True)
class Pack:
    """One version of a rule set; a section it does not have is None or empty. Never edited once cases point at it."""

    code: str
    version: int
    title: str
    title_en: str
    act: str
    jurisdiction: str
    effective_from: date
    effective_to: date | None
    source_tag: str
    extends: str
    note: str
    settings: Mapping[str, Setting]
    classes: ClassRule | None = None
    minimum_items: int = 0
    modes: ModeTable | None = None
    adjustment: AdjustRule | None = None
    measures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    check_plan: tuple[CheckFrequency, ...] = ()
    tiers: TierTable | None = None
    listing: ListingRule | None = None
    escalation: EscalationRule | None = None
    task_lists: Mapping[str, TaskList] = field(default_factory=dict)
    first_entry_reasons: Mapping[str, str] = field(default_factory=dict)
    palettes: Mapping[str, Palette] = field(default_factory=dict)
    local_lists: LocalListRule | None = None

    def setting(self, key: str) -> Any:
        """The value of a setting of this pack; KeyError for one it does not have."""
        return self.settings[key].value

    def in_force(self, on: date) -> bool:
        """Whether the pack is in force on the day `on`."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


def read_pack(path: Path, known: Mapping[tuple[str, int], Pack]) -> Pack | None:
    """The pack in a file, or None while the pack it extends is not among `known`. Raises PackError."""
    document = read_yaml(path).table(_HEADER, _SECTIONS)
    extends = document.get("extends", Value.text, "")
    base = _newest(extends, known)
    if extends and base is None:
        return None
    settings = {**(base.settings if base is not None else {})}
    if "settings" in document:
        settings |= read_settings(document["settings"])
    return Pack(**_header(document, extends), settings=settings, **_sections(document, base, settings))


def _newest(code: str, known: Mapping[tuple[str, int], Pack]) -> Pack | None:
    versions = [pack for pack in known.values() if pack.code == code]
    return max(versions, key=lambda pack: pack.version, default=None)


def _header(document: Table, extends: str) -> dict[str, Any]:
    effective_from = document["effective_from"].day()
    effective_to = document["effective_to"].day() if "effective_to" in document else None
    if effective_to is not None and effective_to < effective_from:
        document["effective_to"].refuse("the pack ends before it begins")
    if document["version"].integer() < 1:
        document["version"].refuse("versions count from 1")
    return {
        "code": document["pack"].text(),
        "version": document["version"].integer(),
        "effective_from": effective_from,
        "effective_to": effective_to,
        "source_tag": document["source"].source_tag(),
        "extends": extends,
        "note": document.get("note", Value.text, ""),
        **{key: document[key].text() for key in ("title", "title_en", "act", "jurisdiction")},
    }


def _sections(document: Table, base: Pack | None, settings: Mapping[str, Setting]) -> dict[str, Any]:
    """Every section: the pack's own where it states one, else that of the pack it extends."""
    act = document["act"].text()
    readers = {
        "modes": read_modes,
        "adjustment": read_adjustment,
        "measures": read_measures,
        "check_plan": read_check_plan,
        "tiers": read_tiers,
        "listing": read_listing,
        "task_lists": read_task_lists,
        "first_entry_reasons": read_entry_reasons,
        "palettes": read_palettes,
        "local_lists": read_local_lists,
    }
    sections = {name: getattr(base, name) for name in (*readers, "escalation")} if base is not None else {}
    sections |= {name: read(document[name], act) for name, read in readers.items() if name in document}
    if "escalation" in document:
        if "tiers" not in sections:
            document["escalation"].refuse("escalation needs the tiers section")
        sections["escalation"] = read_escalation(document["escalation"], act, sections["tiers"])
    classes, minimum = _classes(document, base, act)
    adjusted = with_settings(classes, sections.get("adjustment"), {key: item.value for key, item in settings.items()})
    return {**sections, "classes": adjusted[0], "adjustment": adjusted[1], "minimum_items": minimum}


def _classes(document: Table, base: Pack | None, act: str) -> tuple[ClassRule | None, int]:
    """The form with the pack's own items; one that extends another may add and refine items, never drop any."""
    inherited = base.classes if base is not None else None
    minimum = base.minimum_items if base is not None else 0
    if "classes" in document:
        inherited, minimum = read_classes(document["classes"], act, inherited, minimum)
    if "items_added" in document:
        if inherited is None:
            document["items_added"].refuse("there is no form to add items to")
        inherited = added_items(document["items_added"], act, inherited)
    return inherited, minimum
