"""Photos that arrive piece by piece from a phone, and go on where they broke off."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p1 import may_inspect
from cases.guards.p3 import may_desk_check
from cases.models import Attachment, Case, PhotoUpload
from cases.packs.classifying import classifying_pack
from cases.packs.settings import default_of
from cases.rules.errors import RuleError
from cases.services.attach_file import Taken, attach_file
from cases.services.lifecycle import lock_case

REFUSAL: Final = "refusal"
"""In the place of an item: the picture shows how the check was refused."""
LARGEST_PIECE: Final = 1024 * 1024
MOST_OPEN: Final = 200
"""Photos of one person that may be on their way at a time."""
SETTING: Final = "upload.abandoned_days"


@dataclass(frozen=True, slots=True)
class AnnouncedPhoto:
    """What the phone says of a photo before it sends it: size in bytes, hash of the whole file."""

    id: uuid.UUID
    item: str
    name: str
    size: int
    sha256: str
    taken: Taken


class WrongOffset(RuleError):  # noqa: N818 - named for what is wrong
    """A piece that does not begin where the last one ended; ``offset`` is where the next must begin."""

    def __init__(self, offset: int) -> None:
        super().__init__("wrong_offset", "The next piece must begin at byte %(offset)d.", offset=offset)
        self.offset = offset


@transaction.atomic
def announce_photo(*, case_id: int, photo: AnnouncedPhoto, acting: Acting) -> PhotoUpload:
    """Make room for a photo, or find the one that is on its way under this name; only its owner may go on with it."""
    case = lock_case(case_id)
    _permit(case, acting)
    known = PhotoUpload.objects.filter(pk=photo.id).first()
    if known is not None:
        if (known.user_id, known.case_id) != (acting.person.pk, case.pk) or known.sha256 != photo.sha256:
            raise RuleError("upload_taken", "Another photo is on its way under this name.")
        return known
    _check(case, photo, acting)
    same = Attachment.objects.filter(
        case=case, purpose=_purpose(photo.item), item=photo.item, sha256=photo.sha256
    ).first()
    return PhotoUpload.objects.create(
        id=photo.id,
        case=case,
        user=acting.person,
        purpose=_purpose(photo.item),
        item=photo.item,
        name=photo.name[:200],
        size=photo.size,
        sha256=photo.sha256,
        taken_at=photo.taken.taken_at,
        latitude=photo.taken.latitude,
        longitude=photo.taken.longitude,
        accuracy=photo.taken.accuracy,
        received=photo.size if same else 0,
        touched_at=acting.at,
        attachment=same,
    )


def _permit(case: Case, acting: Acting) -> None:
    require((may_desk_check if case.status == "desk_checking" else may_inspect)(case, acting))


def _purpose(item: str) -> str:
    return Attachment.Purpose.REFUSAL if item == REFUSAL else Attachment.Purpose.EVIDENCE


def _check(case: Case, photo: AnnouncedPhoto, acting: Acting) -> None:
    limit = settings.UPLOAD_MAX_MB
    if not 0 < photo.size <= limit * 1024 * 1024:
        raise RuleError(
            "upload_size", "A photo has at least one byte and at most %(limit)d MB.", limit=limit, size=photo.size
        )
    numbers = {item.number for item in classifying_pack(case.pack).items}
    if photo.item != REFUSAL and photo.item not in numbers:
        raise RuleError("upload_item", "The form has no item %(item)s.", item=photo.item)
    on_their_way = PhotoUpload.objects.filter(user=acting.person, attachment__isnull=True).count()
    if on_their_way >= MOST_OPEN:
        raise RuleError("upload_most", "At most %(most)d photos may be on their way at a time.", most=MOST_OPEN)


def receive_piece(
    *, case_id: int, upload_id: uuid.UUID, start: int, data: bytes, acting: Acting
) -> tuple[PhotoUpload, RuleError | None]:
    """Write a piece where it belongs; the last one makes the photo an attachment.

    A piece that is here already is taken for sent. Answers the upload and, where the finished file is not what was
    announced or not of a kind accepted, why: it then begins anew at 0. ``WrongOffset`` where a piece would leave a gap
    or overlap; ``PhotoUpload.DoesNotExist`` for another person's.
    """
    with transaction.atomic():
        case = lock_case(case_id)
        _permit(case, acting)
        upload = PhotoUpload.objects.select_for_update().get(pk=upload_id, case=case, user=acting.person)
        end = start + len(data)
        if upload.attachment_id or (data and end <= upload.received):
            return upload, None
        if not data or len(data) > LARGEST_PIECE or end > upload.size:
            raise RuleError("upload_piece", "The piece is empty, too large, or longer than the photo.")
        here = _size_of(part_path(upload))
        if here < upload.received:  # the store lost what it had
            upload.received = here
        if start != upload.received:
            raise WrongOffset(upload.received)
        _write(part_path(upload), start, data)
        upload.received, upload.touched_at = end, acting.at
        problem = _finish(upload, case, acting) if end == upload.size else None
        upload.save(update_fields=["received", "touched_at", "attachment"])
    if problem or upload.attachment_id:
        part_path(upload).unlink(missing_ok=True)
    return upload, problem


def part_path(upload: PhotoUpload) -> Path:
    """Where the pieces of a photo lie until it is whole."""
    return Path(settings.MEDIA_ROOT) / "uploads" / f"{upload.pk}.part"


def _size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _write(path: Path, start: int, data: bytes) -> None:
    """At its place, whatever a piece that was never committed has left behind there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("r+b" if path.exists() else "w+b") as stream:
        stream.seek(start)
        stream.write(data)
        stream.truncate()


def _finish(upload: PhotoUpload, case: Case, acting: Acting) -> RuleError | None:
    with part_path(upload).open("rb") as stream:
        problem = None
        if hashlib.file_digest(stream, "sha256").hexdigest() != upload.sha256:
            problem = RuleError("upload_hash", "The photo did not arrive as it was taken: it is sent again.")
        else:
            stream.seek(0)
            file = UploadedFile(stream, upload.name, size=upload.size)
            taken = Taken(upload.taken_at, upload.latitude, upload.longitude, upload.accuracy)
            try:
                upload.attachment = attach_file(
                    case=case, upload=file, purpose=upload.purpose, item=upload.item, acting=acting, taken=taken
                )
            except RuleError as error:
                problem = error
    if problem:
        upload.received = 0
    return problem


def clean_uploads(*, now: datetime) -> int:
    """Remove what never arrived whole and rows of what did, after `upload.abandoned_days` [A]; how many rows."""
    lying = PhotoUpload.objects.filter(touched_at__lt=now - timedelta(days=default_of(SETTING)))
    removed = 0
    for upload in lying.iterator():
        removed += _removed(upload.pk, upload.touched_at)
    return removed


@transaction.atomic
def _removed(upload_id: uuid.UUID, touched_at: datetime) -> int:
    """1, or 0 where somebody went on with it meanwhile."""
    upload = PhotoUpload.objects.select_for_update().filter(pk=upload_id, touched_at=touched_at).first()
    if upload is None:
        return 0
    part = part_path(upload)
    upload.delete()
    transaction.on_commit(lambda: part.unlink(missing_ok=True), robust=True)
    return 1
