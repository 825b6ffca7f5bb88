"""Durable jobs: enqueue in the business transaction, claim, work outside any transaction, complete if still ours.

The row is the truth; a doorbell (a broker message) only saves the wait for the next sweep and may be lost.

Locks are always taken in one order, first what a hook locks (a process, a case), then the job's row: hooks run before
the row's compare-and-set, and a lost compare-and-set rolls their effects back.
"""

import logging
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.models.job import Job
from cases.rules.errors import RuleError
from cases.services.audit import record
from cases.signals import job_died

logger = logging.getLogger(__name__)

Payload = dict[str, Any]
Clock = Callable[[], datetime]
DoneHook = Callable[[Payload, Payload, datetime], None]
GivenUpHook = Callable[[Payload, str, datetime], None]
RetryHook = Callable[[Payload, datetime], None]

FIRST_BACKOFF = timedelta(seconds=5)
LONGEST_BACKOFF = timedelta(hours=1)


class _FencedError(Exception):
    """Another worker took the job over, or it was cancelled: roll back what this one did."""


@dataclass
class JobHandler:
    """How one kind of job is done.

    `run(payload)` works outside any transaction and returns a JSON-able dict. The hooks run inside the transaction
    that moves the row: `on_done(payload, result, at)` exactly once, `on_given_up(payload, error, at)` when the job
    dies or is cancelled, `on_retry(payload, at)` when a person starts it anew.
    """

    kind: str
    run: Callable[[Payload], Payload | None]
    lease: timedelta
    max_attempts: int
    done: DoneHook | None = field(default=None)
    given_up: GivenUpHook | None = field(default=None)
    retry: RetryHook | None = field(default=None)

    def __call__(self, payload: Payload) -> Payload | None:
        return self.run(payload)

    def on_done(self, hook: DoneHook) -> DoneHook:
        self.done = hook
        return hook

    def on_given_up(self, hook: GivenUpHook) -> GivenUpHook:
        self.given_up = hook
        return hook

    def on_retry(self, hook: RetryHook) -> RetryHook:
        self.retry = hook
        return hook


_handlers: dict[str, JobHandler] = {}
_doorbell: Callable[[int], None] | None = None


def job_handler(
    kind: str, *, lease: timedelta = timedelta(minutes=5), max_attempts: int = 5
) -> Callable[[Callable[[Payload], Payload | None]], JobHandler]:
    """Register the function that does jobs of this kind; `lease` must exceed its longest run."""

    def register(run: Callable[[Payload], Payload | None]) -> JobHandler:
        if kind in _handlers:
            raise LookupError(f"job kind {kind!r} already has a handler")
        handler = JobHandler(kind=kind, run=run, lease=lease, max_attempts=max_attempts)
        _handlers[kind] = handler
        return handler

    return register


def handler_for(kind: str) -> JobHandler:
    """The handler of a kind; LookupError where none is registered."""
    try:
        return _handlers[kind]
    except KeyError:
        raise LookupError(f"no handler is registered for job kind {kind!r}") from None


def longest_lease() -> timedelta:
    """The longest lease of any registered kind; a broker must keep unacknowledged messages longer than this."""
    return max((handler.lease for handler in _handlers.values()), default=timedelta())


def set_doorbell(ring: Callable[[int], None] | None) -> None:
    """What to call with a job's id once the transaction that enqueued it has committed."""
    global _doorbell
    _doorbell = ring


def _ring_after_commit(job_id: int) -> None:
    if (ring := _doorbell) is not None:
        transaction.on_commit(lambda: ring(job_id), robust=True)


