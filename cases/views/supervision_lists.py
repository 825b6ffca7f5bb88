"""The lists of key and special supervision: who stands on them, since when and why; and the way off them."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases.forms.lists import EntryFilterForm, RemovalForm
from cases.forms.refusals import refusal_text
from cases.guards.conditions import Blocked, failed
from cases.guards.lists import may_ask_removal
from cases.models import ListEntry, ListLevel, Register, UnitKind
from cases.rules.errors import StatedError
from cases.selectors.lists import (
    EntryFilter,
    entries_of,
    list_counts,
    listing_bodies,
    listing_years,
    narrowed_entries,
    visible_entries,
)
from cases.selectors.scope import holds, may
from cases.services.export_lists import export_lists
from cases.services.review_candidates import ask_removal
from cases.views.list_parts import chips, grounds, page_of, pages
from cases.views.registry import XLSX, acting_of, reader
from cases.views.unit_page import unit_context, visible_unit

PAGE: Final = 50


@require_GET
def supervision_lists(request: HttpRequest) -> HttpResponse:
    """The four lists of a body and year: producers and sellers, key and special."""
    user = reader(request)
    if not holds(user, "view_enterprise"):
        raise PermissionDenied
    form = EntryFilterForm(request.GET, bodies=listing_bodies(user), years=listing_years(user))
    wanted = form.wanted()
    rows = visible_entries(user)
    page = Paginator(narrowed_entries(rows, wanted), PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": pages(user, "supervision_lists"),
        "form": form,
        "page": page,
        "rows": [_row(entry, may(user, "review_candidate", entry.body)) for entry in page],
        "lists": _lists(request, rows, wanted),
        "chips": chips(request, _labels(wanted)),
        "query": request.GET.urlencode(),
        "may_export": holds(user, "export_enterprises"),
        "may_review": holds(user, "review_candidate"),
        "year": acting_of(request).today.year,
    }
    return render(request, "cases/lists/supervision.html", context)


def _row(entry: ListEntry, may_remove: bool) -> dict[str, Any]:
    return {
        "entry": entry,
        "grounds": grounds(entry.grounds),
        "case_url": page_of("case_detail", entry.case_id) if entry.case_id else "",
        "removal_url": reverse("list_entry_removal", args=[entry.pk]) if may_remove and not entry.left_on else "",
    }


def _lists(request: HttpRequest, rows: Any, wanted: EntryFilter) -> list[dict[str, Any]]:
    """The four lists with how many stand on each; a press narrows the page to one, another widens it again."""
    chosen = EntryFilter(body=wanted.body, year=wanted.year, text=wanted.text)
    counts = list_counts(narrowed_entries(rows, chosen))
    tiles = []
    for kind in UnitKind:
        for level in (ListLevel.SPECIAL, ListLevel.KEY):
            current = (wanted.kind, wanted.level) == (kind, level)
            query = request.GET.copy()
            query.pop("page", None)
            query["kind"], query["level"] = ("", "") if current else (kind.value, level.value)
            tiles.append(
                {
                    "kind": kind.label,
                    "level": level,
                    "label": level.label,
                    "number": counts.get((kind, level), 0),
                    "current": current,
                    "url": f"?{query.urlencode()}",
                }
            )
    return tiles


def _labels(wanted: EntryFilter) -> dict[str, tuple[str, str]]:
    return {
        "body": (_("Body"), wanted.body.name if wanted.body else ""),
        "year": (_("Year"), str(wanted.year or "")),
        "kind": (_("Kind"), str(UnitKind(wanted.kind).label) if wanted.kind else ""),
        "level": (_("Level"), str(ListLevel(wanted.level).label) if wanted.level else ""),
        "q": (_("Search"), wanted.text),
    }


@require_GET
def supervision_lists_export(request: HttpRequest) -> FileResponse:
    """The lists of the same address as a workbook."""
    acting = acting_of(request)
    if not holds(acting.person, "export_enterprises"):
        raise PermissionDenied
    user = acting.person
    wanted = EntryFilterForm(request.GET, bodies=listing_bodies(user), years=listing_years(user)).wanted()
    name = f"{_('Key and special supervision')}-{acting.today:%Y%m%d}.xlsx"
    file = export_lists(wanted=wanted, acting=acting)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@require_http_methods(["GET", "POST"])
def list_entry_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the removal of an entry, or for a lower level."""
    acting = acting_of(request)
    entry = get_object_or_404(visible_entries(acting.person), pk=pk)
    if not may(acting.person, "review_candidate", entry.body):
        raise PermissionDenied(_("Your post must allow you to review list candidates."))
    form = RemovalForm(request.POST or None, entry=entry)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                case = ask_removal(facts=form.facts(entry.pk), acting=acting)
            except StatedError as error:
                status = 403 if isinstance(error, Blocked) else 422
                form.take(error, refusal_text(error))
            else:
                messages.success(request, _("The removal is asked for in case %(number)s.") % {"number": case.number})
                return redirect("case_detail", case.pk)
    conditions = may_ask_removal(entry, acting)
    context = {
        "entry": entry,
        "form": form,
        "grounds": grounds(entry.grounds),
        "conditions": conditions,
        "blocked": bool(failed(conditions)),
        "crumbs": [
            {"label": _("Key and special supervision"), "url": reverse("supervision_lists")},
            {"label": entry.enterprise.name, "url": reverse("enterprise_lists", args=[entry.enterprise.uscc])},
            {"label": _("Ask for removal"), "url": ""},
        ],
    }
    return render(request, "cases/lists/removal.html", context, status=status)


@require_GET
def enterprise_lists(request: HttpRequest, uscc: str) -> HttpResponse:
    """Every list a unit is or was on: key and special supervision, the list of 2012, the local lists."""
    user, enterprise = reader(request), visible_unit(request, uscc)
    may_review = may(user, "review_candidate", enterprise.tier_body)
    candidates = enterprise.list_candidates.select_related("body", "case").order_by("-found_on", "-pk")
    context = unit_context(
        request,
        enterprise,
        "enterprise_lists",
        rows=[
            _row(entry, entry.register == Register.SUPERVISION and may(user, "review_candidate", entry.body))
            for entry in entries_of(user, enterprise)
        ],
        key_entries=enterprise.key_supervision.select_related("body", "case").order_by("-entered_on", "-pk"),
        candidates=candidates if may_review else (),
        may_review=may_review,
    )
    return render(request, "cases/lists/enterprise.html", context)
