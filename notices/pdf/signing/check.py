"""What a file's signature is worth, read from its bytes alone.

A stranger's file is never opened as a PDF here: the signed ranges and the signature stand in it in plain sight, and
reading no more than them leaves nothing for a hostile file to unpack, loop over or fetch.
"""

import asyncio
import hashlib
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from asn1crypto import cms, x509
from cryptography.exceptions import UnsupportedAlgorithm
from pyhanko.sign.general import CMSExtractionError, extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import async_validate_cms_signature
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from pyhanko_certvalidator import ValidationContext

_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_TIME: Final = re.compile(rb"/M\s*\(([^()]{1,120})\)")
_OCTAL: Final = re.compile(r"\\([0-7]{3})")  # how a PDF may write any character of a text
# It writes the name in every unknown certificate into the log, with a traceback, and strangers upload what they like.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)

LARGEST_SIGNATURE: Final = 256 * 1024  # bytes of CMS
MOST_RANGES: Final = 50
MOST_CERTIFICATES: Final = 5


@dataclass(frozen=True, slots=True)
class Certificate:
    """Whose key signed. `serial` and `sha256` are hexadecimal; the period is in UTC."""

    subject: str
    issuer: str
    serial: str
    sha256: str
    not_before: datetime
    not_after: datetime

    def in_force(self, at: datetime) -> bool:
        return self.not_before <= at <= self.not_after


@dataclass(frozen=True, slots=True)
class Report:
    """`intact`: the bytes it covers are those that were signed. `whole`: it covers the whole file, nothing was added.

    `trusted`: its certificate was issued by one of the given roots, whatever its period. `signed_at` is what the signer
    stated. Without `certificate` the signature could not even be read, and is not intact.
    """

    intact: bool
    whole: bool
    trusted: bool = False
    certificate: Certificate | None = None
    algorithm: str = ""
    signed_at: datetime | None = None


def is_pdf(data: bytes) -> bool:
    """Whether it begins as a PDF does."""
    return data.startswith(b"%PDF-")


def check_signature(pdf: bytes, roots: Sequence[x509.Certificate] = ()) -> Report | None:
    """The signature that covers most of the file; None where it bears none. Raises nothing, whatever the file is."""
    found = islice(_RANGE.finditer(pdf), MOST_RANGES)
    ranges = [tuple(int(number) for number in match.groups()) for match in found]
    if not ranges:
        return None
    start, before, resume, after = max(ranges, key=lambda each: each[2] + each[3])
    end = resume + after
    whole = start == 0 and end == len(pdf)
    signature = pdf[before:resume]
    if start != 0 or not before < resume <= end <= len(pdf) or len(signature) > 2 * LARGEST_SIGNATURE:
        return Report(intact=False, whole=False)
    try:
        content = cms.ContentInfo.load(bytes.fromhex(_between_angles(signature)))["content"]
        return _judged(content, pdf, before, resume, end, whole, roots)
    except (ValueError, TypeError, KeyError, RecursionError, UnsupportedAlgorithm):
        return Report(intact=False, whole=whole)
    except (CMSExtractionError, SignatureValidationError):
        return Report(intact=False, whole=whole)


def _between_angles(signature: bytes) -> str:
    if not (signature.startswith(b"<") and signature.endswith(b">")):
        raise ValueError("the signed ranges leave out something else than the signature")
    return signature[1:-1].decode("ascii")


def _judged(
    content: cms.SignedData,
    pdf: bytes,
    before: int,
    resume: int,
    end: int,
    whole: bool,
    roots: Sequence[x509.Certificate],
) -> Report:
    if len(content["certificates"]) > MOST_CERTIFICATES:
        raise ValueError("more certificates than any chain has: the ways to order them would be too many to try")
    signer = extract_signer_info(content)
    certificate = _read(extract_certificate_info(content).signer_cert)
    digest = hashlib.new(signer["digest_algorithm"]["algorithm"].native)
    digest.update(memoryview(pdf)[:before])
    digest.update(memoryview(pdf)[resume:end])
    # A certificate that has run out was issued by the same root all the same: it is judged at a time it was in force.
    context = ValidationContext(trust_roots=list(roots), allow_fetching=False, moment=certificate.not_after)
    status = asyncio.run(
        async_validate_cms_signature(
            content,
            status_cls=StandardCMSSignatureStatus,
            raw_digest=digest.digest(),
            validation_context=context,
        )
    )
    return Report(
        intact=bool(status.intact and status.valid),
        whole=whole,
        trusted=bool(status.trusted),
        certificate=certificate,
        algorithm=str(status.pkcs7_signature_mechanism),
        signed_at=_stated_time(pdf[:end]),
    )


def _read(certificate: x509.Certificate) -> Certificate:
    return Certificate(
        subject=_named(certificate.subject),
        issuer=_named(certificate.issuer),
        serial=f"{certificate.serial_number:x}",
        sha256=certificate.sha256.hex(),
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
    )


def _named(name: x509.Name) -> str:
    """Common name, unit and organisation, each once; the whole name where it has none of them."""
    parts = name.native
    told = [parts.get(each, "") for each in ("common_name", "organizational_unit_name", "organization_name")]
    texts = [text for part in told for text in (part if isinstance(part, list) else [part]) if text]
    return "，".join(dict.fromkeys(texts)) or str(name.human_friendly)


def _stated_time(pdf: bytes) -> datetime | None:
    """The last time of signing that the file states (PAdES keeps it in the PDF, not in the CMS signature)."""
    found = _TIME.findall(pdf)
    if not found:
        return None
    written = _OCTAL.sub(lambda octal: chr(int(octal[1], 8)), found[-1].decode("latin-1"))
    try:
        return datetime.strptime(written.replace("'", ""), "D:%Y%m%d%H%M%S%z")
    except ValueError:
        return None
