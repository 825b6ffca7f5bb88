"""A rule pack: one legal source, or a province's additions to one, as data with its act, clauses and in-force dates."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from cases.packs.annex_sections import ResponsibilityForm, read_responsibility_list
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
from cases.packs.marked import Faults, Table, Value, read_yaml
from cases.packs.pack_settings import Setting, read_settings
from cases.packs.risk_sections import read_event_items, read_risk_levels
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
from cases.rules.risk_level import RiskLevelRule
from cases.rules.starred_items import EventItem
from cases.rules.tier import TierTable

HEADER: Final = "pack version title title_en act jurisdiction effective_from source"
SECTIONS: Final = (
    "effective_to note extends settings classes items_added modes adjustment measures check_plan "
    "event_items tiers listing risk_levels escalation responsibility_list task_lists first_entry_reasons palettes "
    "local_lists"
)
_READERS: Final[Mapping[str, Callable[[Value, str], Any]]] = {
    "modes": read_modes,
    "adjustment": read_adjustment,
    "measures": read_measures,
    "check_plan": read_check_plan,
    "event_items": read_event_items,
    "tiers": read_tiers,
    "listing": read_listing,
    "risk_levels": read_risk_levels,
    "responsibility_list": read_responsibility_list,
    "task_lists": read_task_lists,
    "first_entry_reasons": read_entry_reasons,
    "palettes": read_palettes,
    "local_lists": read_local_lists,
}


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
    """Code of the pack it adds to; empty where it stands alone."""
    extends_version: int
    note: str
    settings: Mapping[str, Setting]
    classes: ClassRule | None = None
    minimum_items: int = 0
    modes: ModeTable | None = None
    adjustment: AdjustRule | None = None
    measures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    check_plan: tuple[CheckFrequency, ...] = ()
    tiers: TierTable | None = None
    event_items: tuple[EventItem, ...] = ()
    listing: ListingRule | None = None
    risk_levels: RiskLevelRule | None = None
    escalation: EscalationRule | None = None
    responsibility_list: ResponsibilityForm | None = None
    task_lists: Mapping[str, TaskList] = field(default_factory=dict)
    first_entry_reasons: Mapping[str, str] = field(default_factory=dict)
    palettes: Mapping[str, Palette] = field(default_factory=dict)
    local_lists: LocalListRule | None = None

    @property
    def ref(self) -> str:
        """``code@version``, as cases and records name it."""
        return f"{self.code}@{self.version}"

    @property
    def base_ref(self) -> str:
        """``code@version`` of the pack it adds to; empty where it stands alone."""
        return f"{self.extends}@{self.extends_version}" if self.extends else ""

    def setting(self, key: str) -> Any:
        """The value of a setting of this pack; KeyError for one it does not have."""
        return self.settings[key].value

    def in_force(self, on: date) -> bool:
        """Whether the pack is in force on the day `on`."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)

    def reaches(self, region: str) -> bool:
        """Whether a region (6 or 9 digits) lies in the pack's jurisdiction."""
        return region.startswith(region_stem(self.jurisdiction))


def region_stem(region: str) -> str:
    """What the codes of all regions within `region` begin with: six digits go down in pairs and end in zeros."""
    stem = region
    while len(stem) <= 6 and stem.endswith("00"):
        stem = stem[:-2]
    return stem


def read_pack(path: Path, known: Mapping[tuple[str, int], Pack]) -> Pack | None:
    """The pack in a file, or None while the pack it extends is not among `known`. Raises PackError."""
    return pack_of(read_yaml(path), known)


def pack_of(place: Value, known: Mapping[tuple[str, int], Pack]) -> Pack | None:
    """The pack a document states, or None while the pack it extends is not among `known`.

    PackError with everything that is wrong: reading goes on in the next section.
    """
    document = place.table(HEADER, SECTIONS)
    base = _base(document, known)
    if base is None and "extends" in document:
        return None
    faults = Faults()
    header = faults.attempt(lambda: _header(document, base), None)
    settings = {**(base.settings if base is not None else {})}
    if "settings" in document:
        own = faults.attempt(lambda: read_settings(document["settings"]), None)
        settings |= own or {}
    sections = _sections(document, base, settings, faults)
    faults.require_none()
    return Pack(**(header or {}), settings=settings, **sections)


def _base(document: Table, known: Mapping[tuple[str, int], Pack]) -> Pack | None:
    """The pack extended: the version named, ``code@version``, or the newest known of a code."""
    code, _, version = document.get("extends", Value.text, "").partition("@")
    versions = [pack for pack in known.values() if pack.code == code and version in ("", str(pack.version))]
    return max(versions, key=lambda pack: pack.version, default=None)


def _header(document: Table, base: Pack | None) -> dict[str, Any]:
    faults = Faults()
    texts = {
        key: faults.attempt(document[key].text, "") for key in ("pack", "title", "title_en", "act", "jurisdiction")
    }
    version = faults.attempt(document["version"].integer, 1)
    source = faults.attempt(document["source"].source_tag, "")
    effective_from = faults.attempt(document["effective_from"].day, date.min)
    effective_to = document.get("effective_to", lambda value: faults.attempt(value.day, None), None)
    faults.require_none()
    if effective_to is not None and effective_to < effective_from:
        document["effective_to"].refuse("the pack ends before it begins")
    if version < 1:
        document["version"].refuse("versions count from 1")
    return {
        "code": texts.pop("pack"),
        "version": version,
        "effective_from": effective_from,
        "effective_to": effective_to,
        "source_tag": source,
        "extends": base.code if base is not None else "",
        "extends_version": base.version if base is not None else 0,
        "note": document.get("note", Value.text, ""),
        **texts,
    }


def _sections(document: Table, base: Pack | None, settings: Mapping[str, Setting], faults: Faults) -> dict[str, Any]:
    """Every section: the pack's own where it states one, else that of the pack it extends."""
    act = faults.attempt(document["act"].text, "")
    sections = {name: getattr(base, name) for name in (*_READERS, "escalation")} if base is not None else {}
    sections |= dict(_own(document, act, faults))
    if "escalation" in document:
        tiers = sections.get("tiers")
        if tiers is not None:
            read = lambda: read_escalation(document["escalation"], act, tiers)  # noqa: E731
            sections["escalation"] = faults.attempt(read, None)
        elif "tiers" not in document:
            faults.attempt(lambda: document["escalation"].refuse("escalation needs the tiers section"), None)
    classes, minimum = faults.attempt(lambda: _classes(document, base, act), None) or (None, 0)
    faults.attempt(lambda: _require_known(document, sections, classes), None)
    adjusted = with_settings(classes, sections.get("adjustment"), {key: item.value for key, item in settings.items()})
    return {**sections, "classes": adjusted[0], "adjustment": adjusted[1], "minimum_items": minimum}


def _own(document: Table, act: str, faults: Faults) -> Iterator[tuple[str, Any]]:
    for name, read in _READERS.items():
        if name in document:
            yield name, faults.attempt(lambda read=read, name=name: read(document[name], act), None)  # type: ignore[misc]


def _require_known(document: Table, sections: Mapping[str, Any], classes: ClassRule | None) -> None:
    """The event store answers items of the pack itself, or of the one it extends."""
    if "event_items" not in document or classes is None:
        return
    numbers = {item.number for item in classes.items}
    for item in sections["event_items"] or ():
        if item.number not in numbers:
            document["event_items"].refuse("there is no item %(item)s", item=item.number)


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
