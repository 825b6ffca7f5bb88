"""The readers of annexes that are forms: what stands printed in them, verbatim."""

from collections.abc import Mapping
from dataclasses import dataclass

from cases.packs.class_sections import cited
from cases.packs.marked import Value


@dataclass(frozen=True, slots=True)
class ListedTier:
    """One line of the annex: which body answers for which units, and by what they are told apart."""

    body: str
    letter: str
    units: str
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResponsibilityForm:
    """分层分级责任清单: its title, the heads of its columns, a line a tier, and the notes beneath."""

    title: str
    columns: tuple[str, ...]
    tiers: Mapping[str, ListedTier]
    notes: tuple[str, ...]
    clause: str


def read_responsibility_list(place: Value, act: str) -> ResponsibilityForm:
    section = place.table("title clause source columns tiers notes")
    section["source"].source_tag()
    return ResponsibilityForm(
        title=section["title"].text(),
        columns=section["columns"].texts(),
        tiers={tier: _listed_tier(value) for tier, value in section["tiers"].table()},
        notes=section["notes"].texts(),
        clause=cited(act, section["clause"]),
    )


def _listed_tier(place: Value) -> ListedTier:
    row = place.table("body letter units criteria")
    return ListedTier(row["body"].text(), row["letter"].text(), row["units"].text(), row["criteria"].texts())
