"""The archive of a case: what belongs to it, with the hashes that prove it unchanged (P1 node 23)."""

from typing import Any

from django.db import transaction

from cases.acting import Acting
from cases.models import Attachment, AuditEvent, Case
from cases.services.audit import record_on_case
from cases.services.lifecycle import lock_case
from notices.models import Document
from notices.selectors.copies import awaiting_signature


class NotPrintedYet(Exception):  # noqa: N818 - a reason to try again later
    """An issued document of the case still waits for its printed or its signed bytes."""


def archive_manifest(*, case_id: int) -> dict[str, Any]:
    """Every document and attachment with its SHA-256; raises NotPrintedYet while one is still printed or signed.

    `sha256` is that of the copy in force; of a signed document the printed bytes' own stands beside it.
    """
    issued = Document.objects.filter(case_id=case_id, issue__isnull=False)
    rows = list(issued.select_related("issue", "file", "signature").order_by("pk"))
    waiting = awaiting_signature(document.pk for document in rows)
    documents = [_document(document, waiting) for document in rows]
    attachments = list(
        Attachment.objects.filter(case_id=case_id).order_by("pk").values("purpose", "item", "sha256", "size")
    )
    return {"documents": documents, "attachments": attachments}


def _document(document: Document, waiting: set[int]) -> dict[str, Any]:
    file, signature = getattr(document, "file", None), getattr(document, "signature", None)
    if file is None or document.pk in waiting:
        raise NotPrintedYet(f"document {document.pk}")
    entry = {"kind": document.kind, "number": document.number, "sha256": file.sha256, "pages": file.pages}
    return entry | {"sha256": signature.sha256, "unsigned_sha256": file.sha256} if signature else entry


@transaction.atomic
def record_archive(*, case_id: int, manifest: dict[str, Any], acting: Acting) -> AuditEvent:
    """Seal the manifest into the case's audit chain."""
    case: Case = lock_case(case_id)
    return record_on_case(case, "archive", acting, manifest)
