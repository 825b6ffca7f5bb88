"""Celery's side of the jobs: the broker rings, the row decides. Run any of these twice and nothing happens twice."""

import logging

from celery import shared_task
from django.utils import timezone

from cases.services.jobs import due_jobs, run_job

logger = logging.getLogger(__name__)


FRESH_RING_SECONDS = 60
SWEPT_RING_SECONDS = 4  # the next sweep rings again; a queue that nobody reads must not fill with old rings


def send_ring(job_id: int, expires: float = FRESH_RING_SECONDS) -> None:
    """The doorbell: losing it costs the wait for the next sweep, so a broker that is down must not disturb anybody."""
    try:
        ring.apply_async((job_id,), ignore_result=True, retry=False, expires=expires)
    except Exception as exc:
        logger.warning("the doorbell of job %s failed (%s); the sweep will find it", job_id, type(exc).__name__)


@shared_task(ignore_result=True)
def ring(job_id: int) -> None:
    run_job(job_id, timezone.now)


@shared_task(ignore_result=True)
def sweep_jobs() -> None:
    """Ring again for every job that is due or whose worker outlived its lease."""
    for job_id in due_jobs(timezone.now(), limit=500):
        send_ring(job_id, expires=SWEPT_RING_SECONDS)


@shared_task(ignore_result=True)
def sweep_posts() -> None:
    """A post that ends at midnight opens nothing any more within the minute; one that begins opens what it promises.

    The units of which an ended post made somebody the responsible officer then need a successor.
    """
    from cases.services.appoint import expire_posts
    from cases.services.watch_locks import watch_locks

    expire_posts(timezone.now())
    watch_locks(timezone.now())


@shared_task(ignore_result=True)
def sweep_deadlines() -> None:
    from cases.services.sweep_deadlines import sweep  # imported late: workers start without loading every service

    sweep(now=timezone.now())


@shared_task(ignore_result=True)
def sweep_reviews() -> None:
    from cases.services.sweep_reviews import sweep_reviews as sweep

    sweep(now=timezone.now())


@shared_task(ignore_result=True)
def sweep_imports() -> None:
    """Files and rows of imports, and pieces of photos, that nobody went on with are removed."""
    from cases.services.clean_imports import clean_imports
    from cases.services.photo_uploads import clean_uploads

    clean_imports(now=timezone.now())
    clean_uploads(now=timezone.now())


@shared_task(ignore_result=True)
def sweep_digests() -> None:
    """Write to whoever subscribed to a view that has changed; remove exports that have lain long enough."""
    from cases.services.export_list import clean_exports
    from cases.services.send_digests import send_digests

    send_digests(now=timezone.now())
    clean_exports(now=timezone.now())


@shared_task(ignore_result=True)
def begin_monthly_scan() -> None:
    """Begin the scan for list candidates once its day of the month has come."""
    from cases.services.scan_candidates import begin_scan_of_the_month

    begin_scan_of_the_month(now=timezone.now())
