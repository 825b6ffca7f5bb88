"""The rule packs by which units are put on supervision lists, as each place has chosen (38号 三)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.models import Body
from cases.packs.loader import pack_in_force
from cases.packs.settings import default_of
from cases.rules.errors import RuleError
from cases.rules.listing import ListingRule
from cases.selectors.settings import SettingFinder

KEY: Final = "listing.pack"


@dataclass(frozen=True, slots=True)
class ListingPack:
    """The section of a pack that lists units; ``ref`` is ``code@version``."""

    ref: str
    rule: ListingRule


class ListingPacks:
    """The pack of every place on one day: reads once who has chosen one, and each pack once."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._chosen = SettingFinder(KEY, default_of(KEY))
        self._read: dict[str, ListingPack] = {}

    def of(self, body: Body) -> ListingPack:
        """The pack in force where the body stands. RuleError: `pack`, `pack_not_in_force`."""
        code = self._chosen.value(body)
        if code not in self._read:
            pack = pack_in_force(code, self._on)
            if pack.listing is None:
                raise RuleError("pack", "The rule pack “%(pack)s” lists no units.", pack=code)
            self._read[code] = ListingPack(pack.ref, pack.listing)
        return self._read[code]
