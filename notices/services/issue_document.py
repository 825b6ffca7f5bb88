"""Issue a document: check that it can be printed, take its number, freeze its facts, have it printed by a job."""

from typing import Any

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.rules.errors import NotPermitted
from cases.services.jobs import enqueue
from notices.guards.documents import may_issue
from notices.models import Addressee, Document, Issue
from notices.packs import KindOfDocument, kind_of
from notices.pdf.checks import printable_facts
from notices.selectors.bodies_told import bodies_told
from notices.services.consequences import when_issued
from notices.services.draft_document import lock_document, record_on_document
from notices.services.facts import facts_of
from notices.services.legal_review import require_reviewed_text
from notices.services.numbering import expected_number, new_verify_code, take_number, verify_url
from notices.services.subjects import find_subject
from notices.signals import document_issued

RENDER_JOB = "notices.render"


@transaction.atomic
def issue_document(*, document: Document, acting: Acting) -> Document:
    """Give the draft its number and freeze what it says; the bytes follow by the job `render:<pk>`.

    Whoever drafted a notice to the enterprise may not issue it. Text our fonts cannot print is refused (MissingGlyph)
    before a number is taken. The system itself issues only papers of the file (kinds that are not served).
    """
    document = lock_document(document)
    kind = kind_of(document.kind)
    _permit(document, kind, acting)
    if kind.legal_review:
        require_reviewed_text(document, acting)
    code = new_verify_code()
    year = acting.today.year
    expected = expected_number(kind, document, year)
    printable_facts(_facts(document, expected, code, acting))
    number = take_number(kind, document, year)
    Issue.objects.create(
        document=document,
        kind=document.kind,
        body=document.body,
        year=year,
        serial=number.serial,
        number=number.text,
        facts=printable_facts(_facts(document, number.text, code, acting)),
        template_version=kind.template_version,
        drafted_by=document.drafted_by,
        issued_by=acting.user,
        on_behalf_of=acting.on_behalf_of,
        four_eyes=kind.four_eyes,
        issued_at=acting.at,
        issued_on=acting.today,
        verify_code=code,
    )
    document.state = Document.State.ISSUED
    document.save(update_fields=["state"])
    _keep_addressees(document, kind)
    when_issued(document, acting)
    enqueue(kind=RENDER_JOB, payload={"document": document.pk}, key=f"render:{document.pk}", at=acting.at)
    data = {"document": document.pk, "kind": document.kind, "number": number.text, "subject": document.subject}
    record_on_document(document, "document.issued", acting, data)
    document_issued.send(sender=Document, document=document, acting=acting)
    return document


def _permit(document: Document, kind: KindOfDocument, acting: Acting) -> None:
    if acting.user is not None:
        require(may_issue(document, acting))
    elif kind.served:
        raise NotPermitted("needs_a_person", "A person must issue this document.")


def _keep_addressees(document: Document, kind: KindOfDocument) -> None:
    """Of a letter to several bodies each is served for itself."""
    if kind.to != "told_bodies":
        return
    bodies = bodies_told(find_subject(kind, document.subject).row)
    if len(bodies) > 1:
        Addressee.objects.bulk_create(Addressee(document=document, body=body) for body in bodies)


def _facts(document: Document, number: str, code: str, acting: Acting) -> dict[str, Any]:
    signatory = acting.user.name if acting.user else ""
    return facts_of(document, number=number, on=acting.today, verify_url=verify_url(code), signatory=signatory)
