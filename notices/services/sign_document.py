"""Sign an issued document or a published list once it is printed: by a job, once for each.

Printing comes first and is repeatable: the same facts, the same bytes. A signature never is, for it holds the time and
what the key made of it. So it is a job of its own, and only the first signed file that is tied to it counts:
a worker that dies between signing and keeping leaves a file nobody points to.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from cases.models import Body
from cases.rules.errors import RuleError
from cases.services.jobs import enqueue, job_handler
from notices.models import Document, EditionFile, EditionSignature, IssuedFile, ListEdition, Signature
from notices.packs import kind_of
from notices.selectors.copies import SIGN_EDITION_KEY, SIGN_KEY
from notices.services.signer import signer_of, signs
from notices.services.stored_pdf import store_pdf, whole_pdf

SIGN_JOB: Final = "notices.sign"
SIGN_EDITION_JOB: Final = "notices.sign_edition"


def sign_when_configured(document: Document, at: datetime) -> None:
    """Have the printed document signed, in the transaction that keeps its bytes; without a signer it stays unsigned."""
    if signs():
        enqueue(kind=SIGN_JOB, payload={"document": document.pk}, key=SIGN_KEY % document.pk, at=at)


def sign_edition_when_configured(edition: ListEdition, at: datetime) -> None:
    """The same of a published list."""
    if signs():
        enqueue(kind=SIGN_EDITION_JOB, payload={"edition": edition.pk}, key=SIGN_EDITION_KEY % edition.pk, at=at)


@job_handler(SIGN_JOB, lease=timedelta(minutes=5), max_attempts=8)
def sign_document(payload: dict[str, Any]) -> dict[str, Any]:
    """Sign the printed bytes, check the signature, and put the signed bytes where their hash says.

    A document that bears a signature is not signed again. RuleError `file_damaged`, `signature_faulty`,
    `certificate_not_in_force`; SignerUnusable; ServiceFailed.
    """
    document = Document.objects.select_related("issue", "file", "body").get(pk=payload["document"])
    if Signature.objects.filter(document=document).exists():
        return {}
    return _signed(document.file, document.body, f"{kind_of(document.kind).zh} {document.number}")


@sign_document.on_done
def keep_signature(payload: dict[str, Any], result: dict[str, Any], at: datetime) -> None:
    """Tie the first signed file to the document; a second one is left aside, the first stays in force."""
    document = Document.objects.select_for_update(of=("self",)).get(pk=payload["document"])
    if result and not Signature.objects.filter(document=document).exists():
        Signature.objects.create(document=document, created_at=at, **_columns(result))


@job_handler(SIGN_EDITION_JOB, lease=timedelta(minutes=5), max_attempts=8)
def sign_edition(payload: dict[str, Any]) -> dict[str, Any]:
    """`sign_document` of a published list."""
    edition = ListEdition.objects.select_related("file", "body").get(pk=payload["edition"])
    if EditionSignature.objects.filter(edition=edition).exists():
        return {}
    return _signed(edition.file, edition.body, f"{edition.facts['title']} {edition.number}")


@sign_edition.on_done
def keep_edition_signature(payload: dict[str, Any], result: dict[str, Any], at: datetime) -> None:
    """`keep_signature` of a published list."""
    edition = ListEdition.objects.select_for_update(of=("self",)).get(pk=payload["edition"])
    if result and not EditionSignature.objects.filter(edition=edition).exists():
        EditionSignature.objects.create(edition=edition, created_at=at, **_columns(result))


def _signed(printed: IssuedFile | EditionFile, body: Body, reason: str) -> dict[str, Any]:
    """Where the signed bytes lie, and all a row of them keeps."""
    from notices.pdf.signing.check import check_signature  # pyHanko takes a second to import
    from notices.pdf.signing.sign import sign_pdf

    signed = sign_pdf(whole_pdf(printed.file, printed.sha256), signer_of(body), reason=reason, organ=body.name)
    report = check_signature(signed)
    if report is None or report.certificate is None or not (report.intact and report.whole):
        raise RuleError("signature_faulty", "What the signer made is no valid signature of the document.")
    certificate = report.certificate
    if not certificate.in_force(timezone.now()):
        raise RuleError("certificate_not_in_force", "The signer’s certificate is not in force today.")
    sha256 = hashlib.sha256(signed).hexdigest()
    return {
        "path": store_pdf(signed, sha256),
        "unsigned_sha256": printed.sha256,
        "sha256": sha256,
        "size": len(signed),
        "subject": certificate.subject[:300],
        "issuer": certificate.issuer[:300],
        "serial": certificate.serial,
        "certificate_sha256": certificate.sha256,
        "not_before": certificate.not_before.isoformat(),
        "not_after": certificate.not_after.isoformat(),
        "algorithm": report.algorithm,
        "signed_at": (report.signed_at or timezone.now()).isoformat(),
    }


def _columns(result: dict[str, Any]) -> dict[str, Any]:
    moments = {name: datetime.fromisoformat(result[name]) for name in ("not_before", "not_after", "signed_at")}
    return {("file" if name == "path" else name): value for name, value in result.items()} | moments
