"""The rule packs by which units are put on supervision lists, as each place has chosen (38号 三)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.models import Body
from cases.rules.errors import RuleError
from cases.rules.listing import ListingRule
from cases.selectors.settings import PackFinder

KEY: Final = "listing.pack"


@dataclass(frozen=True, slots=True)
class ListingPack:
    """The section of a pack that lists units; ``ref`` is ``code@version``."""

    ref: str
    rule: ListingRule


class ListingPacks:
    """The pack of every place on one day: reads once who has chosen one, and each pack once."""

    def __init__(self, on: date) -> None:
        self._packs = PackFinder(KEY, on)

    def of(self, body: Body) -> ListingPack:
        """The pack in force where the body stands. RuleError: `pack`, `pack_not_in_force`."""
        pack = self._packs.of(body)
        if pack.listing is None:
            raise RuleError("pack", "The rule pack “%(pack)s” lists no units.", pack=pack.code)
        return ListingPack(pack.ref, pack.listing)
