"""What an inspection on site needs beside its page: the service worker, the offline page, drafts and photos as JSON."""

import base64
import hashlib
import json
import re
import uuid
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.forms.refusals import refusal_text
from cases.models import PhotoUpload, User
from cases.rules.errors import NotPermitted, RuleError, StatedError
from cases.services.attach_file import Taken
from cases.services.inspect_enterprise import Stale
from cases.services.photo_uploads import AnnouncedPhoto, WrongOffset, announce_photo, receive_piece
from cases.views.account_header import account_of
from workflow.forms.inspection import InspectionForm
from workflow.views.task import TaskPage

FILES: Final = (
    "css/tokens.css", "css/shell.css", "css/public.css", "css/demo.css", "css/components.css", "css/forms.css",
    "css/case.css", "css/task.css", "css/inspection.css", "js/app.js", "js/vault.js", "js/inspection.js",
    "js/inspection_photos.js", "js/inspection_sign.js", "js/inspection_parts.js", "js/offline.js", "img/icon.svg",
    "manifest.webmanifest",
)  # fmt: skip
"""All that the page of an inspection and the offline page are made of."""
_RANGE: Final = re.compile(r"bytes (\d{1,10})-\d{1,10}/\d{1,10}")


@login_not_required
@never_cache
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, so that its scope is the whole site; it changes whenever one of its files does."""
    files = [static(name) for name in FILES]
    house = {
        "files": files,
        "shelf": "onsite-" + hashlib.sha256("\n".join(files).encode()).hexdigest()[:12],
        "static": settings.STATIC_URL,
        "vault": static("js/vault.js"),
        "logout": reverse("logout"),
        "offline": reverse("offline"),
    }
    context = {"house": json.dumps(house)}
    return render(request, "workflow/onsite/service_worker.js", context, content_type="text/javascript; charset=utf-8")


@login_not_required
@require_GET
def offline_page(request: HttpRequest) -> HttpResponse:
    """What this device keeps of inspections. Nothing of it is known here: the page asks the browser's own shelf."""
    return render(request, "workflow/onsite/offline.html")


@method_decorator(never_cache, name="dispatch")
class OnsiteJson(TaskPage):
    """The open inspection as JSON, for the page that goes on without network."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except StatedError as error:
            return _refused(error)

    def _closed(self, request: HttpRequest, pk: int) -> HttpResponse:
        super()._closed(request, pk)  # what is none of the person's business is not found
        return _answer({"code": "closed"}, status=410)

    def _to_document(self) -> HttpResponse:
        return _answer({"code": "no_inspection"}, status=404)

    def inspection_form(self, **kwargs: Any) -> InspectionForm | None:
        form = self._form(initial=self._initial(), **kwargs)
        return form if isinstance(form, InspectionForm) else None


class OnsiteDraft(OnsiteJson):
    """GET: who is signed in, their key and the version saved last. POST: save the draft, as the page's button does."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self.inspection_form()
        if form is None:
            return self._to_document()
        person = self.acting.person
        return _answer({"account": account_of(person), "key": draft_key(person), "version": form["version"].value()})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self.inspection_form(data=request.POST)
        if form is None:
            return self._to_document()
        if form.is_valid():
            kept = self._keep_inspection(form)
            if kept is not None:
                return _answer({"version": kept.version})
        stale = getattr(self, "stale", None)
        if stale is not None:
            theirs = {name: "" if value is None else str(value) for name, value in stale.items()}
            return _answer({"code": "stale", "version": stale["version"], "theirs": theirs}, status=409)
        return _answer({"code": "invalid", "errors": form.errors}, status=getattr(self, "refused", 422))


class OnsitePhotos(OnsiteJson):
    """POST announces a photo and answers how much of it is here already; PUT sends the next piece."""

    http_method_names = ["post", "put"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        photo = _announced(request)
        return _upload(announce_photo(case_id=self.case.pk, photo=photo, acting=self.acting))

    def put(self, request: HttpRequest, pk: int, upload: uuid.UUID) -> HttpResponse:
        found = _RANGE.fullmatch(request.headers.get("Content-Range", ""))
        if found is None:
            raise RuleError("upload_piece", "The piece is empty, too large, or longer than the photo.")
        try:
            kept, problem = receive_piece(
                case_id=self.case.pk, upload_id=upload, start=int(found[1]), data=request.body, acting=self.acting
            )
        except PhotoUpload.DoesNotExist:
            return _answer({"code": "not_found"}, status=404)
        return _refused(problem) if problem else _upload(kept)


def draft_key(user: User) -> str:
    """The key of a person's drafts on any device, base64: the server alone can tell it again after a sign-in."""
    return base64.b64encode(salted_hmac("workflow.onsite.draft", str(user.pk), algorithm="sha256").digest()).decode()


def _announced(request: HttpRequest) -> AnnouncedPhoto:
    """`RuleError` for anything that is not what our page sends."""
    data = request.POST
    try:
        taken_at = datetime.fromisoformat(data.get("taken_at", "").replace("Z", "+00:00"))
        latitude, longitude = _place(data.get("latitude", ""), data.get("longitude", ""))
        sha256 = data.get("sha256", "")
        if not re.fullmatch("[0-9a-f]{64}", sha256) or taken_at.tzinfo is None:
            raise ValueError("no hash or no time")
        accuracy = min(int(data["accuracy"]), 2**31 - 1) if data.get("accuracy") else None
        return AnnouncedPhoto(
            id=uuid.UUID(data.get("id", "")),
            item=data.get("item", ""),
            name=data.get("name", "") or "photo.jpg",
            size=int(data.get("size", "")),
            sha256=sha256,
            taken=Taken(taken_at, latitude, longitude, accuracy if latitude is not None else None),
        )
    except (ValueError, OverflowError, InvalidOperation):
        raise RuleError("upload_facts", "What is said of the photo cannot be read.") from None


def _place(latitude: str, longitude: str) -> tuple[Decimal, Decimal] | tuple[None, None]:
    if not latitude or not longitude:
        return None, None
    north, east = Decimal(latitude), Decimal(longitude)
    if not (abs(north) <= 90 and abs(east) <= 180):
        raise ValueError("no place on earth")
    return north.quantize(Decimal("0.000001")), east.quantize(Decimal("0.000001"))


def _upload(upload: PhotoUpload) -> HttpResponse:
    return _answer({"offset": upload.received, "attachment": upload.attachment_id})


def _refused(error: StatedError) -> HttpResponse:
    status = 403 if isinstance(error, NotPermitted) else 409 if isinstance(error, WrongOffset | Stale) else 422
    offset = {"offset": error.offset} if isinstance(error, WrongOffset) else {}
    return _answer({"code": error.code, "message": refusal_text(error), **offset}, status=status)


def _answer(data: dict[str, Any], status: int = 200) -> HttpResponse:
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
