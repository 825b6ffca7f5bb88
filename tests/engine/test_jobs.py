"""Durable jobs: once, late rather than never, and visible when they fail."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from cases.models import AuditEvent
from cases.models.job import Job
from cases.rules.errors import RuleError
from cases.services import jobs
from cases.services.jobs import JobHandler, cancel_job, due_jobs, enqueue, job_handler, retry_job, run_due_jobs, run_job
from tests.factories import NOON, acting

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Ledger:
    """What a test's handler and hooks saw."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.in_transaction: list[bool] = []
        self.done: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self.given_up: list[str] = []
        self.retried = 0
        self.error: Exception | None = None


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """A job kind `test` that does as the ledger says."""
    monkeypatch.setattr(jobs, "_handlers", dict(jobs._handlers))
    kept = Ledger()

    @job_handler("test", lease=MINUTE, max_attempts=3)
    def handler(payload: dict[str, Any]) -> dict[str, Any]:
        kept.calls.append(payload)
        kept.in_transaction.append(connection.in_atomic_block)
        if kept.error:
            raise kept.error
        return {"answer": 42}

    handler.on_done(lambda payload, result, at: kept.done.append((payload, result)))
    handler.on_given_up(lambda payload, error, at: kept.given_up.append(error))
    handler.on_retry(lambda payload, at: setattr(kept, "retried", kept.retried + 1))
    assert isinstance(handler, JobHandler)
    return kept


def new_job(key: str = "k", **options: Any) -> Job:
    return enqueue(kind="test", payload={"n": 1}, key=key, at=NOON, **options)


def fresh(job: Job) -> Job:
    job.refresh_from_db()
    return job


@pytest.mark.django_db
class TestEnqueue:
    def test_the_same_key_is_the_same_job(self, ledger: Ledger) -> None:
        assert new_job().pk == new_job().pk
        assert Job.objects.count() == 1

    def test_a_finished_job_is_not_enqueued_again(self, ledger: Ledger) -> None:
        run_job(new_job().pk, NOON)
        assert new_job().state == Job.State.DONE
        assert run_due_jobs(NOON + DAY) == {}

    def test_it_goes_down_with_the_transaction_that_wanted_it(self, ledger: Ledger) -> None:
        @transaction.atomic
        def business() -> None:
            new_job()
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            business()
        assert not Job.objects.exists()

    def test_an_unknown_kind_is_refused_at_once(self) -> None:
        with pytest.raises(LookupError, match="no handler"):
            enqueue(kind="unheard of", payload={}, key="k", at=NOON)

    def test_two_handlers_of_one_kind_are_refused(self, ledger: Ledger) -> None:
        with pytest.raises(LookupError, match="already"):
            job_handler("test")(lambda payload: None)

    def test_it_waits_for_its_moment(self, ledger: Ledger) -> None:
        job = new_job(run_after=NOON + DAY)
        assert run_job(job.pk, NOON) == "not_due"
        assert run_job(job.pk, NOON + DAY) == "done"


