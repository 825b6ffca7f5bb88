"""Draft and issue the letters of a batch: a durable job in short legs, in the order of the sheet.

Each letter is one transaction with the cursor of the batch, and a savepoint within it: a refused letter gives its
number back and says why, a worker that dies loses one letter half done, and two workers on one run never do a letter
twice.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When

from cases.acting import Acting
from cases.services.audit import record
from cases.services.jobs import enqueue, job_handler
from notices.models import BatchItem, DocumentBatch
from notices.selectors.batches import progress_of
from notices.services.batch_items import draft_item, issue_item

JOB: Final = "notices.batch"
LEG: Final = 50
"""Letters of one job: short enough that other jobs, such as printing what was just issued, get their turn."""
LEASE: Final = timedelta(minutes=5)
State = DocumentBatch.State
_TAKEN: Final = {State.DRAFTING: BatchItem.State.WAITING, State.ISSUING: BatchItem.State.DRAFTED}


class _OvertakenError(Exception):
    """Another worker did this letter, or the run is over."""


def begin_run(batch: DocumentBatch, state: str, acting: Acting) -> None:
    """Let the job go through the sheet from the top; within the transaction that decides so, the batch locked."""
    batch.state, batch.cursor, batch.run = state, 0, batch.run + 1
    batch.acted_by, batch.acted_at, batch.ended_at = acting.person, acting.at, None
    if state == State.ISSUING:
        batch.approved_by, batch.approved_at, batch.approved_run = acting.person, acting.at, batch.run
    approval = ("approved_by", "approved_at", "approved_run")
    batch.save(update_fields=["state", "cursor", "run", "acted_by", "acted_at", "ended_at", *approval])
    next_leg(batch, acting.at)


def next_leg(batch: DocumentBatch, at: datetime) -> None:
    """The job of the next letters."""
    key = f"batch:{batch.pk}:{batch.run}:{batch.cursor}"
    enqueue(kind=JOB, payload={"batch": batch.pk, "run": batch.run}, key=key, at=at)


def go_on(batch_id: int, run: int, most: int = LEG) -> None:
    """Do the next letters of this run; a run that is over is left as it is."""
    batch = DocumentBatch.objects.select_related("body", "acted_by").get(pk=batch_id)
    if batch.run != run or not batch.at_work:
        return
    for position in list(_left(batch).values_list("position", flat=True)[:most]):
        try:
            _do(batch, position)
        except _OvertakenError:
            return


def _left(batch: DocumentBatch) -> QuerySet[BatchItem]:
    wanted = _TAKEN[State(batch.state)]
    return batch.items.filter(state=wanted, position__gt=batch.cursor).order_by("position")


@transaction.atomic
def _do(batch: DocumentBatch, position: int) -> None:
    here = {"pk": batch.pk, "run": batch.run, "state": batch.state, "cursor": batch.cursor}
    if not DocumentBatch.objects.filter(**here).update(cursor=position):
        raise _OvertakenError
    item = batch.items.select_related("document__body", "document__place", "document__case").get(position=position)
    acting = Acting(user=batch.acted_by, at=batch.acted_at)
    (draft_item if batch.state == State.DRAFTING else issue_item)(batch, item, acting)
    item.save(update_fields=["document", "state", "refusal"])
    batch.cursor = position


@job_handler(JOB, lease=LEASE)
def batch_job(payload: dict[str, Any]) -> dict[str, Any]:
    """One leg of a run. Letters are dated when the run was asked for: the day of approval is the day of issue."""
    go_on(payload["batch"], payload["run"])
    return {}


@batch_job.on_done
def leg_done(payload: dict[str, Any], result: dict[str, Any], at: datetime) -> None:
    """Hand on to the next leg, or end the run."""
    batch = DocumentBatch.objects.select_for_update(of=("self",)).select_related("body").get(pk=payload["batch"])
    if batch.run != payload["run"] or not batch.at_work:
        return
    if _left(batch).exists():
        next_leg(batch, at)
        return
    told = progress_of(batch)
    if batch.state == State.DRAFTING and (told.to_issue or not told.issued):
        batch.state = State.DRAFTED
        batch.save(update_fields=["state"])
    else:
        end_batch(batch, Acting(user=None, at=at))


def end_batch(batch: DocumentBatch, acting: Acting) -> None:
    """Nothing is left to issue: say how it went; within the transaction that decides so, the batch locked."""
    batch.state, batch.ended_at = State.DONE, acting.at
    batch.save(update_fields=["state", "ended_at"])
    told = progress_of(batch)
    data = {"batch": batch.pk, "issued": told.issued, "failed": told.failed, "excluded": told.excluded}
    record(stream=f"batch:{batch.pk}", action="batch.ended", acting=acting, body=batch.body, data=data)


@batch_job.on_given_up
def batch_given_up(payload: dict[str, Any], error: str, at: datetime) -> None:
    """The job died or was cancelled: say so on its page."""
    rows = DocumentBatch.objects.filter(pk=payload["batch"], run=payload["run"], state__in=list(_TAKEN))
    rows.update(state=State.FAILED)


@batch_job.on_retry
def batch_retried(payload: dict[str, Any], at: datetime) -> None:
    """Somebody starts the dead job anew: the run goes on from its cursor."""
    rows = DocumentBatch.objects.filter(pk=payload["batch"], run=payload["run"], state=State.FAILED)
    issuing = Case(When(approved_run=F("run"), then=Value(State.ISSUING)), default=Value(State.DRAFTING))
    rows.update(state=issuing)
