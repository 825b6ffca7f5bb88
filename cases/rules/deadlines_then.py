"""How many deadlines stood on a day gone by, from those that run now and the turns the ledger has recorded since.

Backwards from today: a deadline that left the running ones since then stood then, with the due day it had; one that
came to them since then did not. So nothing is counted again but what has changed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

ENDS: Final = frozenset({"extended", "suspended", "recomputed", "met", "cancelled"})
"""Turns after which a deadline no longer runs towards the day it was due before."""
BEGINS: Final = frozenset({"started", "extended", "resumed", "recomputed"})
"""Turns from which on it runs towards the day it is due after."""

Counts = Callable[[date, date], bool]
"""Whether a deadline due on the first day counts on the second."""


@dataclass(frozen=True, slots=True)
class Turn:
    """So many deadlines took the same turn on one legal day; `due_before` and `due_after` as the ledger has them."""

    event: str
    on: date
    due_before: date | None
    due_after: date | None
    number: int = 1


def overdue(due: date, day: date) -> bool:
    return due < day


def within_a_week(due: date, day: date) -> bool:
    """Due on the day or one of the seven after it."""
    return day <= due <= day + timedelta(days=7)


def stood_on(days: Sequence[date], running: Mapping[date, int], turns: Iterable[Turn], counts: Counts) -> list[int]:
    """For each day the deadlines that ran at its end and counted on it.

    `running` holds the deadlines of today by their due day, `turns` everything that happened after the earliest day to
    deadlines whose clock was not standing still.
    """
    known = list(turns)
    return [_on(day, running, known, counts) for day in days]


def running_on(day: date, running: Mapping[date, int], turns: Iterable[Turn]) -> dict[date, int]:
    """The deadlines that ran when a day ended, by the day they were due then; the arguments as in `stood_on`."""
    found = dict(running)
    for turn in turns:
        if turn.on <= day:
            continue
        if turn.event in ENDS and turn.due_before is not None:
            found[turn.due_before] = found.get(turn.due_before, 0) + turn.number
        if turn.event in BEGINS and turn.due_after is not None:
            found[turn.due_after] = found.get(turn.due_after, 0) - turn.number
    return {due: number for due, number in found.items() if number}


def _on(day: date, running: Mapping[date, int], turns: Sequence[Turn], counts: Counts) -> int:
    number = sum(many for due, many in running.items() if counts(due, day))
    for turn in turns:
        if turn.on <= day:
            continue
        if turn.event in ENDS and turn.due_before is not None and counts(turn.due_before, day):
            number += turn.number
        if turn.event in BEGINS and turn.due_after is not None and counts(turn.due_after, day):
            number -= turn.number
    return number
