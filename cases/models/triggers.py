"""Immutability by database triggers: what is written here is never changed or removed, whoever asks."""

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# table -> columns that may still change (none: every UPDATE is refused); DELETE is always refused
IMMUTABLE: dict[str, tuple[str, ...]] = {
    "cases_auditevent": (),
    "cases_opinion": (),
    "cases_deadlineentry": (),
    "cases_deadlinereminder": (),
}


def protect(table: str, mutable: tuple[str, ...] = ()) -> None:
    """Register a table of a higher floor."""
    IMMUTABLE[table] = mutable


def _guarded_columns(connection: BaseDatabaseWrapper, table: str, mutable: tuple[str, ...]) -> list[str]:
    with connection.cursor() as cursor:
        description = connection.introspection.get_table_description(cursor, table)
    return [column.name for column in description if column.name not in mutable]


def _sqlite(connection: BaseDatabaseWrapper, table: str, mutable: tuple[str, ...]) -> list[str]:
    columns = ", ".join(f'"{c}"' for c in _guarded_columns(connection, table, mutable))
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f'DROP TRIGGER IF EXISTS "{table}_no_update"',
        f'DROP TRIGGER IF EXISTS "{table}_no_delete"',
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE OF {columns} ON "{table}" {refuse}',
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" {refuse}',
    ]


def _postgresql(connection: BaseDatabaseWrapper, table: str, mutable: tuple[str, ...]) -> list[str]:
    columns = ", ".join(f'"{c}"' for c in _guarded_columns(connection, table, mutable))
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
            for statement in build(connection, table, mutable):
                cursor.execute(statement)


def install_after_migrate(using: str, **_: Any) -> None:
    install(using)
