"""Workers are killed with kill -9 and the broker forgets everything: every job is done, each once."""

import os
import signal
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.engine.houses import RABBITMQ, REDIS, House, Server

pytestmark = pytest.mark.slow

JOBS = 16
KILLS = 3


def enqueue_jobs(house: House, **environment: str) -> str:
    """Enqueue jobs under one prefix, doorbell included; answers the prefix."""
    prefix = uuid.uuid4().hex[:8]
    house.answer("-m", "tests.engine.probe.ledger", "enqueue", prefix, str(JOBS), **environment)
    return prefix


def counts(house: House, prefix: str) -> tuple[Counter[str], Counter[int]]:
    """Jobs by state, and how often each number had its effect in the database."""
    states, effects = house.answer("-m", "tests.engine.probe.ledger", "count", prefix).split("|")
    return Counter(states.split(",")), Counter(int(number) for number in effects.split(",") if number)


def runs_begun(house: House) -> int:
    trace = house.directory / "begun"
    return len(trace.read_text().splitlines()) if trace.exists() else 0


def kill(worker: "subprocess.Popen[str]", number: signal.Signals = signal.SIGKILL) -> None:
    """Kill a worker that this test started, with the children in its own session."""
    if worker.poll() is None:
        os.killpg(worker.pid, number)
        worker.wait(timeout=30)


@contextmanager
def killed_at_last(worker: "subprocess.Popen[str]") -> Iterator["subprocess.Popen[str]"]:
    try:
        yield worker
    finally:
        kill(worker)


def wait_until(reached: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if reached():
            return True
        time.sleep(0.1)
    return False


def kill_while_jobs_run(house: House, *command: str, **environment: str) -> None:
    """Start a worker, let it begin two jobs more than before, kill it in the middle of one."""
    before = runs_begun(house)
    with killed_at_last(house.command(*command, **environment)):
        assert wait_until(lambda: runs_begun(house) >= before + 2, 60), house.log()


def assert_each_done_once(house: House, prefix: str) -> None:
    states, effects = counts(house, prefix)
    assert states == {"done": JOBS}
    assert effects == dict.fromkeys(range(JOBS), 1)


def test_killed_engines_do_every_job_once(house: House) -> None:
    prefix = enqueue_jobs(house)
    engine = ("manage.py", "engine")
    for _kill in range(KILLS):
        kill_while_jobs_run(house, *engine)
    with killed_at_last(house.command(*engine)), killed_at_last(house.command(*engine)):
        assert wait_until(lambda: counts(house, prefix)[0]["done"] == JOBS, 60), house.log()
    assert_each_done_once(house, prefix)


def test_an_engine_told_to_stop_finishes_its_job_first(sqlite_house: House) -> None:
    enqueue_jobs(sqlite_house)
    before = runs_begun(sqlite_house)
    engine = sqlite_house.command("manage.py", "engine", PROBE_SECONDS="1")
    with killed_at_last(engine):
        assert wait_until(lambda: runs_begun(sqlite_house) > before, 60)
        engine.send_signal(signal.SIGTERM)
        assert engine.wait(timeout=20) == 0
    assert sqlite_house.answer("-m", "tests.engine.probe.ledger", "running") == "0"


@pytest.mark.postgres
@pytest.mark.parametrize("broker", [REDIS, RABBITMQ], ids=lambda broker: broker.name)
def test_killed_celery_workers_and_a_flushed_queue_lose_and_double_nothing(
    postgres_house: House, broker: Server
) -> None:
    if not broker.is_up():
        pytest.skip(f"{broker.name} is not reachable")
    house = postgres_house
    bell = {"BROKER_URL": broker.url, "PROBE_QUEUE": f"zhijian-probe-{uuid.uuid4().hex[:8]}"}
    celery = ("-m", "celery", "-A", "config", "worker", "-c", "2", "-l", "WARNING", "--without-mingle")
    celery += ("--without-gossip", "-B", "-s", str(house.directory / f"beat-{broker.name}"))
    prefix = enqueue_jobs(house, **bell)
    try:
        for _kill in range(KILLS):
            kill_while_jobs_run(house, *celery, **bell)
        assert counts(house, prefix)[0]["done"] < JOBS, "nothing was left to lose"
        house.answer("-m", "tests.engine.probe.ledger", "flush", **bell)
        with killed_at_last(house.command(*celery, **bell)):
            assert wait_until(lambda: counts(house, prefix)[0]["done"] == JOBS, 90), house.log()
    finally:
        house.answer("-m", "tests.engine.probe.ledger", "forget", **bell)
    assert_each_done_once(house, prefix)
