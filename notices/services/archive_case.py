"""The archive of a case: what belongs to it, with the hashes that prove it unchanged (P1 node 23)."""

from typing import Any

from django.db import transaction

from cases.acting import Acting
from cases.models import Attachment, AuditEvent, Case
from cases.services.audit import record_on_case
from cases.services.lifecycle import lock_case
from notices.models import Document


class NotPrintedYet(Exception):  # noqa: N818 - a reason to try again later
    """An issued document of the case still waits for its printed bytes."""


def archive_manifest(*, case_id: int) -> dict[str, Any]:
    """Every document and attachment with its SHA-256; raises NotPrintedYet while a printing job is still running."""
    documents = []
    issued = Document.objects.filter(case_id=case_id, issue__isnull=False).select_related("issue", "file")
    for document in issued.order_by("pk"):
        file = getattr(document, "file", None)
        if file is None:
            raise NotPrintedYet(f"document {document.pk}")
        documents.append({"kind": document.kind, "number": document.number, "sha256": file.sha256, "pages": file.pages})
    attachments = list(
        Attachment.objects.filter(case_id=case_id).order_by("pk").values("purpose", "item", "sha256", "size")
    )
    return {"documents": documents, "attachments": attachments}


@transaction.atomic
def record_archive(*, case_id: int, manifest: dict[str, Any], acting: Acting) -> AuditEvent:
    """Seal the manifest into the case's audit chain."""
    case: Case = lock_case(case_id)
    return record_on_case(case, "archive", acting, manifest)
