"""Immutability by database triggers: what is written here is never changed or removed, whoever asks."""

from typing import Any

from django.apps import apps
from django.db import connections

# table -> columns that may still change (none: every UPDATE is refused); DELETE is always refused
IMMUTABLE: dict[str, tuple[str, ...]] = {
    "cases_auditevent": (),
    "cases_bodyinterview": (),
    "cases_bodyscore": (),
    "cases_opinion": (),
    "cases_deadlineentry": (),
    "cases_deadlinereminder": (),
    "cases_eventdecision": (),
    "cases_eventreport": ("event_id",),  # a merge hands the reports on
    "cases_inspectorreplacement": (),
    "cases_onsitecheck": (),
    "cases_onsitesignature": (),
    "cases_oversightprogress": (),
    "cases_packrelease": (),
}


def protect(table: str, mutable: tuple[str, ...] = ()) -> None:
    """Register a table of a higher floor."""
    IMMUTABLE[table] = mutable


def _guarded_columns(table: str, mutable: tuple[str, ...]) -> list[str]:
    """Columns that may never change; read off the table's model, which is far quicker than asking the database."""
    model = next(each for each in apps.get_models(include_auto_created=True) if each._meta.db_table == table)
    columns = (field.column for field in model._meta.local_concrete_fields)
    return [column for column in columns if column and column not in mutable]


def _sqlite(table: str, mutable: tuple[str, ...]) -> list[str]:
    columns = ", ".join(f'"{c}"' for c in _guarded_columns(table, mutable))
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f'DROP TRIGGER IF EXISTS "{table}_no_update"',
        f'DROP TRIGGER IF EXISTS "{table}_no_delete"',
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE OF {columns} ON "{table}" {refuse}',
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" {refuse}',
    ]


def _postgresql(table: str, mutable: tuple[str, ...]) -> list[str]:
    columns = ", ".join(f'"{c}"' for c in _guarded_columns(table, mutable))
    return [
        "CREATE OR REPLACE FUNCTION zhijian_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$",
        f'CREATE OR REPLACE TRIGGER "{table}_no_update" BEFORE UPDATE OF {columns} ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION zhijian_append_only()",
        f'CREATE OR REPLACE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION zhijian_append_only()",
    ]


def install(using: str = "default") -> None:
    """Install every trigger whose table exists; safe to repeat."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    build = {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor]
    for table, mutable in IMMUTABLE.items():
        if table not in existing:
            continue
        with connection.cursor() as cursor:
            for statement in build(table, mutable):
                cursor.execute(statement)


def install_after_migrate(using: str, **_: Any) -> None:
    install(using)
