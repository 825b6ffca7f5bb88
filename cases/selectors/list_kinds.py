"""The lists people work in: what each may be narrowed by, its columns, its rows, and how a row reads elsewhere.

Floors register their lists when they start; saved views, digests, exports and acts on many rows know only this.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

from cases.acting import Acting
from cases.models.people import User
from cases.selectors.scope import holds

Text = str | Promise
Value = str | int | float | Decimal | bool | date | datetime | None
NO_VIEW: Final = "all"
"""`?view=all`: the whole list, whatever view it opens with."""
BESIDE: Final = ("view", "page")
"""Parts of an address that no view keeps."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; a fixed one cannot be hidden, one that is not `usual` is shown only where it is chosen."""

    code: str
    title: Text
    usual: bool = True
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows as a table for a workbook or paper: for each column the list's column it belongs to, title and width."""

    what: str
    """Names the audit event: `exported.<what>`."""
    title: str
    columns: Sequence[tuple[str, str, int]]
    rows: Iterable[Sequence[Value]]

    def of(self, columns: Sequence[str]) -> "Sheet":
        """Only what belongs to these columns; all of it where none are named."""
        places = [place for place, column in enumerate(self.columns) if not columns or column[0] in columns]
        if len(places) == len(self.columns):
            return self
        rows: Iterator[Sequence[Value]] = ([row[place] for place in places] for row in self.rows)
        return Sheet(self.what, self.title, [self.columns[place] for place in places], rows)


@dataclass(frozen=True, slots=True)
class ListKind:
    """One list. All functions answer for whoever acts: nothing they give lies outside that person's scope."""

    code: str
    title: Text
    url_name: str
    parameters: frozenset[str]
    """Names of the address by which it can be narrowed and ordered."""
    columns: tuple[Column, ...]
    rows: Callable[[Acting, QueryDict], QuerySet[Any]]
    """Scoped, narrowed and ordered as the address says."""
    sheet: Callable[[Acting, QuerySet[Any]], Sheet]
    """NotPermitted for who may not take rows out of the house."""
    line: Callable[[Any], str]
    """A row in one line of a digest."""
    prepared: Callable[[QuerySet[Any]], QuerySet[Any]] = field(default=lambda rows: rows)
    """The rows read with whatever `line` speaks of."""
    permissions: tuple[str, ...] = ()
    """The list is for who holds one of these anywhere; none: for everybody."""

    def usual(self) -> list[str]:
        """Codes of the columns shown until somebody chooses."""
        return [column.code for column in self.columns if column.usual or column.fixed]

    def known(self, codes: Iterable[str]) -> list[str]:
        """The chosen columns in their order, with the fixed ones; the usual ones where nothing known was chosen."""
        wanted = set(codes)
        if not any(column.code in wanted for column in self.columns if not column.fixed):
            return self.usual()
        return [column.code for column in self.columns if column.fixed or column.code in wanted]

    def kept(self, query: QueryDict) -> str:
        """The part of an address that a view keeps, in a fixed order, so that equal views are equal texts."""
        kept = QueryDict(mutable=True)
        for name in sorted(self.parameters):
            values = [value for value in query.getlist(name) if value]
            if values:
                kept.setlist(name, values)
        return kept.urlencode(safe=",")


_kinds: dict[str, ListKind] = {}


def register_list(kind: ListKind) -> ListKind:
    """Make a list known; LookupError for a code that is taken."""
    if kind.code in _kinds:
        raise LookupError(f"list {kind.code!r} is registered already")
    _kinds[kind.code] = kind
    return kind


def list_kind(code: str) -> ListKind | None:
    """The list of that code; None where there is none."""
    return _kinds.get(code)


def list_kinds() -> Mapping[str, ListKind]:
    """Every list by code."""
    return _kinds


def opens(kind: ListKind, user: User) -> bool:
    """Whether the list is for this person at all."""
    return not kind.permissions or any(holds(user, codename) for codename in kind.permissions)
