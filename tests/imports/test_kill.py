"""An engine that imports is killed with kill -9: the import goes on where it stopped and writes no row twice."""

import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.engine.conftest import house, postgres_house, sqlite_house  # noqa: F401 - fixtures
from tests.engine.houses import House
from tests.engine.test_kill import kill, killed_at_last, wait_until
from tests.imports.conftest import unit, workbook

ROWS = 3000
KILLS = 2
SCRIPT = "tests.imports.broken_off"


def state(place: House) -> dict[str, int]:
    """What stands in the database: rows checked and applied, units, records, events."""
    names = ("checked", "applied", "over", "units", "records", "statuses", "events", "created")
    return dict(zip(names, map(int, place.answer("-m", SCRIPT, "state").split()), strict=True))


def cursors(place: House) -> dict[str, int]:
    """How many rows are checked and applied, read at once: a new Python would come too late to kill anybody."""
    url, query = place.environment["DATABASE_URL"], "SELECT checked, applied FROM cases_importbatch"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)) as database:
            row = database.execute(query).fetchone()
    else:
        with psycopg.connect(url) as server:
            row = server.execute(query).fetchone()
    assert row is not None
    return dict(zip(("checked", "applied"), row, strict=True))


@pytest.mark.slow
def test_killed_engine_writes_every_row_once(house: House, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "units.xlsx"
    path.write_bytes(workbook("enterprises", *(unit(number) for number in range(ROWS))))
    house.answer("-m", SCRIPT, "start", str(path))
    kills: Counter[str] = Counter()
    for phase in ("checked", "applied"):
        with killed_at_last(house.command("manage.py", "engine")) as engine:
            assert wait_until(lambda: 0 < cursors(house)[phase] < ROWS, 120), house.log()  # noqa: B023
            kill(engine, signal.SIGKILL)
        kills[phase] += cursors(house)[phase] < ROWS
        house.answer("-m", SCRIPT, "expire")
    assert kills == {"checked": 1, "applied": 1}, "nothing was left to go on with"
    with killed_at_last(house.command("manage.py", "engine")), killed_at_last(house.command("manage.py", "engine")):
        assert wait_until(lambda: state(house)["over"] == 1, 240), house.log()
    after = state(house)
    assert (after["units"], after["records"], after["statuses"], after["created"]) == (ROWS, ROWS, ROWS, ROWS)
    assert after["events"] == 1