@transaction.atomic
def enqueue(
    *,
    kind: str,
    payload: Payload,
    key: str,
    at: datetime,
    run_after: datetime | None = None,
    lease: timedelta | None = None,
    max_attempts: int | None = None,
) -> Job:
    """Write the job in the caller's transaction; a second call with the same key returns the first job."""
    handler = handler_for(kind)
    job = Job(
        kind=kind,
        payload=payload,
        key=key,
        run_after=run_after or at,
        lease_seconds=int((lease or handler.lease).total_seconds()),
        max_attempts=max_attempts or handler.max_attempts,
        created_at=at,
    )
    Job.objects.bulk_create([job], ignore_conflicts=True)  # ON CONFLICT DO NOTHING keeps PostgreSQL's transaction alive
    job = Job.objects.get(key=key)
    if job.is_claimable(at):
        _ring_after_commit(job.pk)
    return job


def due_jobs(now: datetime, limit: int = 100) -> list[int]:
    """Ids of jobs to run: due ones and those whose worker outlived its lease, oldest first. Costs O(due)."""
    due = Job.objects.filter(state=Job.State.DUE, run_after__lte=now).order_by("run_after", "id")
    expired = Job.objects.filter(state=Job.State.RUNNING, lease_until__lte=now).order_by("lease_until", "id")
    rows = [*due.values_list("run_after", "id")[:limit], *expired.values_list("lease_until", "id")[:limit]]
    return [job_id for _moment, job_id in sorted(rows)[:limit]]


def run_job(job_id: int, now: datetime | Clock) -> str:
    """Claim, work, complete; answers done, backoff, dead, fenced or not_due.

    `now` is a fixed moment or a clock; a worker passes its clock, so that the finish is dated after the work.
    """
    clock: Clock = now if callable(now) else lambda: now
    job = _claim(job_id, clock())
    if job is None:
        return "not_due"
    if job.state == Job.State.DEAD:
        return "dead"
    try:
        handler = handler_for(job.kind)
        result = handler.run(job.payload) or {}
        _complete(job, handler, result, clock())
    except _FencedError:
        return "fenced"
    except Exception as exc:
        return _fail(job, exc, clock())
    return "done"


def run_due_jobs(now: datetime | Clock, limit: int = 100) -> dict[int, str]:
    """Run what is due, oldest first; job id → outcome."""
    clock: Clock = now if callable(now) else lambda: now
    return {job_id: run_job(job_id, clock) for job_id in due_jobs(clock(), limit)}


def _claim(job_id: int, now: datetime) -> Job | None:
    """Transaction 1: lease, new fence, one attempt more. None: not due, or another worker was faster."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None or not job.is_claimable(now):
        return None
    if job.attempts >= job.max_attempts:  # only an expired lease gets here: the worker died with the last attempt
        died = f"the worker died or ran out of time {job.attempts} times"
        return job if _bury(job, died, now) else None
    seen = {"pk": job.pk, "state": job.state, "fence": job.fence, "attempts": job.attempts}
    claim: dict[str, Any] = {
        "state": Job.State.RUNNING,
        "fence": uuid.uuid4(),
        "attempts": job.attempts + 1,
        "lease_until": now + timedelta(seconds=job.lease_seconds),
    }
    if not Job.objects.filter(**seen).update(**claim):
        return None
    for name, value in claim.items():
        setattr(job, name, value)
    return job


def _complete(job: Job, handler: JobHandler, result: Payload, at: datetime) -> None:
    """Transaction 2: the database effects and the row's end, together, only under our fence."""
    if not _still_ours(job).exists():
        raise _FencedError
    with transaction.atomic():
        if handler.done is not None:
            handler.done(job.payload, result, at)
        _move(job, state=Job.State.DONE, result=result, finished_at=at, lease_until=None, last_error="")


def _fail(job: Job, exc: Exception, at: datetime) -> str:
    error = _describe(exc)
    logger.warning("job %s of kind %s, attempt %s: %s", job.pk, job.kind, job.attempts, error)
    if job.attempts >= job.max_attempts:
        return "dead" if _bury(job, error, at) else "fenced"
    try:
        again = at + _backoff(job.attempts)
        _move(job, state=Job.State.DUE, run_after=again, lease_until=None, last_error=error)
    except _FencedError:
        return "fenced"
    return "backoff"


