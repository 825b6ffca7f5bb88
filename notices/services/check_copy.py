"""Is a file that somebody holds the one that was issued, and what is its signature worth? Nothing of it is kept."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from notices.models import EditionSignature, Signature
from notices.selectors.verification import Verified
from notices.services.signer import trusted_roots

if TYPE_CHECKING:
    from notices.pdf.signing.check import Report

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checked:
    """`same`: which of the issued files it is, byte by byte; "" for neither. `report`: None without a signature.

    `known`: its certificate has signed documents here, or comes from a root that is trusted here. `in_force`: of that
    certificate, now.
    """

    same: Literal["", "printed", "signed"]
    is_pdf: bool
    report: "Report | None" = None
    known: bool = False
    in_force: bool = False


def check_copy(data: bytes, against: Verified, *, at: datetime) -> Checked:
    """Whatever the file is, there is an answer."""
    from notices.pdf.signing.check import check_signature, is_pdf  # pyHanko takes a second to import

    digest = hashlib.sha256(data).hexdigest()
    if not is_pdf(data):
        return Checked("", is_pdf=False)
    report = check_signature(data, _roots())
    certificate = report.certificate if report else None
    ours = certificate is not None and any(
        rows.filter(certificate_sha256=certificate.sha256).exists()
        for rows in (Signature.objects, EditionSignature.objects)
    )
    return Checked(
        same="signed" if digest == against.signed_sha256 else "printed" if digest == against.printed_sha256 else "",
        is_pdf=True,
        report=report,
        known=ours or bool(report and report.trusted),
        in_force=certificate is not None and certificate.in_force(at),
    )


def _roots() -> list[object]:
    """The trusted roots; a file of them that cannot be read trusts nobody, and is told to administrators."""
    from notices.pdf.signing.signers import SignerUnusable, certificates_of

    found: list[object] = []
    for path in trusted_roots():
        try:
            found += certificates_of(path)
        except SignerUnusable as error:
            logger.error("nobody is trusted to have signed: %s", error)
    return found
