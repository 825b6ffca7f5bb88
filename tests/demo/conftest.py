"""A small demo, seeded once for all tests by the command itself, in a database of its own."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine.houses import House, build

AS_OF = "2026-06-12"
PATIENCE = 600  # seconds; a busy machine takes its time

Rows = list[tuple[Any, ...]]
Ask = Callable[..., Rows]


def new_house(directory: Path) -> House:
    """An empty database in `directory`."""
    house = build(directory, database_url=f"sqlite:///{directory / 'demo.sqlite3'}")
    return replace(house, environment=house.environment | {"DJANGO_SETTINGS_MODULE": "tests.demo.house_settings"})


def seed_house(directory: Path, seed: int = 33) -> House:
    """A new database with the smallest demo."""
    directory.mkdir()
    house = new_house(directory)
    arguments = ("--enterprises", "30", "--seed", str(seed), "--as-of", AS_OF)
    assert house.command("manage.py", "seed_demo", *arguments).wait(PATIENCE) == 0, house.log()
    return house


def root_of(factory: pytest.TempPathFactory) -> Path:
    """The directory that all processes of this run of tests have in common."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def copied_house(factory: pytest.TempPathFactory, name: str) -> House:
    """A smallest demo of one's own: the processes of a run seed it once between them, and each copies it."""
    root = root_of(factory)
    with (root / "seeded.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if not (root / "seeded").exists():
            seed_house(root / "seeding")
            (root / "seeding").rename(root / "seeded")
    directory = factory.mktemp(name) / "house"
    shutil.copytree(root / "seeded", directory)
    return new_house(directory)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> House:
    return copied_house(tmp_path_factory, "demo")


@pytest.fixture
def ask(demo: House) -> Iterator[Ask]:
    """Ask the demo's database."""
    connection = sqlite3.connect(demo.directory / "demo.sqlite3")
    yield lambda sql, *values: connection.execute(sql, values).fetchall()
    connection.close()
