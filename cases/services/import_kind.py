"""What every kind of record that can be imported brings: its columns, how rows are judged and how they are written."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from django.utils.functional import Promise

from cases.acting import Acting
from cases.models.body import Body
from cases.models.people import User
from cases.selectors.scope import may
from cases.services.import_columns import Columns, shown_text
from cases.services.import_table import CellFault, ParsedRow, Table
from cases.services.write_workbook import Value

CHUNK: Final = 500
"""Rows that are planned, and written, at once."""
PERMISSION: Final = "import_enterprises"
_NOTHING: Final = object()
Outcome = Literal["created", "updated", "unchanged", "rejected", "suspect", "skipped"]
Choice = Literal["new", "update", "skip"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person chose for a row that resembles the record with the code `other`."""

    choice: Choice
    other: str


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that would be another: its column, and how both read."""

    column: str
    before: str
    after: str

    def as_dict(self) -> dict[str, str]:
        return {"column": self.column, "before": self.before, "after": self.after}


@dataclass(slots=True)
class Planned:
    """One row and its outcome; `work` is what its kind needs to write it."""

    row: ParsedRow
    outcome: Outcome
    faults: tuple[CellFault, ...] = ()
    likeness: tuple[str, ...] = ()
    other: str = ""
    work: Any = None
    earlier: ParsedRow | None = field(default=None)
    """The row of the same file that a suspect resembles."""


class Planner(ABC):
    """Judges the rows of one file for one body, and writes those that hold."""

    def __init__(self, table: Table, body: Body, acting: Acting) -> None:
        self.table = table
        self.body = body
        self.acting = acting

    @abstractmethod
    def plan(
        self, rows: Sequence[ParsedRow], decisions: Mapping[int, Decision] | None = None, *, lock: bool = False
    ) -> list[Planned]:
        """What would become of each row now; `decisions` by row number.

        With `lock`, inside a transaction, what the rows touch stays as it is until the transaction ends.
        """

    @abstractmethod
    def write(self, plans: Sequence[Planned]) -> None:
        """Write the created and updated rows of `plans`, in the caller's transaction.

        A row that turns out not to hold becomes a rejected one.
        """

    def judge(self, rows: Sequence[ParsedRow]) -> list[Planned]:
        """The verdict on each row; nothing is written."""
        return self.plan(rows)

    @abstractmethod
    def changes(self, plan: Planned) -> list[Change]:
        """What an updated row would change, fact by fact."""

    def differences(self, row: ParsedRow, said: Mapping[str, Any], kept: Iterable[str] = ()) -> list[Change]:
        """Where the filled cells say something else than `said`, the facts that stand; those `kept` never change."""
        found = []
        for name, column in self.table.columns.by_name.items():
            text = self.table.text(row.cells, name)
            if not text or name in kept or name not in said:
                continue
            value = column.read(text)
            if _differs(said[name], value):
                found.append(Change(column.name, shown_text(column, said[name]), text))
        return found

    def within(self, body: Body, codename: str = PERMISSION) -> bool:
        """Whether the rows of `body` are this import's and the person's business."""
        user = self.acting.user
        return self.body.covers(body) and (user is None or may(user, codename, body))


def _differs(before: Any, after: Any) -> bool:
    """Whether a cell says something new; one that holds several things adds to what stands, and removes nothing."""
    if isinstance(after, dict):
        return any(before.get(key, _NOTHING) != value for key, value in after.items())
    return bool(before != after)


class ExportKind(ABC):
    """One kind of record that can be exported. `code` names it in addresses: it never changes."""

    code: str
    title: str | Promise
    about: str | Promise
    """What one row is, and by what it is known again or why it cannot be imported."""
    columns: Columns

    @abstractmethod
    def rows(self, user: User, codename: str) -> Iterator[Sequence[Value]]:
        """Every record that the person may see and holds `codename` for, in the order of the columns."""


class ImportKind(ExportKind):
    """One kind of record that a file can bring in; its code is stored with every batch."""

    imported: str = "records.imported"
    """The action of the audit event that tells of an import."""
    needs_person: bool = False
    """Whether the system itself may not import it, for somebody has to answer for the rows."""
    repeated_is_suspect = False
    """Whether a second row of the same identity is for a person to decide, not simply wrong."""

    @abstractmethod
    def planner(self, table: Table, body: Body, acting: Acting) -> Planner:
        """What judges and writes the rows of one file."""

    def identity(self, row: ParsedRow) -> str:
        """What must not stand twice in one file; empty where the row does not say it."""
        return str(row.given.get(self.columns[0].name, ""))

    def marks(self, row: ParsedRow) -> Iterable[str]:
        """Further keys under which an earlier row of the file may resemble this one."""
        return ()

    def resembles(self, row: ParsedRow, earlier: ParsedRow) -> tuple[str, ...]:
        """What two rows of one file have in common, if it is enough to ask a person."""
        return ()

    def name_of(self, cells: Sequence[str], table: Table) -> str:
        """What a report calls the row."""
        return table.text(cells, "name")

    def standing(self, keys: Iterable[str], user: User) -> Mapping[str, Sequence[Value]]:
        """The cells of the records with these keys that the person may see, to lay them beside rows."""
        return {}
