"""Drop a draft, or declare an issued document void."""

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.services.opinions import need_reason
from notices.guards.documents import may_void
from notices.models import Document
from notices.services.consequences import when_voided
from notices.services.draft_document import lock_document, record_on_document
from notices.signals import document_voided


@transaction.atomic
def void_document(*, document: Document, reason: str, acting: Acting) -> Document:
    """Void it with a reason. Its number stays used and can still be verified: the answer is then "void".

    The system itself drops only drafts.
    """
    document = lock_document(document)
    if acting.user is not None or document.state != Document.State.DRAFT:
        require(may_void(document, acting))
    reason = need_reason(reason)
    was_issued = document.state == Document.State.ISSUED
    document.state = Document.State.VOIDED
    document.void_reason = reason
    document.voided_by = acting.user
    document.voided_at = acting.at
    document.save(update_fields=["state", "void_reason", "voided_by", "voided_at"])
    if was_issued:
        when_voided(document, acting)
    data = {"document": document.pk, "kind": document.kind, "number": document.number, "reason": reason}
    record_on_document(document, "document.voided", acting, data)
    document_voided.send(sender=Document, document=document, acting=acting)
    return document
