"""Enterprises: a row is a unit, known again by its code; its products and certificates may stand in the same row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.models.body import Body
from cases.models.people import User
from cases.rules.unit_likeness import folded_name, likeness
from cases.selectors.enterprises import visible_enterprises
from cases.selectors.scope import within
from cases.services.import_kind import CHUNK, ImportKind
from cases.services.import_kinds.unit_columns import COLUMNS
from cases.services.import_kinds.unit_plan import UnitPlanner, mark_of
from cases.services.import_kinds.unit_work import Stored, stored_units
from cases.services.import_table import ParsedRow, Table
from cases.services.write_workbook import Value


class EnterpriseKind(ImportKind):
    code = "enterprises"
    title = _("Enterprises")
    about = _("One row an enterprise, known again by its credit code.")
    columns = COLUMNS
    imported = "enterprises.imported"
    repeated_is_suspect = True

    def planner(self, table: Table, body: Body, acting: Acting) -> UnitPlanner:
        return UnitPlanner(table, body, acting)

    def marks(self, row: ParsedRow) -> list[str]:
        mark = mark_of(row)
        name = folded_name(mark.name)
        return [f"organisation {mark.organisation}"] * bool(mark.organisation) + [f"name {name}"] * bool(name)

    def resembles(self, row: ParsedRow, earlier: ParsedRow) -> tuple[str, ...]:
        return likeness(mark_of(row), mark_of(earlier))

    def rows(self, user: User, codename: str) -> Iterator[Sequence[Value]]:
        visible = visible_enterprises(user).filter(within(user, codename, "territorial_body")).order_by("pk")
        last = 0
        while usccs := list(visible.filter(pk__gt=last).values_list("pk", "uscc")[:CHUNK]):
            last = usccs[-1][0]
            stored = stored_units(uscc for _pk, uscc in usccs)
            yield from (_cells(stored[uscc]) for _pk, uscc in usccs if uscc in stored)

    def standing(self, keys: Iterable[str], user: User) -> Mapping[str, Sequence[Value]]:
        visible = list(visible_enterprises(user).filter(uscc__in=list(keys)).values_list("uscc", flat=True))
        return {uscc: _cells(stored) for uscc, stored in stored_units(visible).items()}


def _cells(stored: Stored) -> list[Value]:
    said = stored.said()
    return [column.show(said[column.name]) for column in COLUMNS]
