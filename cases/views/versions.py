"""Two versions of one form, line by line: what was typed, and what somebody else saved meanwhile."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField


@dataclass(frozen=True, slots=True)
class Differing:
    """One line of a form that says something else in either version, both in words."""

    label: str
    mine: str
    theirs: str


def differing(
    fields: Iterable[BoundField], stored: Mapping[str, Any], label: Callable[[BoundField], str] | None = None
) -> list[Differing]:
    """Where what was typed and what stands now differ, line by line."""
    rows = []
    for bound in fields:
        if bound.name not in stored:
            continue
        mine, theirs = _words(bound, bound.value()), _words(bound, stored[bound.name])
        if mine != theirs:
            rows.append(Differing(label(bound) if label else str(bound.label), mine, theirs))
    return rows


def _words(bound: BoundField, value: Any) -> str:
    choices = {str(key): str(text) for key, text in getattr(bound.field, "choices", ())}
    values = value if isinstance(value, list | tuple | set) else [value]
    texts = ["" if each in (None, False) else str(each).strip().replace("\r\n", "\n") for each in values]
    return "、".join(choices.get(text, text) for text in texts)
