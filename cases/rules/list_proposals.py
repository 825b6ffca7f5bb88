"""What a scan proposes, and what may be decided upon it (国市监质监发〔2023〕38号 三; P4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

NONE: Final = "none"
KEY: Final = "key"
SPECIAL: Final = "special"
LEVELS: Final = (NONE, KEY, SPECIAL)
"""From the lightest to the heaviest."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The level at which a unit stands on the list of one kind, and the year of that list; `none` and 0 off it."""

    level: str = NONE
    year: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rule said of a unit, and the facts it said it on: events by their keys, and the credit risk."""

    level: str
    events: frozenset[int]
    credit_risk: str


def heavier(level: str, other: str) -> bool:
    """Whether `level` is stricter supervision than `other`."""
    return LEVELS.index(level) > LEVELS.index(other)


def proposal(*, ruled: str, standing: Standing, year: int) -> str | None:
    """The level to propose for the list of `year`, or None where the unit stands as the rule says.

    The lists are yearly: whoever stands on last year's is proposed anew at the level the rule finds, or for removal.
    """
    if ruled != standing.level or (standing.level != NONE and standing.year < year):
        return ruled
    return None


def lightens(proposed: str, standing: Standing) -> bool:
    """Whether the proposal takes a unit off its list or down a level: a removal, not an entry."""
    return heavier(standing.level, proposed)


def settled(*, now: Judged, before: Iterable[Judged]) -> bool:
    """Whether somebody has decided on these very facts already this year.

    They are the same where the rule says the same level, on the same credit risk, and no event has come to those
    weighed before; that one has meanwhile left its window is nothing new.
    """
    return any(
        now.level == earlier.level and now.credit_risk == earlier.credit_risk and now.events <= earlier.events
        for earlier in before
    )


def listing_outcomes(*, proposed: str, standing: Standing, year: int) -> tuple[str, ...]:
    """The levels a listing may be decided at, the heaviest first.

    Never a heavier one than the unit was told; and, while it stands on this year's list, no lighter one than it has:
    taking it down is a decision of its own.
    """
    least = standing.level if standing.year >= year else NONE
    return tuple(level for level in reversed(LEVELS) if not heavier(level, proposed) and not heavier(least, level))


def delisting_outcomes(standing: Standing) -> tuple[str, ...]:
    """What a request for removal may end in: out, down to key supervision, or stay as it is."""
    return ("out", "down", "stay") if standing.level == SPECIAL else ("out", "stay")
