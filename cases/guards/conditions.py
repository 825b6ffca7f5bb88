"""Conditions of a step: what must hold, whether it does, and what mends it where it does not."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from cases.rules.errors import NotPermitted

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Mend:
    """Where to go to make a condition hold: a url name with its arguments."""

    label: Text
    url_name: str
    args: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition, in words that are true both when it holds and when it does not."""

    code: str
    ok: bool
    reason: Text
    mend: Mend | None = None
    clause: str = ""


class Blocked(NotPermitted):
    """A step whose conditions do not all hold; ``conditions`` are the failed ones."""

    def __init__(self, failed: list[Condition]) -> None:
        first = failed[0]
        super().__init__(first.code, str(first.reason), first.clause)
        self.conditions = failed


def failed(conditions: Iterable[Condition]) -> list[Condition]:
    return [condition for condition in conditions if not condition.ok]


def require(conditions: Iterable[Condition]) -> None:
    """Raise ``Blocked`` unless every condition holds."""
    if bad := failed(conditions):
        raise Blocked(bad)
