"""Attachments: handed out to who may see their case, and only with the bytes they were kept with."""

import hashlib
import io
import logging
from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET
from PIL import Image, ImageOps, UnidentifiedImageError

from cases.models import Attachment, User
from workflow.selectors.case_page import attachments_for

logger = logging.getLogger(__name__)

THUMBNAIL: Final = (400, 300)
INLINE: Final = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf", "video/mp4"})


@require_GET
@cache_control(private=True, no_cache=True)
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself; `?inline` shows what a browser shows safely. Bytes that were changed are not handed out."""
    kept = _visible(request, pk)
    data = _bytes(kept)
    if data is None:
        return render(request, "workflow/cases/no_file.html", {"attachment": kept}, status=500)
    show = "inline" in request.GET and kept.content_type in INLINE
    response = FileResponse(io.BytesIO(data), as_attachment=not show, filename=kept.name)
    response["Content-Type"] = kept.content_type
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"
    return response


@require_GET
@cache_control(private=True, max_age=3600)
def attachment_thumb(request: HttpRequest, pk: int) -> HttpResponse:
    """A small JPEG of a picture, upright and without the data a camera leaves in it."""
    kept = _visible(request, pk)
    data = _bytes(kept)
    if data is None or not kept.content_type.startswith("image/"):
        raise Http404
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.draft("RGB", THUMBNAIL)
            small = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError):
        raise Http404 from None
    small.thumbnail(THUMBNAIL)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=78)
    response = HttpResponse(buffer.getvalue(), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _visible(request: HttpRequest, pk: int) -> Attachment:
    found = attachments_for(request.user).filter(pk=pk).first() if isinstance(request.user, User) else None
    if found is None:
        raise Http404
    return found


def _bytes(kept: Attachment) -> bytes | None:
    """The stored bytes, or None where they are gone or no longer have their hash."""
    try:
        with kept.file.open("rb") as stream:
            data: bytes = stream.read()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() == kept.sha256:
        return data
    logger.error("attachment %s: the stored file does not have the hash it was kept with", kept.pk)
    return None
