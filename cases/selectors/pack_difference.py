"""Two rule packs side by side: what one adds to, changes in and takes from the other, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from cases.packs.loader import Pack
from cases.selectors.pack_sheets import sheets_of
from cases.selectors.sheets import Sheet, Text

State = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One cell that differs."""

    column: Text
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row that only one of the packs has (`cells`), or whose cells differ (`changes`)."""

    key: str
    name: str
    state: State
    language: str = ""
    cells: tuple[tuple[Text, str], ...] = ()
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetDifference:
    """What differs in one section."""

    code: str
    title: Text
    rows: tuple[RowDifference, ...]


def difference(old: Pack, new: Pack) -> list[SheetDifference]:
    """What `new` adds to, changes in and takes from `old`, section by section, field by field."""
    before = {sheet.code: sheet for sheet in sheets_of(old)}
    after = {sheet.code: sheet for sheet in sheets_of(new)}
    found = []
    for code in dict.fromkeys((*after, *before)):
        rows = tuple(_row_differences(before.get(code), after.get(code)))
        if rows:
            found.append(SheetDifference(code, (after.get(code) or before[code]).title, rows))
    return found


def _row_differences(old: Sheet | None, new: Sheet | None) -> Iterator[RowDifference]:
    before, after = _cells(old), _cells(new)
    for key in dict.fromkeys((*after, *before)):
        if key not in before:
            yield _difference(new, key, "added", cells=tuple(after[key].items()))
        elif key not in after:
            yield _difference(old, key, "removed", cells=tuple(before[key].items()))
        else:
            columns = dict.fromkeys((*before[key], *after[key]))
            changes = tuple(
                FieldChange(column, before[key].get(column, "—"), after[key].get(column, "—"))
                for column in columns
                if before[key].get(column) != after[key].get(column)
            )
            if changes:
                yield _difference(new, key, "changed", changes=changes)


def _difference(sheet: Sheet | None, key: str, state: State, **told: Any) -> RowDifference:
    """The difference of a row that `sheet` has, under the name it bears there."""
    assert sheet is not None
    row = next(row for row in sheet.rows if row.key == key)
    return RowDifference(key, " · ".join(row.cells[: sheet.named_by]), state, row.language, **told)


def _cells(sheet: Sheet | None) -> dict[str, dict[Text, str]]:
    """Row key → column → cell."""
    if sheet is None:
        return {}
    columns = [str(column) for column in sheet.columns]
    return {row.key: dict(zip(columns, row.cells, strict=True)) for row in sheet.rows}
