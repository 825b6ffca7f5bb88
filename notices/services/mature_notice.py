"""A public notice takes effect thirty days after its publication: the job `notices.public_notice_matures`."""

from datetime import datetime
from typing import Any

from cases.acting import Acting
from cases.services.jobs import job_handler
from notices.models import Document, ServiceRecord
from notices.selectors.service import waiting_addressees
from notices.services.draft_document import lock_document
from notices.services.record_service import MATURITY_JOB, mark_served


@job_handler(MATURITY_JOB)
def mature_notice(payload: dict[str, Any]) -> dict[str, Any]:
    """Nothing to do outside the transaction; the effect is below."""
    return {}


@mature_notice.on_done
def serve_by_notice(payload: dict[str, Any], result: dict[str, Any], at: datetime) -> None:
    """Mark the document served, unless it was served in person meanwhile or has been voided."""
    record = ServiceRecord.objects.select_related("document", "body").get(pk=payload["service"])
    document = lock_document(record.document)
    waits = document.served_on is None
    if record.body is not None:
        waits = waiting_addressees(document).filter(body=record.body).exists()
    if document.state == Document.State.ISSUED and waits and record.served_on is not None:
        mark_served(document=document, served_on=record.served_on, body=record.body, acting=Acting(user=None, at=at))
