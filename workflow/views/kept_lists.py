"""Lists that become numbered documents: a body's responsibility list, a supervision task list that was filled in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.forms.refusals import refusal_text
from cases.models import Body
from cases.rules.errors import NotPermitted, StatedError
from cases.selectors.scope import may
from cases.selectors.task_sheets import visible_sheets
from cases.services.draw_duty_list import draw_duty_list
from cases.views.registry import acting_of, reader
from notices.models import Document
from notices.services.draft_document import draft_document
from notices.services.keep_task_list import keep_task_list


@require_POST
def responsibility_issue(request: HttpRequest, code: str) -> HttpResponse:
    """Draw up the body's list of today as a document; somebody else issues it."""
    body = get_object_or_404(Body, code=code)
    if not may(reader(request), "view_enterprise", body):
        raise Http404
    acting = acting_of(request)
    try:
        subject = f"duty_list:{draw_duty_list(body=body, acting=acting).pk}"
        standing = Document.objects.filter(kind="responsibility_list", subject=subject)
        found = standing.exclude(state=Document.State.VOIDED).first()
        document = found or draft_document(kind="responsibility_list", subject=subject, acting=acting)
    except NotPermitted as error:
        raise PermissionDenied(str(error)) from error
    messages.success(request, _("The list is drawn up. Look at its preview before it is issued."))
    return redirect("document_detail", document.pk)


@require_POST
def task_sheet_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a filled list under a number; what it says never changes afterwards."""
    sheet = get_object_or_404(visible_sheets(reader(request)), pk=pk)
    try:
        document = keep_task_list(sheet=sheet, acting=acting_of(request))
    except NotPermitted as error:
        raise PermissionDenied(str(error)) from error
    except StatedError as error:
        messages.error(request, refusal_text(error))
        return redirect("task_sheet", pk)
    return redirect("document_detail", document.pk)
