"""Servers to test the engine on, and small steps every test of a flow takes."""

from collections.abc import Iterator

import pytest

from tests.engine import flows, houses
from tests.factories import make_user


@pytest.fixture(autouse=True)
def fresh_world() -> Iterator[None]:
    flows.WORLD.clear()
    yield
    flows.WORLD.clear()


@pytest.fixture
def officer(db: None):
    return make_user("wang")


@pytest.fixture
def colleague(db: None):
    return make_user("li")


@pytest.fixture(scope="session")
def sqlite_house(tmp_path_factory: pytest.TempPathFactory) -> houses.House:
    """A checkout of its own on SQLite, as the embedded default has it."""
    directory = tmp_path_factory.mktemp("sqlite")
    return houses.build(directory, database_url=f"sqlite:///{directory / 'house.sqlite3'}")


@pytest.fixture(scope="session")
def postgres_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[houses.House]:
    if not houses.POSTGRES.is_up():
        pytest.skip("PostgreSQL is not reachable")
    with houses.postgres_database() as url:
        yield houses.build(tmp_path_factory.mktemp("postgres"), database_url=url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest) -> houses.House:
    """The same on both databases."""
    built: houses.House = request.getfixturevalue(f"{request.param}_house")
    return built


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    missing = [server.name for server in houses.SERVERS if not server.is_up()]
    if missing:
        terminalreporter.write_line(f"engine: not tested on {', '.join(missing)}: not reachable here")
