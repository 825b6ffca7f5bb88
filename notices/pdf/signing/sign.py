"""Sign a printed PDF once, without touching a byte of what was printed (PAdES B-B, an incremental update)."""

import io
from typing import Final

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign import signers as hanko
from pyhanko.stamp import NoOpStampStyle

from notices.pdf.signing.seal_place import seal_place
from notices.pdf.signing.signers import DIGEST, Signer

FIELD: Final = "Seal"


class _SignatureOnly(IncrementalPdfFileWriter):
    """Adds the signature alone: pyHanko would date the metadata anew, in two places that PDF/A wants equal."""

    def _update_meta(self) -> None:
        pass


def sign_pdf(pdf: bytes, signer: Signer, *, reason: str, organ: str) -> bytes:
    """The PDF with a signature by the body over its whole content, after which nothing may be added.

    The field lies over the printed seal and is itself empty; where no seal is printed, it has no place on the page.
    `reason` and `organ` are shown by the reader's PDF viewer. SignerUnusable, ServiceFailed.
    """
    place = seal_place(pdf)
    spec = fields.SigFieldSpec(
        FIELD,
        on_page=place.page if place else -1,
        box=tuple(round(edge, 2) for edge in place.box) if place else None,  # type: ignore[arg-type]
        readable_field_name=f"{organ}电子签章",
    )
    metadata = hanko.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=DIGEST,
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=reason,
        name=organ,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    signed = io.BytesIO()
    with signer.opened() as made_by:
        writer = _SignatureOnly(io.BytesIO(pdf))
        fields.append_signature_field(writer, spec)  # with the empty appearance that PDF/A asks for
        work = hanko.PdfSigner(metadata, made_by, stamp_style=NoOpStampStyle())
        work.sign_pdf(writer, existing_fields_only=True, bytes_reserved=signer.reserved, output=signed)
    return signed.getvalue()
