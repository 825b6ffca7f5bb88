"""Rehearse a draft on the registry: a durable job in short legs, each unit looked at once, nothing else touched.

A leg takes some chunks, saves each with the cursor in one transaction, and hands on to the next. A worker that dies
loses a chunk; a stopped rehearsal ends with the chunk in hand.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.packs import rehearsing, stopping
from cases.models.pack import PackDraft, Rehearsal, RehearsedChange
from cases.packs.drafting import sha256_of
from cases.packs.loader import Pack, all_packs
from cases.packs.marked import read_document
from cases.packs.rule_pack import pack_of
from cases.selectors.packs import draft_stream, units_to_rehearse
from cases.selectors.rehearsal_facts import BodyTree, unit_facts
from cases.selectors.settings import pack_for
from cases.services.audit import record
from cases.services.jobs import enqueue, job_handler
from cases.services.rehearsal_judgement import Judge, Tally

JOB: Final = "cases.rehearse_pack"
CHUNK: Final = 1_000
LEG: Final = 20
"""Chunks of one job: short enough that a crash costs little, and that other jobs get their turn."""
LEASE: Final = timedelta(minutes=10)
State = Rehearsal.State


class _OvertakenError(Exception):
    """Another worker saved this chunk, or the rehearsal was stopped."""


@transaction.atomic
def start_rehearsal(*, draft_id: int, acting: Acting) -> Rehearsal:
    """Have the draft as it stands rehearsed in the background, on the units of its body and jurisdiction. Blocked."""
    draft = PackDraft.objects.select_for_update(of=("self",)).select_related("body").get(pk=draft_id)
    require(rehearsing(draft, acting))
    rehearsal = Rehearsal.objects.create(
        draft=draft,
        body=draft.body,
        text=draft.text,
        sha256=sha256_of(draft.text),
        on=acting.today,
        requested_by=acting.person,
        requested_at=acting.at,
    )
    data = {"rehearsal": rehearsal.pk, "code": draft.code, "sha256": rehearsal.sha256}
    record(stream=draft_stream(draft), action="rehearse_pack", acting=acting, body=draft.body, data=data)
    _next_leg(rehearsal, acting.at)
    return rehearsal


@transaction.atomic
def stop_rehearsal(*, rehearsal_id: int, acting: Acting) -> Rehearsal:
    """Stop it; what it found so far stays to be read, but counts for nothing. Blocked."""
    rehearsal = Rehearsal.objects.select_for_update(of=("self",)).select_related("body", "draft").get(pk=rehearsal_id)
    require(stopping(rehearsal, acting))
    rehearsal.state, rehearsal.finished_at = State.STOPPED, acting.at
    rehearsal.save(update_fields=["state", "finished_at"])
    data = {"rehearsal": rehearsal.pk, "done": rehearsal.done, "total": rehearsal.total}
    stream = draft_stream(rehearsal.draft)
    record(stream=stream, action="stop_rehearsal", acting=acting, body=rehearsal.body, data=data)
    return rehearsal


def rehearse(rehearsal_id: int, chunks: int = LEG, size: int = CHUNK) -> bool:
    """Judge the next chunks; whether any are left. A rehearsal that is over is left as it is."""
    rehearsal = _begun(rehearsal_id)
    if rehearsal.over:
        return False
    judge = _judge(rehearsal)
    units = units_to_rehearse(rehearsal.body, judge.draft.jurisdiction)
    for _chunk in range(chunks):
        rows = list(units.filter(pk__gt=rehearsal.cursor)[:size])
        if not rows:
            return False
        tally = judge.judge(unit_facts(rows, rehearsal.on))
        try:
            _save(rehearsal, rows[-1].pk, len(rows), tally)
        except _OvertakenError:
            return False
    return units.filter(pk__gt=rehearsal.cursor).exists()


def rehearsed_pack(rehearsal: Rehearsal) -> Pack:
    """The pack as it was drafted when the rehearsal was asked for. PackError."""
    pack = pack_of(read_document(rehearsal.text, "draft"), all_packs())
    if pack is None:
        raise LookupError(f"rehearsal {rehearsal.pk}: the pack it extends is gone")
    return pack


def _begun(rehearsal_id: int) -> Rehearsal:
    rehearsal = Rehearsal.objects.select_related("body").get(pk=rehearsal_id)
    if rehearsal.state == State.WAITING:
        total = units_to_rehearse(rehearsal.body, rehearsed_pack(rehearsal).jurisdiction).count()
        Rehearsal.objects.filter(pk=rehearsal_id, state=State.WAITING).update(state=State.RUNNING, total=total)
        rehearsal.refresh_from_db(fields=["state", "total"])
    return rehearsal


def _judge(rehearsal: Rehearsal) -> Judge:
    draft = rehearsed_pack(rehearsal)
    return Judge(
        rehearsal_id=rehearsal.pk,
        draft=draft,
        listing=pack_for(rehearsal.body, "listing.pack", rehearsal.on),
        tree=BodyTree(rehearsal.body),
        on=rehearsal.on,
    )


@transaction.atomic
def _save(rehearsal: Rehearsal, cursor: int, number: int, tally: Tally) -> None:
    """The chunk's changes and the cursor, together, only from where this worker began."""
    counts = tally.added_to(rehearsal.counts)
    done = rehearsal.done + number
    begun = Rehearsal.objects.filter(pk=rehearsal.pk, cursor=rehearsal.cursor, state=State.RUNNING)
    if not begun.update(cursor=cursor, done=done, counts=counts):
        raise _OvertakenError
    RehearsedChange.objects.bulk_create(tally.changes, batch_size=500)
    rehearsal.cursor, rehearsal.done, rehearsal.counts = cursor, done, counts


def _next_leg(rehearsal: Rehearsal, at: datetime) -> None:
    key = f"rehearsal:{rehearsal.pk}:{rehearsal.cursor}"
    enqueue(kind=JOB, payload={"rehearsal": rehearsal.pk}, key=key, at=at)


# --- the job ---------------------------------------------------------------------------------------------------------


@job_handler(JOB, lease=LEASE)
def rehearse_job(payload: dict[str, Any]) -> dict[str, Any]:
    """One leg of a rehearsal."""
    return {"more": rehearse(payload["rehearsal"])}


@rehearse_job.on_done
def leg_done(payload: dict[str, Any], result: dict[str, Any], at: datetime) -> None:
    """Hand on to the next leg, or finish."""
    rehearsal = Rehearsal.objects.get(pk=payload["rehearsal"])
    if rehearsal.over:
        return
    if result["more"]:
        _next_leg(rehearsal, at)
    else:
        Rehearsal.objects.filter(pk=rehearsal.pk, state=State.RUNNING).update(state=State.DONE, finished_at=at)


@rehearse_job.on_given_up
def rehearsal_given_up(payload: dict[str, Any], error: str, at: datetime) -> None:
    """The job died or was cancelled: say so on its page."""
    rows = Rehearsal.objects.filter(pk=payload["rehearsal"], state__in=[State.WAITING, State.RUNNING])
    rows.update(state=State.FAILED, finished_at=at)


@rehearse_job.on_retry
def rehearsal_retried(payload: dict[str, Any], at: datetime) -> None:
    """Somebody starts the dead job anew: the rehearsal goes on from its cursor, its total counted again."""
    rows = Rehearsal.objects.filter(pk=payload["rehearsal"], state=State.FAILED)
    rows.update(state=State.WAITING, finished_at=None)
