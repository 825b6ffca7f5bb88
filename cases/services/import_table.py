"""From a file's rows to what each row says, or what is wrong with it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any

from cases.rules.enterprise_facts import Fault
from cases.rules.errors import RuleError, StatedError
from cases.services.import_cells import CellError, cell_text
from cases.services.import_columns import Column, Columns, is_sample
from cases.services.read_table import HEADER_WITHIN, Cell, Row, read_rows


@dataclass(frozen=True, slots=True)
class CellFault:
    """One thing wrong with one cell: the column as the file calls it, the cell's text, and a fault code."""

    column: str
    value: str
    code: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        details = {
            name: str(value) if isinstance(value, date | Decimal) else value for name, value in self.details.items()
        }
        return {"column": self.column, "value": self.value[:200], "code": self.code, "details": details}


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row: its place in the file, its number, its texts, the values of its filled cells, and what cannot be read."""

    place: int
    number: int
    cells: tuple[str, ...]
    given: Mapping[str, Any]
    faults: tuple[CellFault, ...]


class Table:
    """The columns of a kind as a file has them: reads its rows cell by cell, and knows where each fact stands."""

    def __init__(self, columns: Columns, header: Sequence[str]) -> None:
        self.columns = columns
        self.header = tuple(header)
        self.placed = tuple(columns.named_by(name) for name in self.header)
        self._place_of = {column.name: at for at, column in enumerate(self.placed) if column is not None}

    @property
    def ignored(self) -> list[str]:
        """Headers of columns that the import does not know."""
        return [name for name, column in zip(self.header, self.placed, strict=True) if column is None and name]

    def parse(self, place: int, row: Row) -> ParsedRow:
        """What the row at this place among the file's rows says."""
        texts = tuple(cell_text(cell) for cell in row.cells[: len(self.header)])
        given: dict[str, Any] = {}
        faults = []
        for at, column in enumerate(self.placed[: len(texts)]):
            if column is None or not texts[at]:
                continue
            try:
                value = column.read(row.cells[at])
            except CellError as error:
                faults.append(CellFault(self.header[at], texts[at], error.code))
                continue
            if column.many:
                given |= value
            else:
                given[column.name] = value
        return ParsedRow(place, row.number, texts, given, tuple(faults))

    def text(self, cells: Sequence[str], name: str) -> str:
        """The text in the column of the fact `name`; empty where the file has no such column."""
        at = self._place_of.get(name)
        return cells[at] if at is not None and at < len(cells) else ""

    def fault(self, row: ParsedRow, fault: Fault) -> CellFault:
        """A fault of a fact, placed in the file's own column for it."""
        return self.fault_at(row, fault.field, fault.code, fault.details)

    def fault_at(self, row: ParsedRow, name: str, code: str, details: Mapping[str, Any] | None = None) -> CellFault:
        """A fault of the fact `name`, placed in the file's own column for it."""
        at = self._place_of.get(name)
        if at is None:
            column = self.columns.by_name.get(name, self.columns[0])
            return CellFault(column.zh, "", code, details or {})
        return CellFault(self.header[at], self.text(row.cells, name), code, details or {})

    def refusal(self, row: ParsedRow, error: StatedError) -> CellFault:
        """A service's refusal of the row, at the field it names or in the first column; put in words when shown."""
        details = {**error.details, "message": str(error.msgid), "clause": error.clause}
        return self.fault_at(row, str(details.pop("field", self.columns[0].name)), "refused", details)

    def all_faults(self, row: ParsedRow, faults: Iterable[Fault]) -> tuple[CellFault, ...]:
        """The cells that cannot be read, then `faults`."""
        return (*row.faults, *self.only_new(row, faults))

    def only_new(self, row: ParsedRow, faults: Iterable[Fault]) -> list[CellFault]:
        """The faults placed in their columns; what could not be read is not also reported as missing."""
        unread = {fault.column for fault in row.faults}
        return [fault for fault in (self.fault(row, each) for each in faults) if fault.column not in unread]


def read_table_of(columns: Columns, file: IO[bytes]) -> tuple[Table, Iterator[Row]]:
    """The header of an uploaded file and the rows below it, samples left out.

    RuleError: `no_header`, `missing_columns`, `double_columns`, `no_rows`, and those of `read_rows`; the last ones may
    also come while the rows are read.
    """
    rows = read_rows(file)
    first = list(islice(rows, HEADER_WITHIN))
    for place, row in enumerate(first):
        placed = tuple(columns.named_by(cell) for cell in row.cells)
        if columns[0] in placed:
            _require_columns(columns, placed)
            anchor = placed.index(columns[0])
            below = (
                row
                for row in chain(first[place + 1 :], rows)
                if not is_sample(row.cells[anchor] if anchor < len(row.cells) else "")
            )
            return Table(columns, [cell_text(cell) for cell in row.cells]), _some(below)
    raise RuleError("no_header", "No header row was found.", column=columns[0].zh)


def _some(rows: Iterator[Row]) -> Iterator[Row]:
    first = next(rows, None)
    if first is None:
        raise RuleError("no_rows", "There are no rows below the header.")
    yield first
    yield from rows


def _require_columns(columns: Columns, placed: Sequence[Column | None]) -> None:
    missing = [column.zh for column in columns if column.required and column not in placed]
    if missing:
        raise RuleError("missing_columns", "Columns are missing.", columns="、".join(missing))
    double = [column.zh for column in columns if placed.count(column) > 1]
    if double:
        raise RuleError("double_columns", "Columns occur twice.", columns="、".join(double))


# --- staged rows -----------------------------------------------------------------------------------------------------


def staged_line(row: Row, width: int) -> bytes:
    """The row as a line of JSON, its first `width` cells."""
    cells = [_plain(cell) for cell in row.cells[:width]]
    return json.dumps([row.number, cells], ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def staged_row(line: bytes) -> Row:
    """The row of such a line."""
    number, cells = json.loads(line)
    return Row(number, tuple(_value(cell) for cell in cells))


def _plain(cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return {"at": cell.isoformat()}
    if isinstance(cell, date):
        return {"on": cell.isoformat()}
    return cell if isinstance(cell, str | bool | int | float) else str(cell)


def _value(cell: Any) -> Cell:
    if not isinstance(cell, dict):
        return cell
    return datetime.fromisoformat(cell["at"]) if "at" in cell else date.fromisoformat(cell["on"])
