"""The rule pack by which units are put on supervision lists: named with every candidate, entry and case."""

from dataclasses import dataclass
from typing import Final

from cases.packs.loader import load_pack
from cases.rules.errors import RuleError
from cases.rules.listing import ListingRule

LIST_PACK: Final = "samr-2023-38"


@dataclass(frozen=True, slots=True)
class ListingPack:
    """The section of a pack that lists units; ``ref`` is ``code@version``."""

    ref: str
    rule: ListingRule


def listing_pack() -> ListingPack:
    """The pack new candidates are found by; ``RuleError`` where it lists nobody."""
    pack = load_pack(LIST_PACK)
    if pack.listing is None:
        raise RuleError("pack", "The rule pack “%(pack)s” lists no units.", pack=LIST_PACK)
    return ListingPack(f"{pack.code}@{pack.version}", pack.listing)
