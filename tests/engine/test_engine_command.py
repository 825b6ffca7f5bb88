"""`manage.py engine` and the tasks of the broker: the same jobs, the same sweeps."""

import signal
import threading
import time
from typing import Any

import pytest
from celery.signals import worker_init
from django.core.management import call_command
from django.utils import timezone

from cases.models.job import Job
from cases.services import jobs
from cases.services.jobs import enqueue, job_handler
from config.celery import app, warm_press
from workflow import tasks
from workflow.management.commands import engine

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's connection is inside its transaction, and must not be taken for a stale one."""
    monkeypatch.setattr(engine, "close_old_connections", lambda: None)


@pytest.fixture(autouse=True)
def warmed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Loading the press takes seconds; here it is only noted."""
    noted: list[str] = []
    monkeypatch.setattr("notices.pdf.engine.warm", lambda: noted.append("warm"))
    return noted


@pytest.fixture
def sweeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Deadline sweeps are only counted here; what they do is tested where they live."""
    counted: list[float] = []
    monkeypatch.setattr(engine, "sweep_deadlines", lambda: counted.append(time.monotonic()))
    return counted


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    monkeypatch.setattr(jobs, "_handlers", dict(jobs._handlers))
    done: list[int] = []

    @job_handler("count")
    def count(payload: dict[str, Any]) -> None:
        if payload["n"] < 0:
            raise ValueError("negative")
        done.append(payload["n"])

    return done


def new_job(n: int) -> Job:
    return enqueue(kind="count", payload={"n": n}, key=f"count:{n}", at=timezone.now())


def test_once_does_all_that_is_due_and_stops(work: list[int], sweeps: list[float]) -> None:
    for n in range(3):
        new_job(n)
    call_command("engine", once=True)
    assert work == [0, 1, 2]
    assert len(sweeps) == 1


def test_an_engine_that_stays_loads_the_press_before_its_first_job(work: list[int], warmed: list[str]) -> None:
    call_command("engine", once=True)
    assert warmed == []
    call_command("engine", max_seconds=0.1)
    assert warmed == ["warm"]


def test_a_celery_worker_loads_the_press_before_it_forks(warmed: list[str]) -> None:
    warm_press()
    assert warmed == ["warm"]
    assert any(reference() is warm_press for _key, reference in worker_init.receivers)


def test_it_stops_after_the_given_time(work: list[int], sweeps: list[float]) -> None:
    began = time.monotonic()
    call_command("engine", max_seconds=0.5)
    assert 0.5 <= time.monotonic() - began < 5


def test_jobs_that_follow_from_jobs_are_done_in_the_same_run(work: list[int], sweeps: list[float]) -> None:
    new_job(1)
    jobs.handler_for("count").on_done(lambda payload, result, at: payload["n"] < 3 and new_job(payload["n"] + 1))
    call_command("engine", once=True)
    assert work == [1, 2, 3]


def test_a_failing_sweep_does_not_end_the_loop(
    work: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise OSError("disk")

    monkeypatch.setattr(engine, "sweep_deadlines", broken)
    new_job(1)
    call_command("engine", once=True)
    assert work == [1]
    assert "the engine goes on" in caplog.text


def test_a_job_that_cannot_even_be_buried_does_not_hold_up_the_others(
    work: list[int], sweeps: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = new_job(-1), new_job(2)
    Job.objects.filter(pk=bad.pk).update(max_attempts=1)

    def broken(payload: Any, error: str, at: Any) -> None:
        raise OSError("disk")

    jobs.handler_for("count").on_given_up(broken)
    call_command("engine", once=True)
    assert work == [2]
    good.refresh_from_db()
    assert good.state == Job.State.DONE


def test_told_to_stop_it_takes_no_further_job(work: list[int], sweeps: list[float]) -> None:
    stop = threading.Event()
    jobs.handler_for("count").on_done(lambda payload, result, at: stop.set())
    new_job(1)
    new_job(2)
    engine.run(stop)
    assert work == [1]


def test_afterwards_signals_go_where_they_went_before(work: list[int], sweeps: list[float]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    call_command("engine", once=True)
    assert signal.getsignal(signal.SIGTERM) is before


def test_deadlines_are_swept_by_the_real_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr("cases.services.sweep_deadlines.sweep", lambda *, now: seen.append(now))
    before = timezone.now()
    tasks.sweep_deadlines()
    assert before <= seen[0] <= timezone.now()


def test_a_ring_runs_its_job(work: list[int]) -> None:
    tasks.ring(new_job(1).pk)
    assert work == [1]


def test_a_sweep_rings_for_what_is_due_and_its_rings_do_not_pile_up(
    work: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[tuple[int, float]] = []
    monkeypatch.setattr(tasks.ring, "apply_async", lambda args, **options: rung.append((args[0], options["expires"])))
    job = new_job(1)
    tasks.sweep_jobs()
    assert rung == [(job.pk, tasks.SWEPT_RING_SECONDS)]


def test_a_broker_that_is_down_disturbs_nobody(
    work: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def down(args: Any, **options: Any) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.ring, "apply_async", down)
    tasks.send_ring(new_job(1).pk)
    assert "the sweep will find it" in caplog.text


def test_every_scheduled_task_exists_and_expires_before_a_heap_can_grow() -> None:
    app.loader.import_default_modules()
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] <= max(2 * entry["schedule"], 60)
