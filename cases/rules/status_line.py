"""Which operating status held when, as far as it has been stated (国市监质监发〔2023〕38号 四（一）)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Held:
    """A status from its first day to its last, both included; no last day for the one that still holds."""

    status: str
    first: date
    last: date | None


def status_line(stated: Iterable[tuple[str, date]]) -> tuple[Held, ...]:
    """The statuses one after another, from (status, first day) in the order in which they were stated.

    What is stated later goes: from its first day on it takes the place of everything stated before.
    """
    line: list[tuple[str, date]] = []
    for status, since in stated:
        line = [earlier for earlier in line if earlier[1] < since]
        line.append((status, since))
    ends = [since - timedelta(days=1) for _status, since in line[1:]]
    return tuple(Held(status, since, last) for (status, since), last in zip(line, [*ends, None], strict=False))
