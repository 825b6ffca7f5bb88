"""Draft a document: nothing is numbered, nothing leaves the house."""

from typing import Any

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.models import Case
from cases.rules.errors import RuleError
from cases.services.audit import record, record_on_case
from cases.services.lifecycle import lock_case
from notices.guards.documents import may_draft
from notices.models import BatchItem, Document, DocumentBatch
from notices.packs import kind_of
from notices.rules.fields import checked_fields
from notices.selectors.owners import owner_of
from notices.services.subjects import find_subject
from notices.signals import document_drafted


@transaction.atomic
def draft_document(
    *, kind: str, subject: str, fields: dict[str, Any] | None = None, case: Case | None = None, acting: Acting
) -> Document:
    """Draft a document about `subject`, e.g. "interview:3"; the system itself may draft (acting.user None).

    `case` is the case it must belong to, where the caller knows of one. `fields` is what the drafter adds to the facts
    of the record (notices/rules/fields.py). A subject has one standing document of a kind; where an earlier one was
    issued and voided, the new one supersedes it. RuleError: `wrong_subject`, `unknown_subject`, `already_drafted`;
    Blocked.
    """
    entry = kind_of(kind)
    owner = find_subject(entry, subject).owner
    if owner.case is not None:
        lock_case(owner.case.pk)
    found = find_subject(entry, subject)
    if case is not None and found.owner.case != case:
        raise RuleError("unknown_subject", "There is no %(subject)s here.", subject=subject)
    if acting.user is not None:
        require(may_draft(kind, found.owner, found.body, acting))
    earlier = Document.objects.filter(kind=kind, subject=subject).order_by("-pk")
    if standing := earlier.exclude(state=Document.State.VOIDED).first():
        raise RuleError("already_drafted", "This document exists already.", document=standing.pk)
    document = Document.objects.create(
        case=found.owner.case,
        enterprise=found.owner.enterprise,
        place=found.owner.place,
        kind=kind,
        subject=subject,
        body=found.body,
        addressee=found.addressee,
        fields=checked_fields(entry.fields, fields or {}),
        drafted_by=acting.user,
        drafted_at=acting.at,
        supersedes=earlier.filter(issue__isnull=False).first(),
    )
    data = {"document": document.pk, "kind": kind, "subject": subject}
    record_on_document(document, "document.drafted", acting, data)
    document_drafted.send(sender=Document, document=document, acting=acting)
    return document


@transaction.atomic
def edit_draft(*, document: Document, fields: dict[str, Any], acting: Acting) -> Document:
    """Replace what the drafter added; neither an issued document nor one on an approved sheet changes."""
    _require_unapproved(document)
    document = lock_document(document)
    require(may_draft(document.kind, owner_of(document), document.body, acting))
    if document.state != Document.State.DRAFT:
        raise RuleError("not_a_draft", "Only a draft can be changed.")
    document.fields = checked_fields(kind_of(document.kind).fields, fields)
    document.save(update_fields=["fields"])
    data = {"document": document.pk, "fields": document.fields}
    record_on_document(document, "document.edited", acting, data)
    return document


def _require_unapproved(document: Document) -> None:
    """What somebody approved on a sheet is what is issued.

    An open sheet is locked, so that none is approved meanwhile, but never waited for: some callers hold the case
    already, and the job that issues locks the sheet first. A sheet somebody is at counts as closed.
    """
    sheets = DocumentBatch.objects.filter(items__document=document, items__state=BatchItem.State.DRAFTED)
    free = sheets.select_for_update(of=("self",), skip_locked=True)
    still_open = [sheet.pk for sheet in free if sheet.approved_run != sheet.run]
    if sheets.exclude(pk__in=still_open).exists():
        raise RuleError("sheet_closed", "The sheet of this draft is approved or at work; the draft cannot be changed.")


def lock_document(document: Document) -> Document:
    """The document, its row locked until the transaction ends; its case, if any, is locked first, as everywhere."""
    case = None if document.case_id is None else lock_case(document.case_id)
    related = ("issue", "body", "file", "place", "enterprise")
    locked = Document.objects.select_for_update(of=("self",)).select_related(*related).get(pk=document.pk)
    locked.case = case
    return locked


def record_on_document(document: Document, action: str, acting: Acting, data: dict[str, Any]) -> None:
    """The audit event, in the stream of the case or, where there is none, in the document's own."""
    if document.case is not None:
        record_on_case(document.case, action, acting, data)
    else:
        record(stream=f"document:{document.pk}", action=action, acting=acting, body=document.place, data=data)
