"""When two entries with different codes are likely to mean the same unit (38号 四（一）: one archive a unit)."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_WIDE: Final = str.maketrans("()", "（）")
_NARROW: Final = str.maketrans("（）", "()")
_NOT_OF_A_NAME: Final = re.compile(r"[\s·•・.,，。'\"“”‘’\-—_()（）\[\]【】]+")
_SHORTEST_ADDRESS: Final = 5
"""Characters that the end of an address must have to count as the whole one."""
NO_ORGANISATION: Final = "000000000"


@dataclass(frozen=True, slots=True)
class UnitMark:
    """What a unit is recognised by."""

    uscc: str
    name: str
    address: str = ""
    region_code: str = ""

    @property
    def organisation(self) -> str:
        """The organisation code (characters 9 to 17), which stays when a unit moves to another registry."""
        return self.uscc[8:17]


def likeness(one: UnitMark, other: UnitMark) -> tuple[str, ...]:
    """What two units of different codes have in common, if it is enough to ask a person; else nothing.

    `organisation`: the same organisation code. `name_address`: the same name at the same address. `name`: the same name
    in the same county, and one address is not known.
    """
    found = []
    if len(one.organisation) == len(NO_ORGANISATION) and one.organisation == other.organisation != NO_ORGANISATION:
        found.append("organisation")
    if folded_name(one.name) == folded_name(other.name) != "":
        if same_address(one.address, other.address):
            found.append("name_address")
        elif one.region_code[:6] == other.region_code[:6] and not (one.address and other.address):
            found.append("name")
    return tuple(found)


def folded_name(name: str) -> str:
    """The name without brackets, spaces and stops, in one width: what is left tells units apart."""
    return _NOT_OF_A_NAME.sub("", unicodedata.normalize("NFKC", name)).casefold()


def spellings(name: str) -> frozenset[str]:
    """The usual spellings of a name, to look it up by: brackets of either width, with and without spaces."""
    widths = (name, name.translate(_WIDE), name.translate(_NARROW))
    return frozenset(text for each in widths for text in (each, re.sub(r"\s+", "", each)))


def same_address(one: str, other: str) -> bool:
    """Whether two addresses say the same place, one perhaps from the province down and the other from the town."""
    shorter, longer = sorted((folded_name(one), folded_name(other)), key=len)
    if shorter == longer:
        return shorter != ""
    return len(shorter) >= _SHORTEST_ADDRESS and longer.endswith(shorter)