def _bury(job: Job, error: str, at: datetime) -> bool:
    """Out of attempts: a visible incident that a person may retry. False: the job is no longer ours to bury."""
    try:
        with transaction.atomic():
            handler = _handlers.get(job.kind)
            if handler is not None and handler.given_up is not None:
                handler.given_up(job.payload, error, at)
            job_died.send(sender=Job, job=job, error=error, at=at)
            _move(job, state=Job.State.DEAD, finished_at=at, lease_until=None, last_error=error[:500])
    except _FencedError:
        return False
    logger.error("job %s of kind %s is dead: %s", job.pk, job.kind, error)
    job.state = Job.State.DEAD
    return True


def _still_ours(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, fence=job.fence, state=Job.State.RUNNING)


def _move(job: Job, **changes: Any) -> None:
    if not _still_ours(job).update(**changes):
        raise _FencedError


def _backoff(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s … at most an hour, each ±50 % so that what failed together does not return together."""
    seconds = min(FIRST_BACKOFF.total_seconds() * 2 ** (attempts - 1), LONGEST_BACKOFF.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret


def _describe(exc: Exception) -> str:
    """Class and first line of the message: database errors name the row's values on the following lines."""
    first_line = next(iter(str(exc).splitlines()), "")
    return f"{type(exc).__name__}: {first_line}"[:500]


@transaction.atomic
def retry_job(job_id: int, acting: Acting) -> Job:
    """Start a dead or cancelled job anew, with all its attempts."""
    job = _get(job_id)
    over = [Job.State.DEAD, Job.State.CANCELLED]
    if job.state not in over:
        raise RuleError("job_not_over", _("This job has not failed; there is nothing to retry."))
    if job.kind not in _handlers:
        raise RuleError("job_kind_unknown", _("Nothing does jobs of this kind any more: only cancel it."))
    if (retry := _handlers[job.kind].retry) is not None:
        retry(job.payload, acting.at)
    Job.objects.filter(pk=job.pk, state__in=over).update(
        state=Job.State.DUE, attempts=0, run_after=acting.at, finished_at=None, fence=None, lease_until=None
    )
    record(stream="jobs", action="job.retried", acting=acting, data={"job": job.pk, "kind": job.kind, "key": job.key})
    _ring_after_commit(job.pk)
    return _get(job_id)


@transaction.atomic
def cancel_job(job_id: int, acting: Acting, *, reason: str = "") -> Job:
    """Stop a job that is not over, and record why; a worker still at it can no longer complete it."""
    job = _get(job_id)
    if job.state not in (Job.State.DUE, Job.State.RUNNING, Job.State.DEAD):
        raise RuleError("job_over", _("This job is over; it cannot be cancelled."))
    handler = _handlers.get(job.kind)
    if handler is not None and handler.given_up is not None:
        handler.given_up(job.payload, "cancelled", acting.at)
    drop_job(key=job.key, at=acting.at)
    data = {"job": job.pk, "kind": job.kind, "key": job.key, "reason": reason.strip()}
    record(stream="jobs", action="job.cancelled", acting=acting, data=data)
    return _get(job_id)


@transaction.atomic
def drop_job(*, key: str, at: datetime) -> None:
    """Cancel the job of a key because its owner no longer wants it; calls no hook, and is silent if it is over."""
    open_states = [Job.State.DUE, Job.State.RUNNING, Job.State.DEAD]
    Job.objects.filter(key=key, state__in=open_states).update(
        state=Job.State.CANCELLED, finished_at=at, fence=None, lease_until=None
    )


def _get(job_id: int) -> Job:
    try:
        return Job.objects.get(pk=job_id)
    except Job.DoesNotExist:
        raise RuleError("job_unknown", _("There is no such job.")) from None
