"""The seal of a body: see it, replace it, take it out of use."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.acting import Acting
from cases.guards.conditions import failed
from cases.models import Body
from cases.rules.errors import StatedError
from notices.forms.refusal import add_refusal
from notices.forms.seal import SealForm
from notices.selectors.documents import seal_in_use
from notices.services.upload_seal import LARGEST_BYTES, may_manage_seal, upload_seal, withdraw_seal
from notices.views.edge import acting_of


def _managed_body(request: HttpRequest, code: str) -> tuple[Body, Acting]:
    """The body if this person manages it; else there is no such page for them."""
    body = get_object_or_404(Body, code=code)
    acting = acting_of(request)
    if failed(may_manage_seal(body, acting)):
        raise Http404
    return body, acting


@require_http_methods(["GET", "POST"])
def body_seal(request: HttpRequest, code: str) -> HttpResponse:
    """What the body's documents are sealed with, and another image in its place."""
    body, acting = _managed_body(request, code)
    form = SealForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            upload_seal(body=body, image=form.cleaned_data["image"].read(LARGEST_BYTES + 1), acting=acting)
        except StatedError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The seal is in use from now on; documents already printed stay as they are."))
            return redirect("body_seal", body.code)
    context = {"body": body, "seal": seal_in_use(body), "form": form}
    return render(request, "notices/body_seal.html", context, status=422 if form.errors else 200)


@require_GET
@never_cache
def body_seal_image(request: HttpRequest, code: str) -> HttpResponse:
    """The image in use, for those who manage it: a seal is not handed out."""
    body, _acting = _managed_body(request, code)
    seal = seal_in_use(body)
    if seal is None or seal.is_demo:
        raise Http404
    return HttpResponse(bytes(seal.image), content_type="image/png")


@require_POST
def body_seal_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """From now on a dashed box is printed in the seal's place."""
    body, acting = _managed_body(request, code)
    withdraw_seal(body=body, acting=acting)
    messages.success(request, _("The seal is no longer in use; a dashed box is printed in its place."))
    return redirect("body_seal", body.code)
