"""Batches of documents: started, changed on the sheet, approved at once, taken up again where letters failed."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import IntegrityError, transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.models import Body
from cases.rules.errors import RuleError, msgid
from cases.services.audit import record
from cases.services.opinions import need_reason
from notices.guards.batches import may_approve, may_change, may_start, may_take_up, to_take_up
from notices.models import BatchItem, Document, DocumentBatch
from notices.packs import kind_of
from notices.selectors.batches import fingerprint, progress_of
from notices.services.batch_items import check_item
from notices.services.batch_job import begin_run, end_batch, next_leg
from notices.services.draft_document import edit_draft
from notices.services.void_document import void_document

MOST: Final = 1_000
"""Letters of one sheet: what a person can still review."""
_IN_ANOTHER: Final = msgid("A draft among these stands on another open sheet.")
State = DocumentBatch.State


@transaction.atomic
def start_batch(
    *,
    kind: str,
    body: Body,
    title: str = "",
    subjects: Sequence[str] = (),
    drafts: Sequence[int] = (),
    acting: Acting,
) -> DocumentBatch:
    """Put letters on a sheet, in the order given; a job drafts and checks them.

    `subjects` are rows to write about, e.g. "deadline:3"; `drafts` are keys of drafts that stand already. What cannot
    be drafted is told on the sheet. Blocked; RuleError `no_letters`, `too_many_letters`, `in_another_batch`.
    """
    require(may_start(kind, body, acting))
    standing = Document.objects.filter(pk__in=drafts, kind=kind, state=Document.State.DRAFT).in_bulk()
    lines: dict[str, Document | None] = dict.fromkeys(subjects)
    lines |= {standing[key].subject: standing[key] for key in drafts if key in standing}
    if not lines:
        raise RuleError("no_letters", "Choose at least one letter.")
    if len(lines) > MOST:
        raise RuleError("too_many_letters", "A sheet has at most %(most)d letters; choose fewer.", most=MOST)
    batch = DocumentBatch.objects.create(
        kind=kind,
        body=body,
        title=title.strip() or kind_of(kind).zh,
        started_by=acting.person,
        started_at=acting.at,
        acted_by=acting.person,
        acted_at=acting.at,
    )
    items = [
        BatchItem(batch=batch, position=position, subject=subject, document=document)
        for position, (subject, document) in enumerate(lines.items(), 1)
    ]
    try:
        with transaction.atomic():
            BatchItem.objects.bulk_create(items, batch_size=500)
    except IntegrityError:
        raise RuleError("in_another_batch", _IN_ANOTHER) from None
    _record(batch, "batch.started", acting, {"kind": kind, "letters": len(items)})
    next_leg(batch, acting.at)
    return batch


@transaction.atomic
def approve_batch(*, batch_id: int, seen: str = "", acting: Acting) -> DocumentBatch:
    """Approve every drafted letter of the sheet; a job issues them in order, each asked again.

    `seen` is the fingerprint of the sheet that was reviewed, where it was shown to somebody. Blocked; RuleError
    `sheet_changed` where a letter was edited or taken out since.
    """
    batch = _locked(batch_id)
    require(may_approve(batch, acting))
    if seen and seen != fingerprint(batch):
        raise RuleError("sheet_changed", "The sheet was changed after you opened it. Look at it again, then approve.")
    _record(batch, "batch.approved", acting, {"letters": progress_of(batch).to_issue})
    begin_run(batch, State.ISSUING, acting)
    return batch


@transaction.atomic
def take_up_failed(*, batch_id: int, acting: Acting) -> DocumentBatch:
    """Draft and check the failed letters again; whatever passes waits for approval, the issued ones stay. Blocked."""
    batch = _locked(batch_id)
    require(may_take_up(batch, acting))
    number = to_take_up(batch).update(state=BatchItem.State.WAITING, refusal={})
    _record(batch, "batch.taken_up", acting, {"letters": number})
    begin_run(batch, State.DRAFTING, acting)
    return batch


@transaction.atomic
def edit_item(*, item_id: int, fields: dict[str, Any], acting: Acting) -> BatchItem:
    """Change what the drafter added to one letter, and check it again. Blocked; RuleError where it is no draft."""
    item = _locked_item(item_id, acting)
    if item.document is None:
        raise RuleError("no_draft_yet", "This letter could not be drafted, so there is nothing to edit.")
    item.document = edit_draft(document=item.document, fields=fields, acting=acting)
    check_item(item, item.batch.body, acting)
    try:
        with transaction.atomic():
            item.save(update_fields=["state", "refusal"])
    except IntegrityError:
        raise RuleError("in_another_batch", _IN_ANOTHER) from None
    return item


@transaction.atomic
def exclude_item(*, item_id: int, reason: str, acting: Acting) -> BatchItem:
    """Take one letter out of the sheet; its draft is dropped. Blocked; RuleError where the reason says too little."""
    item = _locked_item(item_id, acting)
    item.reason = need_reason(reason)
    item.state = BatchItem.State.EXCLUDED
    if item.document is not None and item.document.state == Document.State.DRAFT:
        void_document(document=item.document, reason=reason, acting=acting)
    item.save(update_fields=["state", "reason"])
    _record(item.batch, "batch.excluded", acting, {"subject": item.subject, "reason": item.reason})
    settled = [BatchItem.State.EXCLUDED, BatchItem.State.ISSUED]
    if not item.batch.items.exclude(state__in=settled).exists():
        end_batch(item.batch, acting)
    return item


@transaction.atomic
def dissolve_batch(*, batch_id: int, reason: str, acting: Acting) -> DocumentBatch:
    """Give the sheet up: what is not issued leaves it, and its drafts stay, free for another sheet.

    Blocked; RuleError where the reason says too little.
    """
    batch = _locked(batch_id)
    require(may_change(batch, acting))
    reason = need_reason(reason)
    left = batch.items.filter(state__in=[BatchItem.State.DRAFTED, BatchItem.State.FAILED])
    number = left.update(state=BatchItem.State.EXCLUDED, reason=reason)
    _record(batch, "batch.dissolved", acting, {"letters": number, "reason": reason})
    end_batch(batch, acting)
    return batch


def _locked(batch_id: int) -> DocumentBatch:
    batches = DocumentBatch.objects.select_for_update(of=("self",))
    return batches.select_related("body", "approved_by").get(pk=batch_id)


def _locked_item(item_id: int, acting: Acting) -> BatchItem:
    """The item of a sheet open for review, the sheet locked first, as the job does. Blocked."""
    batch = _locked(BatchItem.objects.values_list("batch", flat=True).get(pk=item_id))
    require(may_change(batch, acting))
    item = BatchItem.objects.select_related("document").get(pk=item_id)
    if item.state not in (BatchItem.State.DRAFTED, BatchItem.State.FAILED):
        raise RuleError("letter_settled", "This letter has been issued or taken out of the sheet.")
    item.batch = batch
    return item


def _record(batch: DocumentBatch, action: str, acting: Acting, data: dict[str, Any]) -> None:
    data = {"batch": batch.pk, **data}
    record(stream=f"batch:{batch.pk}", action=action, acting=acting, body=batch.body, data=data)
