"""Rows that hang on a unit: each is judged and kept by the very service that keeps one typed on a page.

The check runs the services in a transaction that is rolled back, so that an import can never let through what a page
would refuse, and every fault comes out at its column.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models, transaction
from django.utils.functional import Promise

from cases.acting import Acting
from cases.models.body import Body
from cases.models.enterprise import Enterprise
from cases.models.people import User
from cases.rules.enterprise_facts import Fault
from cases.rules.errors import StatedError
from cases.rules.unit_likeness import folded_name
from cases.rules.uscc import check_uscc
from cases.selectors.scope import within
from cases.services.enterprise_checks import FactsError
from cases.services.import_columns import UNIT, Column, Columns
from cases.services.import_kind import Change, Decision, ImportKind, Planned, Planner
from cases.services.import_table import CellFault, ParsedRow, Table
from cases.services.write_workbook import Value

BATCH: Final = 2000
UNIT_NAME: Final = Column(
    "unit_name", "企业名称", "Enterprise", aliases=("单位名称", "主体名称"), sample="嘉兴示例电器有限公司", width=32
)
"""For the reader, and against a code pasted into the wrong row."""


def columns_of(*columns: Column) -> Columns:
    """The columns of a kind of such rows: whose they are, then their own."""
    return Columns(UNIT, UNIT_NAME, *columns)


@dataclass(slots=True)
class RowWork:
    """What the service is to be called with; `stored` is the row that stands already."""

    unit: Any
    values: dict[str, Any]
    stored: models.Model | None = None
    given: frozenset[str] = frozenset()
    """The columns whose cells were filled."""


@dataclass(frozen=True)
class RowsKind(ImportKind):
    """One model of such rows. Columns, the service's arguments and the model's fields bear the same names."""

    code: str
    title: str | Promise
    about: str | Promise
    columns: Columns
    model: type[models.Model]
    keep: Callable[..., object]
    """Called with `enterprise_id`, `row_id`, the values and `acting`."""
    known_by: tuple[str, ...]
    """What a row of a unit is known again by."""
    otherwise: Mapping[str, Any] = field(default_factory=dict)
    """Values of a new row where its cell is empty; else what the column's type calls nothing."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments of the service, the same for every row."""
    path: str = "enterprise"
    """From the model to its unit."""
    told_only: frozenset[str] = frozenset()
    """Columns that an export fills in for the reader and an import does not read."""
    needs_person: bool = False
    place: str = ""
    """From the model to the body that narrows what a person sees; the unit's territorial body, if not said."""
    view: str = "view_enterprise"
    """The permission to see such rows."""
    code_field: str = "uscc"
    """Where a unit has its code."""

    @property
    def own(self) -> list[Column]:
        """The columns that say something of the row itself; whose it is stand in the first two."""
        return list(self.columns[2:])

    def planner(self, table: Table, body: Body, acting: Acting) -> "RowsPlanner":
        return RowsPlanner(self, table, body, acting)

    def identity(self, row: ParsedRow) -> str:
        known = [row.given.get(name) for name in (self.columns[0].name, *self.known_by)]
        return "" if None in known else "|".join(map(str, known))

    def name_of(self, cells: Sequence[str], table: Table) -> str:
        return table.text(cells, self.columns[1].name)

    def key_of(self, unit_id: int, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """What tells the rows of all units apart."""
        return (unit_id, *(values.get(name) for name in self.known_by))

    def units(self, codes: Iterable[str]) -> dict[str, Any]:
        """Whose rows may be meant, by code: enterprises, unless the kind says otherwise."""
        found = Enterprise.objects.filter(uscc__in=list(codes)).select_related("territorial_body")
        return {unit.uscc: unit for unit in found}

    def place_of(self, unit: Any) -> Body:
        """The body whose rows they are."""
        place: Body = unit.territorial_body
        return place

    def unknown(self, code: str) -> str:
        """The fault of a code that nobody has."""
        outcome = check_uscc(code)
        return "unit_unknown" if outcome.valid else f"uscc_{outcome.reason}"

    def standing_rows(self, units: Iterable[Any]) -> dict[tuple[Any, ...], models.Model]:
        """The rows of the units that stand already, by their keys."""
        rows = self.model._default_manager.filter(**{f"{self.path}__in": [unit.pk for unit in units]})
        return {self.key_of(self.unit_of(row).pk, self.said(row)): row for row in rows.select_related(*self.related())}

    def related(self) -> tuple[str, ...]:
        """What is read together with the rows."""
        return (self.path,)

    def never_compared(self) -> set[str]:
        """Columns that say nothing new of a row by themselves."""
        return set()

    def unit_of(self, row: models.Model) -> Any:
        """Whose row it is."""
        found: Any = row
        for step in self.path.split("__"):
            found = getattr(found, step)
        return found

    def said(self, row: models.Model) -> dict[str, Any]:
        """What an import file would say of a row, by column."""
        return {column.name: getattr(row, column.name) for column in self.own}

    def new(self) -> dict[str, Any]:
        """The values of a new row whose cells are all empty."""
        read = (column for column in self.own if column.name not in self.told_only)
        return {column.name: self.otherwise.get(column.name, _nothing(column)) for column in read}

    def call(self, work: RowWork, acting: Acting) -> None:
        """Have the row kept. StatedError where it does not hold."""
        row_id = work.stored.pk if work.stored is not None else None
        self.keep(enterprise_id=work.unit.pk, row_id=row_id, **work.values, **self.fixed, acting=acting)

    def exported(self, rows: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        """Of the rows that the person may see, those an export holds."""
        return rows

    def rows(self, user: User, codename: str) -> Iterator[Sequence[Value]]:
        place = self.place or (f"{self.path}__territorial_body" if self.path else "territorial_body")
        rows = self.model._default_manager.filter(within(user, self.view, place))
        rows = rows.filter(within(user, codename, place)).select_related(*self.related()).order_by("pk")
        rows = self.exported(rows)
        for row in rows.iterator(chunk_size=BATCH):
            unit, said = self.unit_of(row), self.said(row)
            yield [getattr(unit, self.code_field), unit.name, *(column.show(said[column.name]) for column in self.own)]


def _nothing(column: Column) -> Any:
    """What an empty cell of a new row means: no text, or no value."""
    return "" if column.textual else None


def _empty(work: RowWork, column: Column) -> bool:
    return column.name in work.values and work.values[column.name] in {None, ""}


class RowsPlanner(Planner):
    """Plans the rows of units for one body."""

    def __init__(self, kind: RowsKind, table: Table, body: Body, acting: Acting) -> None:
        super().__init__(table, body, acting)
        self.kind = kind

    def judge(self, rows: Sequence[ParsedRow]) -> list[Planned]:
        with transaction.atomic():
            plans = self.plan(rows)
            self.write(plans)
            transaction.set_rollback(True)
        return plans

    def plan(
        self, rows: Sequence[ParsedRow], decisions: Mapping[int, Decision] | None = None, *, lock: bool = False
    ) -> list[Planned]:
        """The services take the locks, in the order of the rows."""
        codes = [row.given.get(self.kind.columns[0].name, "") for row in rows]
        units = self.kind.units(set(codes))
        standing = self.kind.standing_rows(units.values())
        return [self._plan_row(row, units.get(code), standing) for row, code in zip(rows, codes, strict=True)]

    def _plan_row(self, row: ParsedRow, unit: Any, standing: Mapping[tuple[Any, ...], models.Model]) -> Planned:
        if unit is None or not self.within(self.kind.place_of(unit)):
            return Planned(row, "rejected", (*row.faults, self._no_unit(row)))
        faults = list(row.faults)
        named = self.kind.columns[1].name
        name = row.given.get(named, "")
        if name and folded_name(name) != folded_name(unit.name):
            faults.append(self.table.fault_at(row, named, "other_name", {"name": unit.name}))
        read = [column.name for column in self.kind.own if column.name not in self.kind.told_only]
        given = {name: row.given[name] for name in read if name in row.given}
        stored = standing.get(self.kind.key_of(unit.pk, given))
        before = self.kind.new() if stored is None else self.kind.said(stored)
        values = {name: value for name, value in (before | given).items() if name in read}
        work = RowWork(unit, values, stored, frozenset(given))
        missing = [Fault(each.name, "missing") for each in self.kind.own if each.required and _empty(work, each)]
        if faults := [*faults, *self.table.only_new(row, missing)]:
            return Planned(row, "rejected", tuple(faults))
        if stored is None:
            return Planned(row, "created", work=work)
        return Planned(row, "updated" if self._changes(row, before) else "unchanged", work=work)

    def _no_unit(self, row: ParsedRow) -> CellFault:
        column = self.kind.columns[0].name
        code = row.given.get(column, "")
        return self.table.fault_at(row, column, self.kind.unknown(code) if code else "missing")

    def write(self, plans: Sequence[Planned]) -> None:
        for plan in plans:
            if plan.outcome in {"created", "updated"}:
                try:
                    self.kind.call(plan.work, self.acting)
                except FactsError as error:
                    plan.outcome, plan.faults = "rejected", self.table.all_faults(plan.row, error.faults)
                except StatedError as error:
                    plan.outcome, plan.faults = "rejected", (self.table.refusal(plan.row, error),)

    def changes(self, plan: Planned) -> list[Change]:
        stored = plan.work.stored if isinstance(plan.work, RowWork) else None
        return [] if stored is None else self._changes(plan.row, self.kind.said(stored))

    def _changes(self, row: ParsedRow, before: Mapping[str, Any]) -> list[Change]:
        kept = {*self.kind.known_by, *self.kind.told_only, *self.kind.never_compared()}
        return self.differences(row, before, kept)
