"""Take a file into a case: its size, its real type and its hash are checked before it is kept."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cases.acting import Acting
from cases.models import Attachment, Body, Case
from cases.rules.errors import RuleError

# what the bytes must begin with (at the offset) -> type; the name and the browser's word are not believed
_SIGNATURES: Final[tuple[tuple[int, bytes, str, tuple[str, ...]], ...]] = (
    (0, b"\xff\xd8\xff", "image/jpeg", ("jpg", "jpeg")),
    (0, b"\x89PNG\r\n\x1a\n", "image/png", ("png",)),
    (8, b"WEBP", "image/webp", ("webp",)),
    (4, b"ftypheic", "image/heic", ("heic", "heif")),
    (4, b"ftypmif1", "image/heic", ("heic", "heif")),
    (4, b"ftyp", "video/mp4", ("mp4", "m4v", "mov")),
    (0, b"%PDF-", "application/pdf", ("pdf",)),
)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What a file really is."""

    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Taken:
    """When and where a picture was taken, as its device says; the accuracy of the place in metres."""

    taken_at: datetime | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    accuracy: int | None = None


def check_file(upload: UploadedFile) -> CheckedFile:
    """Type by content, size and hash; ``RuleError`` names what is wrong and what is accepted."""
    limit = settings.UPLOAD_MAX_MB
    size = upload.size or 0
    name = upload.name or ""
    if size > limit * 1024 * 1024:
        raise RuleError(
            "file_too_large",
            "“%(name)s” has %(size)d MB; at most %(limit)d MB are accepted. Reduce it or split it.",
            name=name,
            size=size // (1024 * 1024),
            limit=limit,
        )
    if size == 0:
        raise RuleError("file_empty", "“%(name)s” is empty.", name=name)
    head = upload.read(32)
    upload.seek(0)
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    for offset, signature, content_type, suffixes in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature and suffix in suffixes:
            digest = hashlib.sha256()
            for chunk in upload.chunks():
                digest.update(chunk)
            upload.seek(0)
            return CheckedFile(content_type, size, digest.hexdigest())
    raise RuleError(
        "file_type",
        "“%(name)s” is not what its name says, or of a kind not accepted. Accepted: JPEG, PNG, WebP, HEIC, MP4, PDF.",
        name=name,
    )


@transaction.atomic
def attach_file(
    *,
    case: Case | None,
    upload: UploadedFile,
    purpose: str,
    acting: Acting,
    item: str = "",
    place: Body | None = None,
    taken: Taken | None = None,
) -> Attachment:
    """Keep one checked file of a case or, without one, of a `place`; the same bytes for the same item are kept once."""
    checked = check_file(upload)
    place = place if case is None else None
    kept = Attachment.objects.filter(case=case, place=place, purpose=purpose, item=item, sha256=checked.sha256)
    known = kept.first()
    if known:
        return known
    return Attachment.objects.create(
        case=case,
        place=place,
        purpose=purpose,
        item=item,
        file=upload,
        name=(upload.name or "file")[:200],
        content_type=checked.content_type,
        size=checked.size,
        sha256=checked.sha256,
        uploaded_at=acting.at,
        uploaded_by=acting.user,
        **asdict(taken or Taken()),
    )