@pytest.mark.django_db
class TestDoorbell:
    @pytest.fixture
    def rung(self) -> Iterator[list[int]]:
        heard: list[int] = []
        jobs.set_doorbell(heard.append)
        yield heard
        jobs.set_doorbell(None)

    def test_it_rings_after_the_commit(
        self, ledger: Ledger, rung: list[int], django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            job = new_job()
            assert rung == []
        assert rung == [job.pk]

    def test_it_does_not_ring_for_what_is_not_due(
        self, ledger: Ledger, rung: list[int], django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            new_job(run_after=NOON + DAY)
        assert rung == []

    def test_a_broken_one_disturbs_nobody(self, ledger: Ledger, django_capture_on_commit_callbacks: Any) -> None:
        def broken(job_id: int) -> None:
            raise OSError("no broker")

        jobs.set_doorbell(broken)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                job = new_job()
        finally:
            jobs.set_doorbell(None)
        assert run_due_jobs(NOON) == {job.pk: "done"}


@pytest.mark.django_db(transaction=True)
def test_the_work_runs_outside_any_transaction(ledger: Ledger) -> None:
    run_job(new_job().pk, NOON)
    assert ledger.in_transaction == [False]


@pytest.mark.django_db
class TestRun:
    def test_it_keeps_result_and_moment(self, ledger: Ledger) -> None:
        job = new_job()
        clock = iter([NOON, NOON + MINUTE])
        assert run_job(job.pk, lambda: next(clock)) == "done"
        assert fresh(job).result == {"answer": 42}
        assert job.finished_at == NOON + MINUTE
        assert ledger.done == [({"n": 1}, {"answer": 42})]

    def test_it_runs_once_however_often_it_is_told(self, ledger: Ledger) -> None:
        job = new_job()
        assert [run_job(job.pk, NOON) for _ring in range(3)] == ["done", "not_due", "not_due"]
        assert len(ledger.calls) == len(ledger.done) == 1

    def test_a_missing_job_is_not_due(self) -> None:
        assert run_job(999_999, NOON) == "not_due"

    def test_oldest_first_and_no_more_than_asked_for(self, ledger: Ledger) -> None:
        late, early = new_job("late", run_after=NOON), new_job("early", run_after=NOON - DAY)
        assert due_jobs(NOON, limit=5) == [early.pk, late.pk]
        assert due_jobs(NOON, limit=1) == [early.pk]

    def test_database_effects_are_undone_when_the_fence_is_lost(self, ledger: Ledger) -> None:
        """Another worker takes over while this one stores: what it stored must not stand."""
        job = new_job()

        def lose_the_fence(payload: Any, result: Any, at: Any) -> None:
            enqueue(kind="test", payload={}, key="effect", at=at)
            Job.objects.filter(pk=job.pk).update(fence="00000000-0000-4000-8000-000000000000")

        jobs.handler_for("test").on_done(lose_the_fence)
        assert run_job(job.pk, NOON) == "fenced"
        assert not Job.objects.filter(key="effect").exists()

    def test_a_result_that_cannot_be_stored_is_a_failure(self, ledger: Ledger) -> None:
        jobs.handler_for("test").run = lambda payload: {"oops": object()}
        assert run_job(new_job().pk, NOON) == "backoff"


@pytest.mark.django_db
class TestFailure:
    def test_it_comes_back_later_and_later(self, ledger: Ledger) -> None:
        ledger.error = ValueError("registry is down")
        job = new_job(max_attempts=20)
        waits = []
        at = NOON
        while (outcome := run_job(job.pk, at)) == "backoff":
            waits.append((fresh(job).run_after - at).total_seconds())
            at = job.run_after
        assert outcome == "dead"
        for attempt, wait in enumerate(waits, 1):
            plain = min(5 * 2 ** (attempt - 1), 3600)
            assert 0.5 * plain <= wait <= 1.5 * plain

    def test_out_of_attempts_it_is_a_visible_incident(self, ledger: Ledger) -> None:
        ledger.error = ValueError("registry is down")
        job = new_job()
        outcomes = [run_job(job.pk, NOON + n * DAY) for n in range(4)]
        assert outcomes == ["backoff", "backoff", "dead", "not_due"]
        assert fresh(job).state == Job.State.DEAD
        assert job.last_error == "ValueError: registry is down"
        assert ledger.given_up == ["ValueError: registry is down"]

    def test_the_error_keeps_no_values_of_rows(self, ledger: Ledger) -> None:
        ledger.error = IntegrityError("duplicate key\nDETAIL: Key (name)=(Ouyang) already exists.")
        job = new_job()
        run_job(job.pk, NOON)
        assert fresh(job).last_error == "IntegrityError: duplicate key"

    def test_a_failing_store_undoes_its_effects_and_is_tried_again(self, ledger: Ledger) -> None:
        job = new_job()

        def store(payload: Any, result: Any, at: Any) -> None:
            enqueue(kind="test", payload={}, key=f"effect:{len(ledger.calls)}", at=at + DAY * 9)
            if len(ledger.calls) == 1:
                raise ValueError("disk full")

        jobs.handler_for("test").on_done(store)
        assert [run_job(job.pk, NOON), run_job(job.pk, NOON + DAY)] == ["backoff", "done"]
        assert list(Job.objects.exclude(pk=job.pk).values_list("key", flat=True)) == ["effect:2"]

    def test_a_kind_nobody_handles_any_more_fails_visibly(self, ledger: Ledger) -> None:
        job = new_job(max_attempts=1)
        del jobs._handlers["test"]
        assert run_job(job.pk, NOON) == "dead"


@pytest.mark.django_db
class TestDeadWorkers:
    def die(self, job: Job, ledger: Ledger, at: Any) -> None:
        """A worker claims the job and is never heard of again."""
        ledger.error = KeyboardInterrupt()  # type: ignore[assignment]
        with pytest.raises(KeyboardInterrupt):
            run_job(job.pk, at)
        ledger.error = None

    def test_the_lease_keeps_others_away_until_it_ends(self, ledger: Ledger) -> None:
        job = new_job()
        self.die(job, ledger, NOON)
        assert due_jobs(NOON + MINUTE / 2) == []
        assert run_job(job.pk, NOON + MINUTE / 2) == "not_due"
        assert due_jobs(NOON + MINUTE) == [job.pk]
        assert run_job(job.pk, NOON + MINUTE) == "done"
        assert fresh(job).attempts == 2

    def test_one_that_kills_every_worker_is_an_incident(self, ledger: Ledger) -> None:
        job = new_job()
        for attempt in range(3):
            self.die(job, ledger, NOON + attempt * DAY)
        assert run_job(job.pk, NOON + 3 * DAY) == "dead"
        assert len(ledger.calls) == 3
        assert ledger.given_up == ["the worker died or ran out of time 3 times"]
        assert due_jobs(NOON + 9 * DAY) == []


@pytest.mark.django_db
class TestByHand:
    def dead(self, ledger: Ledger) -> Job:
        ledger.error = ValueError("registry is down")
        job = new_job(max_attempts=1)
        run_job(job.pk, NOON)
        ledger.error = None
        return job

    def test_a_dead_job_is_retried_with_all_its_attempts(self, ledger: Ledger) -> None:
        job = self.dead(ledger)
        retry_job(job.pk, acting(None))
        assert (fresh(job).state, job.attempts, ledger.retried) == (Job.State.DUE, 0, 1)
        assert run_job(job.pk, NOON) == "done"
        assert AuditEvent.objects.get(stream="jobs").action == "job.retried"

    def test_only_what_failed_can_be_retried(self, ledger: Ledger) -> None:
        with pytest.raises(RuleError) as refusal:
            retry_job(new_job().pk, acting(None))
        assert refusal.value.code == "job_not_over"

    def test_a_cancelled_job_does_not_run(self, ledger: Ledger) -> None:
        job = new_job()
        cancel_job(job.pk, acting(None))
        assert run_job(job.pk, NOON) == "not_due"
        assert (fresh(job).state, ledger.given_up) == (Job.State.CANCELLED, ["cancelled"])
        assert AuditEvent.objects.get(stream="jobs").action == "job.cancelled"

    def test_cancelling_fences_a_worker_that_is_at_it(self, ledger: Ledger) -> None:
        job = new_job()

        def work(payload: Any) -> dict[str, Any]:
            cancel_job(job.pk, acting(None))
            return {}

        jobs.handler_for("test").run = work
        assert run_job(job.pk, NOON) == "fenced"
        assert fresh(job).state == Job.State.CANCELLED
        assert ledger.done == []

    def test_what_is_over_cannot_be_cancelled(self, ledger: Ledger) -> None:
        job = new_job()
        run_job(job.pk, NOON)
        with pytest.raises(RuleError) as refusal:
            cancel_job(job.pk, acting(None))
        assert refusal.value.code == "job_over"

    def test_an_unknown_job(self) -> None:
        with pytest.raises(RuleError) as refusal:
            retry_job(999_999, acting(None))
        assert refusal.value.code == "job_unknown"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "sleeping"},
        {"state": "running"},
        {"state": "done"},
        {"finished_at": NOON},
        {"attempts": 4},
        {"max_attempts": 0},
    ],
)
def test_the_database_refuses_a_job_in_an_impossible_state(ledger: Ledger, wrong: dict[str, Any]) -> None:
    job = new_job()
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**wrong)


@pytest.mark.django_db
def test_a_sweep_reads_what_is_due_by_index(ledger: Ledger, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        due_jobs(NOON)
    if connection.vendor == "sqlite":
        plan = Job.objects.filter(state="due", run_after__lte=NOON).order_by("run_after", "id").explain()
        assert "job_due" in plan
