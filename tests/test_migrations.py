"""The suite makes its tables straight from the models; here the migrations must lead to the same tables."""

import sqlite3
from pathlib import Path

import pytest

from tests.engine.houses import House, build

PATIENCE = 600  # seconds; a busy machine takes its time
OURS = ("cases_", "notices_", "workflow_")


def schema(database: Path) -> dict[str, object]:
    """Columns, indexes and triggers of our tables, in no order of their own."""
    connection = sqlite3.connect(database)
    every = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    tables = [name for name in every if name.startswith(OURS)]
    found = {}
    for table in tables:
        columns = sorted(row[1:4] + row[5:] for row in connection.execute(f'PRAGMA table_info("{table}")'))
        indexes = sorted(
            (row[2], sorted(str(part[2]) for part in connection.execute(f'PRAGMA index_info("{row[1]}")')))
            for row in connection.execute(f'PRAGMA index_list("{table}")')
        )
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
        found[table] = columns, indexes, sorted(connection.execute(triggers, [table]))
    connection.close()
    return found


@pytest.mark.slow
def test_the_migrations_lead_to_the_tables_of_the_models(tmp_path: Path) -> None:
    places = {name: tmp_path / name for name in ("models", "migrations")}
    for directory in places.values():
        directory.mkdir()
    made = build(places["models"], database_url=f"sqlite:///{places['models'] / 'db.sqlite3'}")
    by_hand = House(
        places["migrations"],
        made.environment
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": f"sqlite:///{places['migrations'] / 'db.sqlite3'}",
            "VAR_DIR": str(places["migrations"]),
        },
    )
    assert by_hand.command("manage.py", "migrate", "-v", "0").wait(PATIENCE) == 0, by_hand.log()
    by_models, by_migrations = (schema(directory / "db.sqlite3") for directory in places.values())
    assert len(by_models) > 100
    assert by_migrations == by_models
