"""The English gloss copy of what was issued or published: made on request, a long one by the job `notices.gloss`.

It is no document: nothing is numbered, signed or recorded, and its bytes are never those of the original.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from django.core.files.base import File
from django.core.files.storage import default_storage

from cases.acting import legal_date
from cases.models.job import Job
from cases.rules.errors import RuleError
from cases.services.jobs import enqueue, job_handler
from notices.models import Document, ListEdition, Signature
from notices.packs.gloss_memory import memory_version
from notices.rules.gloss import Original
from notices.selectors.copies import copy_in_force

if TYPE_CHECKING:
    from notices.pdf.render import Rendered

JOB: Final = "notices.gloss"
LONG: Final = 100  # rows of tables; more take seconds


@dataclass(frozen=True, slots=True)
class Source:
    """What is glossed: "document:12" or "edition:3", its kind, its frozen facts and its file."""

    name: str
    kind: str
    facts: Mapping[str, Any]
    original: Original


def document_source(document: Document) -> Source:
    """An issued document whose file stands; RuleError `not_printed` before, for the gloss names the file's hash."""
    kept = copy_in_force(document)
    if document.issued is None or kept is None:
        raise RuleError("not_printed", "There is no PDF yet.")
    voided_on = legal_date(document.voided_at) if document.voided_at else None
    original = Original(kept.sha256, isinstance(kept, Signature), voided_on)
    return Source(f"document:{document.pk}", document.kind, document.issued.facts, original)


def edition_source(edition: ListEdition) -> Source:
    """A published list whose file stands; RuleError `not_printed` before."""
    kept = getattr(edition, "file", None)
    if kept is None:
        raise RuleError("not_printed", "There is no PDF yet.")
    return Source(f"edition:{edition.pk}", "unit_list", edition.facts, Original(kept.sha256))


def gloss_copy(source: Source, at: datetime) -> bytes | None:
    """The PDF; None while a long one is being set, which asking for it begins. RuleError `gloss_failed`."""
    if _rows(source.facts) <= LONG:
        return _rendered(source).pdf
    state = f"{source.original.sha256[:16]}:{source.original.voided_on or ''}:{memory_version()}"
    job = enqueue(kind=JOB, payload={"source": source.name}, key=f"gloss:{source.name}:{state}", at=at)
    if job.state in (Job.State.DEAD, Job.State.CANCELLED):
        raise RuleError("gloss_failed", "The English copy could not be made. Administrators see why under Incidents.")
    return _kept(job.result["path"], job.result["sha256"]) if job.result else None


def _rows(facts: Mapping[str, Any]) -> int:
    """How many rows its tables have: what the time of setting it depends on."""
    inner = (*facts.get("parts", ()), *facts.get("annexes", ()))
    return len(facts.get("rows", ())) + sum(len(each.get("rows", ())) for each in inner)


def _rendered(source: Source) -> "Rendered":
    from notices.pdf.gloss import render_gloss  # WeasyPrint takes a second to import: only those who print pay for it

    return render_gloss(source.kind, source.facts, source.original)


def _kept(path: str, sha256: str) -> bytes:
    """The bytes the job kept. RuleError `file_damaged` where they are gone or changed."""
    try:
        with default_storage.open(path) as stream:
            data: bytes = stream.read()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise RuleError("file_damaged", "The stored file is damaged.")
    return data


@job_handler(JOB, lease=timedelta(minutes=30), max_attempts=3)
def render_gloss_copy(payload: dict[str, Any]) -> dict[str, Any]:
    """Set a long gloss and put it away under its hash, apart from what was issued."""
    what, _colon, key = payload["source"].partition(":")
    source = (
        document_source(Document.objects.get(pk=int(key)))
        if what == "document"
        else edition_source(ListEdition.objects.get(pk=int(key)))
    )
    done = _rendered(source)
    path = f"gloss/{done.sha256[:2]}/{done.sha256}.pdf"
    if not default_storage.exists(path):
        path = default_storage.save(path, File(BytesIO(done.pdf)))
    return {"path": path, "sha256": done.sha256}
