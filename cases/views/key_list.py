"""The list of key-supervised enterprises (Trial Measures 2012, art. 18(四))."""

from typing import Final

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.selectors.enterprises import key_supervised
from cases.selectors.scope import holds
from cases.services.export_enterprises import export_key_list
from cases.views.list_parts import pages
from cases.views.registry import XLSX, acting_of, reader

PAGE: Final = 50


@require_GET
def key_list(request: HttpRequest) -> HttpResponse:
    """Who is on the list, by which case, why and since when."""
    user = reader(request)
    if not holds(user, "view_enterprise"):
        raise PermissionDenied
    page = Paginator(key_supervised(user), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "tabs": pages(user, "key_list"), "may_export": holds(user, "export_enterprises")}
    return render(request, "cases/enterprises/key_list.html", context)


@require_GET
def key_list_export(request: HttpRequest) -> FileResponse:
    """The list as a workbook."""
    acting = acting_of(request)
    if not holds(acting.person, "export_enterprises"):
        raise PermissionDenied
    name = f"{_('Key-supervised enterprises')}-{acting.today:%Y%m%d}.xlsx"
    return FileResponse(export_key_list(acting=acting), as_attachment=True, filename=name, content_type=XLSX)
