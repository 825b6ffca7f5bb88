"""Draft a document: nothing is numbered, nothing leaves the house."""

from typing import Any

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.models import Case
from cases.rules.errors import RuleError
from cases.services.audit import record_on_case
from cases.services.lifecycle import lock_case
from notices.guards.documents import may_draft
from notices.models import Document
from notices.packs import kind_of
from notices.rules.fields import checked_fields
from notices.services.subjects import find_subject


@transaction.atomic
def draft_document(
    *, case: Case, kind: str, subject: str, fields: dict[str, Any] | None = None, acting: Acting
) -> Document:
    """Draft a document about `subject`, e.g. "interview:3"; the system itself may draft (acting.user None).

    `fields` is what the drafter adds to the facts of the record (notices/rules/fields.py). A subject has one standing
    document of a kind; where an earlier one was issued and voided, the new one supersedes it.
    """
    entry = kind_of(kind)
    case = lock_case(case.pk)
    found = find_subject(entry, subject, case)
    if acting.user is not None:
        require(may_draft(case, kind, found.body, acting))
    earlier = Document.objects.filter(kind=kind, subject=subject).order_by("-pk")
    if standing := earlier.exclude(state=Document.State.VOIDED).first():
        raise RuleError("already_drafted", "This document exists already.", document=standing.pk)
    document = Document.objects.create(
        case=case,
        kind=kind,
        subject=subject,
        body=found.body,
        addressee=found.addressee,
        fields=checked_fields(kind, fields or {}),
        drafted_by=acting.user,
        drafted_at=acting.at,
        supersedes=earlier.filter(issue__isnull=False).first(),
    )
    record_on_case(case, "document.drafted", acting, {"document": document.pk, "kind": kind, "subject": subject})
    return document


@transaction.atomic
def edit_draft(*, document: Document, fields: dict[str, Any], acting: Acting) -> Document:
    """Replace what the drafter added; an issued document never changes."""
    document = lock_document(document)
    require(may_draft(document.case, document.kind, document.body, acting))
    if document.state != Document.State.DRAFT:
        raise RuleError("not_a_draft", "Only a draft can be changed.")
    document.fields = checked_fields(document.kind, fields)
    document.save(update_fields=["fields"])
    record_on_case(document.case, "document.edited", acting, {"document": document.pk, "fields": document.fields})
    return document


def lock_document(document: Document) -> Document:
    """The document, its row locked until the transaction ends; its case is locked first, as everywhere."""
    case = lock_case(document.case_id)
    locked = (
        Document.objects.select_for_update(of=("self",)).select_related("issue", "body", "file").get(pk=document.pk)
    )
    locked.case = case
    return locked
