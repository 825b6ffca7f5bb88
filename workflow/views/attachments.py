"""Attachments: handed out to who may see their case, and only with the bytes they were kept with."""

import io
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET
from PIL import Image, ImageOps, UnidentifiedImageError

from cases.models import Attachment, User
from cases.views.stored_file import file_response, stored_bytes
from workflow.selectors.case_page import attachments_for

THUMBNAIL: Final = (400, 300)


@require_GET
@cache_control(private=True, no_cache=True)
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself; `?inline` shows what a browser shows safely. Bytes that were changed are not handed out."""
    kept = _visible(request, pk)
    data = stored_bytes(kept.file, kept.sha256)
    if data is None:
        return render(request, "workflow/cases/no_file.html", {"attachment": kept}, status=500)
    return file_response(request, data, name=kept.name, content_type=kept.content_type)


@require_GET
@cache_control(private=True, max_age=3600)
def attachment_thumb(request: HttpRequest, pk: int) -> HttpResponse:
    """A small JPEG of a picture, upright and without the data a camera leaves in it."""
    kept = _visible(request, pk)
    data = stored_bytes(kept.file, kept.sha256)
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
