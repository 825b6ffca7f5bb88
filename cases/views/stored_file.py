"""Handing out a stored file: only with the bytes it was kept with, and so that a browser runs nothing of it."""

import hashlib
import io
import logging
from typing import Final

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpRequest

logger = logging.getLogger(__name__)

INLINE: Final = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf", "video/mp4"})


def stored_bytes(stored: FieldFile, sha256: str) -> bytes | None:
    """The stored bytes, or None where they are gone or no longer have their hash."""
    try:
        with stored.open("rb") as stream:
            data: bytes = stream.read()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() == sha256:
        return data
    logger.error("%s: the stored file does not have the hash it was kept with", stored.name)
    return None


def file_response(request: HttpRequest, data: bytes, *, name: str, content_type: str) -> FileResponse:
    """The file as a download; `?inline` shows what a browser shows safely."""
    show = "inline" in request.GET and content_type in INLINE
    response = FileResponse(io.BytesIO(data), as_attachment=not show, filename=name)
    response["Content-Type"] = content_type
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"
    return response
