"""Databases and brokers of the tests' own, for what only shows between processes: locks, kills, lost messages."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import create_connection
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = "tests.engine.house_settings"


@dataclass(frozen=True)
class Server:
    """A server these tests use where there is one."""

    name: str
    url: str

    def is_up(self) -> bool:
        parts = urlsplit(self.url)
        try:
            create_connection((parts.hostname, parts.port), timeout=1).close()
        except OSError:
            return False
        return True


POSTGRES = Server("PostgreSQL", os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres"))
REDIS = Server("Redis", os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9"))
RABBITMQ = Server("RabbitMQ", os.environ.get("TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//"))
SERVERS = (POSTGRES, REDIS, RABBITMQ)


@dataclass(frozen=True)
class House:
    """A place with its own database, in which commands are run as an operator would run them."""

    directory: Path
    environment: dict[str, str] = field(repr=False)

    def command(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """Start `python …` and do not wait for it; its output goes to a log in the house's directory."""
        with (self.directory / "log").open("a") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment | environment,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that a worker can be killed with its children, and nobody else
                text=True,
            )

    def log(self) -> str:
        """The end of what the commands have said, for the message of a failing test."""
        return (self.directory / "log").read_text()[-3000:]

    def answer(self, *arguments: str, **environment: str) -> str:
        """Run `python …` to its end; its last line of output."""
        ended = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip().splitlines()[-1] if ended.stdout.strip() else ""


def build(directory: Path, *, database_url: str) -> House:
    """Make the tables straight from the models: a second, where the migrations take many."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "DATABASE_URL": database_url,
        "VAR_DIR": str(directory),
        "SECRET_KEY": "tests",
        "BROKER_URL": "",
        "PROBE_DIR": str(directory),
        "LOG_LEVEL": "WARNING",
    }
    house = House(directory, environment)
    house.answer("manage.py", "migrate", "--run-syncdb", "-v", "0")
    return house


@contextmanager
def postgres_database() -> Iterator[str]:
    """The address of a new, empty PostgreSQL database, dropped at the end."""
    name = f"zhijian_engine_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES.url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    parts = urlsplit(POSTGRES.url)
    try:
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(POSTGRES.url, autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]
