"""The board of unserved letters: what was issued, must be served and has not been; the late ones first."""

from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from cases.models import Body, User
from cases.rules.working_days import WorkCalendar
from cases.selectors.calendar import work_calendar
from cases.views.board_parts import Tile, register_tile
from cases.views.paging import BoundedPaginator
from notices.forms.unserved import UnservedForm
from notices.models import Document
from notices.packs import kind_of
from notices.selectors.documents import dispatched_kinds, issuers_for
from notices.selectors.unserved import (
    UnservedCounts,
    count_unserved,
    handlers_of,
    narrow_unserved,
    unserved_and_late,
    unserved_for,
)
from notices.views.edge import acting_of

PAGE: Final = 25
LOOKS: Final[dict[str, tuple[str | Promise, str, str, str | Promise]]] = {
    "": (gettext_lazy("Not served"), "send", "", gettext_lazy("issued, and still to be served")),
    "late": (gettext_lazy("Overdue"), "alert-triangle", "tile-overdue", gettext_lazy("past the deadline of service")),
    "untried": (gettext_lazy("Not tried yet"), "clock", "", gettext_lazy("no attempt recorded")),
    "failed": (gettext_lazy("Public notice possible"), "speakerphone", "tile-today", gettext_lazy("tried in vain")),
    "published": (gettext_lazy("On public notice"), "calendar-due", "", gettext_lazy("takes effect on a day to come")),
}
"""Title, icon, colour where there is anything, and note of each tile."""


@require_GET
def unserved_list(request: HttpRequest) -> HttpResponse:
    """The board of everything this person may see, narrowed by the address."""
    acting = acting_of(request)
    today, everything = acting.today, unserved_for(acting.person)
    form = UnservedForm(
        request.GET,
        bodies=issuers_for(acting.person),
        handlers=handlers_of(everything),
        names={kind: kind_of(kind).name for kind in dispatched_kinds()},
    )
    wanted = form.wanted()
    found = narrow_unserved(everything, wanted, today)
    page = BoundedPaginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "tiles": _tiles(count_unserved(everything, today), form, wanted.show),
        "rows": _rows(list(page.object_list), work_calendar(), today),
        "filtered": any(getattr(wanted, name) for name in wanted.__slots__),
        "crumbs": [
            {"label": _("Documents"), "url": reverse("document_list")},
            {"label": _("Unserved letters"), "url": ""},
        ],
    }
    return render(request, "notices/unserved.html", context)


@register_tile
def unserved_tile(user: User, today: date) -> Tile:
    """From the oversight board: how many letters wait for their service, and how many of them too long."""
    number, late = unserved_and_late(user, today)
    note = ngettext("%(number)s past its deadline", "%(number)s past their deadline", late)
    return Tile(
        name=_("Unserved letters"),
        icon="send",
        value=f"{number:,}",
        note=note % {"number": late},
        css="tile-overdue" if late else "",
        url=reverse("unserved_list"),
        current=False,
    )


def _tiles(counts: UnservedCounts, form: UnservedForm, shown: str) -> list[Tile]:
    return [
        Tile(
            name=str(name),
            icon=icon,
            value=f"{getattr(counts, view or 'all'):,}",
            note=str(note),
            css=css if getattr(counts, view or "all") else "",
            url=form.address(show=view),
            current=view == shown,
        )
        for view, (name, icon, css, note) in LOOKS.items()
    ]


def _rows(documents: list[Document], calendar: WorkCalendar, today: date) -> list[dict[str, Any]]:
    """What a row shows beside the document; two queries for the names."""
    handlers = User.objects.in_bulk({document.handler for document in documents})  # type: ignore[attr-defined]
    awaited = Body.objects.in_bulk({document.awaited for document in documents} - {None})  # type: ignore[attr-defined]
    return [_row(document, handlers, awaited, calendar, today) for document in documents]


def _row(
    document: Any, handlers: dict[int, User], awaited: dict[int, Body], calendar: WorkCalendar, today: date
) -> dict[str, Any]:
    days = (today - document.issue.issued_on).days
    body = awaited.get(document.awaited)
    return {
        "document": document,
        "addressee": body.name if body else document.addressee,
        "kind": kind_of(document.kind).name,
        "days": days,
        "age": ngettext("%(number)s day since issue", "%(number)s days since issue", days) % {"number": days},
        "left": calendar.days_left(today, document.due_on) if document.due_on else None,
        "late": document.due_on is not None and document.due_on < today,
        "handler": handlers.get(document.handler),
        "url": reverse("document_serve", args=[document.pk]) + (f"?body={body.code}" if body else ""),
    }
