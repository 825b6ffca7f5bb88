"""The rule pack a case is decided by: named once when the case opens, and never another one after."""

from dataclasses import dataclass

from cases.packs.loader import load_pack, referred_pack
from cases.packs.uses import classifies
from cases.rules.adjust import AdjustRule
from cases.rules.errors import RuleError
from cases.rules.mode import ModeTable
from cases.rules.quality_class import ClassRule, Item
from cases.rules.starred_items import EventItem


@dataclass(frozen=True, slots=True)
class ClassifyingPack:
    """The sections of a pack that classify an enterprise; ``ref`` is ``code@version``."""

    ref: str
    classes: ClassRule
    modes: ModeTable
    adjustment: AdjustRule
    event_items: tuple[EventItem, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        return self.classes.items


def newest_ref(code: str) -> str:
    """``code@version`` of the newest version of a pack, in force yet or not; what begins asks `pack_for`."""
    return load_pack(code).ref


def classifying_pack(ref: str) -> ClassifyingPack:
    """The pack of a ``code@version``; ``RuleError`` where it does not classify enterprises."""
    pack = referred_pack(ref)
    if not classifies(pack) or pack.classes is None or pack.modes is None or pack.adjustment is None:
        raise RuleError("pack", "The rule pack “%(pack)s” does not classify enterprises.", pack=ref)
    return ClassifyingPack(ref, pack.classes, pack.modes, pack.adjustment, pack.event_items)
