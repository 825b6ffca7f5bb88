"""`manage.py engine`: worker and clock in one loop, for a house without a broker."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from cases.services.jobs import due_jobs, run_job
from workflow.tasks import (
    begin_monthly_scan,
    sweep_deadlines,
    sweep_digests,
    sweep_imports,
    sweep_posts,
    sweep_reviews,
)

logger = logging.getLogger(__name__)

JOBS_EVERY = 1.0
DEADLINES_EVERY = 60.0
IMPORTS_EVERY = 3600.0
BATCH = 50


class Command(BaseCommand):
    requires_system_checks = []  # they are for `manage.py check`; a worker starts at once
    help = "Run due jobs, sweep posts, reviews and deadlines until told to stop. Several engines at once are safe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop")
        parser.add_argument("--max-seconds", type=float, help="stop after this time")

    def handle(self, *args: Any, once: bool = False, max_seconds: float | None = None, **options: Any) -> None:
        with stopped_by_signals() as stop:
            if not once:
                warm_press()
            run(stop, once=once, max_seconds=max_seconds)


def warm_press() -> None:
    """Load the printing press now, and not within the lease of the first letter."""
    from notices.pdf.engine import warm  # WeasyPrint takes a second to import: only those who print pay for it

    warm()


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """SIGTERM and Ctrl-C let the job at hand finish; signals can only be caught in the main thread."""
    stop = threading.Event()
    numbers = (signal.SIGTERM, signal.SIGINT) if threading.current_thread() is threading.main_thread() else ()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run(stop: threading.Event, *, once: bool = False, max_seconds: float | None = None) -> None:
    """The loop: posts, reviews and deadlines each minute, imports left lying each hour, jobs as they come."""
    began = time.monotonic()
    next_deadlines = next_imports = began
    while not stop.is_set():
        if time.monotonic() >= next_deadlines:
            survive(sweep_posts)
            survive(sweep_reviews)
            survive(sweep_deadlines)
            survive(begin_monthly_scan)
            survive(sweep_digests)
            next_deadlines = time.monotonic() + DEADLINES_EVERY
        if time.monotonic() >= next_imports:
            survive(sweep_imports)
            next_imports = time.monotonic() + IMPORTS_EVERY
        worked = survive(run_batch, stop)
        if (once and not worked) or (max_seconds is not None and time.monotonic() - began >= max_seconds):
            return
        if not worked:
            stop.wait(JOBS_EVERY)


def run_batch(stop: threading.Event) -> int:
    """Run what is due, oldest first; answers how many jobs this engine got hold of."""
    ran = 0
    for job_id in due_jobs(timezone.now(), BATCH):
        if stop.is_set():
            break
        if survive(run_job, job_id, timezone.now) != "not_due":
            ran += 1
    return ran


def survive(work: Any, *args: Any) -> Any:
    """Nothing that one round does may end the loop; the next round tries again on a fresh connection."""
    try:
        return work(*args)
    except Exception:
        logger.exception("%s failed; the engine goes on", getattr(work, "__name__", work))
        return None
    finally:
        close_old_connections()
