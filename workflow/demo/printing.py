"""Print the demo's documents in a second process, while the stories go on in the first."""

from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from typing import Any, Self

from django.db import transaction

from cases.models import Job
from cases.services.jobs import due_jobs, handler_for, run_job
from notices.models import Document, Issue
from notices.services.issue_document import RENDER_JOB
from notices.services.render_document import put_away
from notices.services.sign_document import SIGN_JOB
from notices.services.signer import signs
from notices.signals import document_issued
from workflow.demo import press

BATCH = 200


class PrintingHouse:
    """While it is open, issued documents are printed in another process and their jobs take the bytes from there.

    When a job is done does not depend on how fast that process is, so the same seed still gives the same data.
    """

    def __init__(self) -> None:
        self._prints: dict[int, Future[Any]] = {}
        self._handler = handler_for(RENDER_JOB)
        self._usual = self._handler.run
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=press.start)

    def __enter__(self) -> Self:
        self._handler.run = self._fetch
        document_issued.connect(self._order, dispatch_uid="demo-printing")
        return self

    def __exit__(self, *unused: object) -> None:
        document_issued.disconnect(dispatch_uid="demo-printing")
        self._handler.run = self._usual
        self._pool.shutdown(cancel_futures=True)

    def run_jobs(self, now: datetime) -> None:
        """All that is due by `now`; but while nothing else is, printing jobs wait for the night."""
        while ready := due_jobs(now, BATCH):
            others = Job.objects.filter(pk__in=ready).exclude(kind__in=(RENDER_JOB, SIGN_JOB))
            if not others.exists():
                return
            self._run(ready, now)

    def run_all_jobs(self, now: datetime) -> None:
        """All that is due by `now`."""
        while ready := due_jobs(now, BATCH):
            self._run(ready, now)

    def _run(self, jobs: list[int], now: datetime) -> None:
        """What is printed is signed at once: what waits for the signed copy need not come back."""
        for job in jobs:
            run_job(job, now)
            if signs():
                for signing in Job.objects.filter(kind=SIGN_JOB, state=Job.State.DUE).values_list("pk", flat=True):
                    run_job(signing, now)

    def _order(self, sender: Any, document: Document, **kwargs: Any) -> None:
        issue = Issue.objects.get(document=document)
        kind, facts = issue.kind, issue.facts

        def submit() -> None:
            self._prints[document.pk] = self._pool.submit(press.print_facts, kind, facts)

        transaction.on_commit(submit)

    def _fetch(self, payload: dict[str, Any]) -> dict[str, Any] | None:
        printed = self._prints.pop(payload["document"], None)
        return put_away(printed.result()) if printed else self._usual(payload)
