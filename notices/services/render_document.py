"""Print an issued document from its frozen facts: the job `notices.render`."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cases.services.jobs import job_handler
from notices.models import Document, Issue, IssuedFile
from notices.services.issue_document import RENDER_JOB
from notices.services.sign_document import sign_when_configured
from notices.services.stored_pdf import keep_printed, store_pdf

if TYPE_CHECKING:
    from notices.pdf.render import Rendered


@job_handler(RENDER_JOB, lease=timedelta(minutes=5), max_attempts=5)
def render_document(payload: dict[str, Any]) -> dict[str, Any]:
    """Print and put the bytes where their hash says; run twice, the same bytes lie in the same place."""
    from notices.pdf.render import render  # WeasyPrint takes a second to import: only those who print pay for it

    issue = Issue.objects.get(document=payload["document"])
    return put_away(render(issue.kind, issue.facts, issue.template_version))


def put_away(rendered: "Rendered") -> dict[str, Any]:
    """Store the bytes under their hash, once; answers what the job's end ties to the document.

    They are read back first: a print that does not say what was written (PrintedWrong) is never kept.
    """
    from notices.pdf.check_print import check_print

    check_print(rendered.pdf, rendered.written)
    path = store_pdf(rendered.pdf, rendered.sha256)
    return {"path": path, "sha256": rendered.sha256, "size": len(rendered.pdf), "pages": rendered.pages}


@render_document.on_done
def keep_file(payload: dict[str, Any], result: dict[str, Any], at: datetime) -> None:
    """Tie the bytes to the document, once, and have them signed; a second printing must have given the same bytes."""
    document = Document.objects.select_for_update(of=("self",)).get(pk=payload["document"])
    kept = IssuedFile.objects.filter(document=document).first()
    if keep_printed(kept, IssuedFile(document=document, created_at=at), result):
        sign_when_configured(document, at)
