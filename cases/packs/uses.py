"""What a rule pack can be chosen for: classifying enterprises, tiering them, deciding their lists, checking them,
or colouring regions.
"""

from collections.abc import Callable, Mapping
from typing import Final

from cases.packs.rule_pack import Pack

MODES: Final = ("credit", "responsibility", "routine", "tightened")
"""The modes of art. 18, from the loosest to the strictest: the only ones a class record can hold."""


def classifies(pack: Pack) -> bool:
    """Whether it has a form, a matrix with a mode of art. 18 for each of its classes, and the rules of adjustment."""
    if pack.classes is None or pack.modes is None or pack.adjustment is None:
        return False
    classes = {pack.classes.best, pack.classes.worst, *dict(pack.classes.bounds)}
    return classes <= set(pack.modes.cells) and set(pack.modes.mode_names) <= set(MODES)


USES: Final[Mapping[str, Callable[[Pack], bool]]] = {
    "classes": classifies,
    "tiers": lambda pack: pack.tiers is not None,
    "task_lists": lambda pack: {"production", "sales"} <= set(pack.task_lists),
    "colours": lambda pack: bool(pack.palettes),
    "listing": lambda pack: None not in (pack.listing, pack.risk_levels, pack.escalation),
}
"""By the section that a setting of kind `pack` chooses a pack for."""
