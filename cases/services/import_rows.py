"""From a file's rows to what each row says, or what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cases.rules.errors import RuleError
from cases.services.import_columns import COLUMN, COLUMNS, REQUIRED, CellError, Column, cell_text, column_for
from cases.services.read_table import HEADER_WITHIN, Row, read_rows


@dataclass(frozen=True, slots=True)
class CellFault:
    """One thing wrong with one cell: the column as the file calls it, the cell's text, and a fault code."""

    column: str
    value: str
    code: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"column": self.column, "value": self.value[:200], "code": self.code, "details": dict(self.details)}


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row: its number, its texts, the values of its filled cells by fact, and what could not be read."""

    number: int
    cells: tuple[str, ...]
    given: Mapping[str, Any]
    faults: tuple[CellFault, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file's header and rows. `ignored` are headers of columns that the import does not know."""

    header: tuple[str, ...]
    columns: tuple[Column | None, ...]
    rows: tuple[Row, ...]

    @property
    def ignored(self) -> list[str]:
        return [name for name, column in zip(self.header, self.columns, strict=True) if column is None and name]

    def parsed(self) -> Iterator[ParsedRow]:
        """Every row, read cell by cell."""
        for row in self.rows:
            yield self._parse(row)

    def fault(self, row: ParsedRow, name: str, code: str, details: Mapping[str, Any]) -> CellFault:
        """A fault of the fact `name`, placed in the file's own column for it."""
        for place, column in enumerate(self.columns):
            if column is not None and column.name == name:
                value = row.cells[place] if place < len(row.cells) else ""
                return CellFault(self.header[place], value, code, details)
        return CellFault(COLUMN[name].zh, "", code, details)

    def _parse(self, row: Row) -> ParsedRow:
        texts = tuple(cell_text(cell) for cell in row.cells[: len(self.header)])
        given: dict[str, Any] = {}
        faults = []
        for place, column in enumerate(self.columns[: len(texts)]):
            if column is None or not texts[place]:
                continue
            try:
                value = column.read(row.cells[place])
            except CellError as error:
                faults.append(CellFault(self.header[place], texts[place], error.code))
                continue
            if column.name == "kinds":
                given |= value
            else:
                given[column.name] = value
        return ParsedRow(row.number, texts, given, tuple(faults))


def read_import(content: bytes) -> Table:
    """The table in an uploaded file.

    RuleError: `no_header`, `missing_columns`, `double_columns`, `no_rows`, and those of `read_rows`.
    """
    rows = tuple(read_rows(content))
    for place, row in enumerate(rows[:HEADER_WITHIN]):
        columns = tuple(column_for(cell) for cell in row.cells)
        if COLUMN["uscc"] in columns:
            _require_columns(columns)
            if len(rows) == place + 1:
                raise RuleError("no_rows", "There are no rows below the header.")
            return Table(tuple(cell_text(cell) for cell in row.cells), columns, rows[place + 1 :])
    raise RuleError("no_header", "No header row was found.", column=COLUMN["uscc"].zh)


def _require_columns(columns: Sequence[Column | None]) -> None:
    missing = [column.zh for column in REQUIRED if column not in columns]
    if missing:
        raise RuleError("missing_columns", "Columns are missing.", columns="、".join(missing))
    double = [column.zh for column in COLUMNS if columns.count(column) > 1]
    if double:
        raise RuleError("double_columns", "Columns occur twice.", columns="、".join(double))
