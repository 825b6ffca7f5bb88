"""Frozen facts to JSON and back: dataclasses of text, numbers, dates, tuples and further dataclasses.

Reading is strict, because what is read back is printed: an unknown key, a missing one or a value of another type is an
error that names the field.
"""

import dataclasses
from datetime import date
from types import UnionType
from typing import Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

from cases.rules.errors import RuleError

F = TypeVar("F")
LATER: Final = {"later": True}
"""Metadata of a field that was added later: left out while it is empty, so that older facts print the same bytes."""


class BadFacts(RuleError):  # noqa: N818 - named for what is wrong
    """The facts of a document cannot be read; `field` says which, e.g. items[3].answer."""

    def __init__(self, field: str, reason: str, **details: Any) -> None:
        super().__init__(
            "bad_facts",
            "The facts of the document are wrong at %(field)s: %(reason)s.",
            field=field,
            reason=reason,
            **details,
        )
        self.field = field


def encode(value: Any) -> Any:
    """The value in JSON types; dates become ISO text, tuples lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value) if _is_told(value, f)}
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def _is_told(value: Any, declared: Any) -> bool:
    return "later" not in declared.metadata or getattr(value, declared.name) != declared.default


def decode(kind: type[F], data: Any, field: str = "") -> F:
    """A dataclass of this kind from JSON types; raises BadFacts."""
    if not isinstance(data, dict):
        raise BadFacts(field or kind.__name__, "an object is wanted")
    hints = get_type_hints(kind)
    known = {f.name: f for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    prefix = f"{field}." if field else ""
    for name in data:
        if name not in known:
            raise BadFacts(f"{prefix}{name}", "unknown field")
    values = {}
    for name, declared in known.items():
        if name in data:
            values[name] = _decode(hints[name], data[name], prefix + name)
        elif declared.default is dataclasses.MISSING and declared.default_factory is dataclasses.MISSING:
            raise BadFacts(f"{prefix}{name}", "missing")
    return kind(**values)


def _decode(hint: Any, data: Any, field: str) -> Any:
    origin = get_origin(hint)
    if origin is UnionType:
        return None if data is None else _decode(next(a for a in get_args(hint) if a is not type(None)), data, field)
    if origin is tuple:
        if not isinstance(data, list):
            raise BadFacts(field, "a list is wanted")
        return tuple(_decode(get_args(hint)[0], item, f"{field}[{at}]") for at, item in enumerate(data))
    if origin is Literal:
        if data not in get_args(hint):
            raise BadFacts(field, "one of %(wanted)s is wanted", wanted=", ".join(map(str, get_args(hint))))
        return data
    if hint is date:
        return _decode_date(data, field)
    if dataclasses.is_dataclass(hint):
        return decode(hint, data, field)  # type: ignore[arg-type]
    if type(data) is not hint:
        raise BadFacts(field, "%(wanted)s is wanted", wanted=hint.__name__)
    return data


def _decode_date(data: Any, field: str) -> date:
    try:
        return date.fromisoformat(data)
    except (TypeError, ValueError):
        raise BadFacts(field, "a date such as 2026-03-06 is wanted") from None
