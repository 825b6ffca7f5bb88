"""The paper of a supervision task list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.forms.refusals import refusal_text
from cases.rules.errors import StatedError
from cases.views.task_sheets import sheet_for
from notices.services.task_list_paper import print_task_list
from notices.views.edge import acting_of
from notices.views.files import pdf_response


@require_GET
@never_cache
def task_sheet_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The list in the layout of annex 2, for signing by hand or for the file."""
    sheet = sheet_for(request, pk)
    try:
        data = print_task_list(sheet, acting_of(request))
    except StatedError as error:
        messages.error(request, refusal_text(error))
        return redirect("task_sheet", pk=pk)
    return pdf_response(data, f"监管任务清单-{sheet.enterprise.name}-{sheet.period}.pdf", download=False)
