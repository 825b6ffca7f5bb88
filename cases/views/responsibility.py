"""The responsibility list of each body (分层分级责任清单; 38号 附件1): on the page, printed, and exported."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.models import Body, Enterprise
from cases.selectors.bodies import ancestors
from cases.selectors.responsibility import (
    TIERS,
    list_bodies,
    registered_in,
    roll_up,
    sum_of,
    totals_of,
    units_on_list,
)
from cases.selectors.scope import holds, may
from cases.services.export_responsibility import (
    BATCH,
    annex,
    export_responsibility,
    grounds_in_words,
    header,
    kinds_in_words,
    responsibility_lines,
)
from cases.views.paging import BoundedPaginator
from cases.views.registry import XLSX, acting_of, reader

Part = TypeVar("Part", str, bytes)

PAGE: Final = 50
SENT_AT_ONCE: Final = 200
ROWS_HERE: Final = "<!--rows-->"
"""Where the rows of the printed page go, which are sent as they are read."""


@require_GET
def responsibility_bodies(request: HttpRequest) -> HttpResponse:
    """Whose list: one's own body's at once, where there is only one."""
    if not holds(reader(request), "view_enterprise"):
        raise PermissionDenied
    bodies = list(list_bodies(reader(request)))
    if len(bodies) == 1:
        return redirect("responsibility_list", code=bodies[0].code)
    return render(request, "cases/responsibility/bodies.html", {"bodies": bodies, "title": annex().title})


@require_GET
def responsibility_list(request: HttpRequest, code: str) -> HttpResponse:
    """One body's own units by tier, the totals, and the counts of the bodies below."""
    body = _body(request, code)
    page = BoundedPaginator(units_on_list(body), PAGE).get_page(request.GET.get("page"))
    rows = roll_up(body)
    totals = sum_of(rows)
    registered, above = registered_in(body)
    context = {
        "body": body,
        "annex": annex(),
        "page": page,
        "rows": [_row(unit) for unit in page.object_list],
        "totals": totals_of(body),
        "below": rows if len(rows) > 1 else [],
        "sums": totals,
        "total": sum(totals),
        "registered": registered,
        "above": above,
        "agrees": sum(totals) + above == registered,
        "tiers": [tier or _("Untiered") for tier in TIERS],
        "may_export": may(reader(request), "export_enterprises", body),
        "crumbs": _crumbs(request, body),
    }
    return render(request, "cases/responsibility/list.html", context)


@require_GET
def responsibility_print(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """The list on paper; its rows are sent as they are read, so that a big body needs little memory."""
    body = _body(request, code)
    context = {
        "body": body,
        "annex": annex(),
        "header": header(),
        "totals": totals_of(body),
        "today": acting_of(request).today,
        "rows_here": ROWS_HERE,
    }
    page = render_to_string("cases/responsibility/print.html", context, request)
    before, _marker, after = page.partition(ROWS_HERE)
    return StreamingHttpResponse(_in_this_language(_printed(before, body, after)))


@require_GET
def responsibility_xlsx(request: HttpRequest, code: str) -> FileResponse:
    """The list as a workbook."""
    body = _exportable(request, code)
    file = export_responsibility(body=body, acting=acting_of(request))
    return FileResponse(file, as_attachment=True, filename=_file_name(request, body, "xlsx"), content_type=XLSX)


@require_GET
def responsibility_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """The list as CSV, sent as it is read."""
    body = _exportable(request, code)
    lines = responsibility_lines(body=body, acting=acting_of(request))
    parts = (b"".join([first, *islice(lines, SENT_AT_ONCE - 1)]) for first in lines)
    answer = StreamingHttpResponse(_in_this_language(parts), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition_header(True, _file_name(request, body, "csv")) or ""
    return answer


def _printed(before: str, body: Body, after: str) -> Iterator[str]:
    units = units_on_list(body).iterator(chunk_size=BATCH)
    number = 0
    yield before
    while chunk := list(islice(units, SENT_AT_ONCE)):
        rows = [_row(unit, number + place) for place, unit in enumerate(chunk, start=1)]
        number += len(chunk)
        yield render_to_string("cases/responsibility/print_rows.html", {"rows": rows})
    yield after


def _in_this_language(parts: Iterator[Part]) -> Iterator[Part]:
    """The parts, each made in the language of now, though they are made after the request has been answered."""
    return _in_language(parts, get_language() or "zh-hans")


def _in_language(parts: Iterator[Part], language: str) -> Iterator[Part]:
    while True:
        with override(language):
            part = next(parts, None)
        if part is None:
            return
        yield part


def _row(unit: Enterprise, number: int = 0) -> dict[str, Any]:
    return {
        "number": number,
        "unit": unit,
        "kinds": kinds_in_words(unit),
        "grounds": grounds_in_words(unit),
    }


def _body(request: HttpRequest, code: str) -> Body:
    """The body, where the person may see its whole list; another does not exist for them."""
    body = get_object_or_404(Body, code=code)
    if not may(reader(request), "view_enterprise", body):
        raise Http404
    return body


def _exportable(request: HttpRequest, code: str) -> Body:
    body = _body(request, code)
    if not may(reader(request), "export_enterprises", body):
        raise PermissionDenied
    return body


def _file_name(request: HttpRequest, body: Body, suffix: str) -> str:
    return f"{body.short_name}{annex().title}-{acting_of(request).today:%Y%m%d}.{suffix}"


def _crumbs(request: HttpRequest, body: Body) -> list[dict[str, str]]:
    """The bodies above, as far up as the person sees."""
    above = [each for each in ancestors(body) if may(reader(request), "view_enterprise", each)]
    return [
        {"label": _("Responsibility list"), "url": reverse("responsibility_bodies")},
        *({"label": each.short_name, "url": reverse("responsibility_list", args=[each.code])} for each in above),
        {"label": body.short_name, "url": ""},
    ]
