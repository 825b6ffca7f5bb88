"""Lists of responsibility locks: a body's, an officer's with the bulk hand-over, one's own; and units to be locked."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from cases.acting import Acting
from cases.forms.locks import STATES, HandOverForm, LockFilterForm
from cases.forms.refusals import refusal_text
from cases.models import Enterprise, User
from cases.rules.errors import StatedError
from cases.rules.onsite_checks import half_year_of
from cases.selectors.calendar import work_calendar
from cases.selectors.enterprises import areas_to_choose, found
from cases.selectors.locks import (
    LockFilter,
    count_locks,
    likely_units,
    listed_locks,
    lockable_units,
    managed_locks,
    narrowed_locks,
    officers_of,
    open_locks,
    visible_locks,
)
from cases.selectors.scope import holds
from cases.services.export_locks import export_locks
from cases.services.hand_over_lock import Verdict, hand_over_locks
from cases.views.lock_rows import lock_rows
from cases.views.paging import BoundedPaginator, address
from cases.views.registry import XLSX, acting_of, reader

PAGE: Final = 50
MOST_OF_ONE: Final = 200
"""Units of one officer on a page; the hand-over of all of them reaches the others, too."""
SUGGESTED: Final = 20
TILE_ICONS: Final = {"": "lock", "overdue": "alert-triangle", "soon": "calendar-due", "change": "users"}


@require_GET
def lock_list(request: HttpRequest) -> HttpResponse:
    """The locked units in the person's territory, narrowed by the address."""
    acting = _viewer(request)
    form, wanted = _filter(request)
    everything = visible_locks(acting.person)
    rows = listed_locks(narrowed_locks(everything, wanted, acting.today), acting.today)
    page = BoundedPaginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "tiles": _tiles(request, count_locks(everything, acting.today), wanted),
        "page": page,
        "rows": lock_rows(page.object_list, work_calendar(), acting.today),
        "half": half_year_of(acting.today),
        "chips": _chips(request, wanted),
        "query": request.GET.urlencode(),
        "may_lock": holds(acting.person, "manage_lock"),
        "may_export": holds(acting.person, "export_enterprises"),
    }
    return render(request, "cases/locks/list.html", context)


@require_GET
def lock_export(request: HttpRequest) -> FileResponse:
    """The current filter as a workbook (建档锁定表)."""
    acting = _viewer(request)
    if not holds(acting.person, "export_enterprises"):
        raise PermissionDenied
    _form, wanted = _filter(request)
    name = f"{_('Responsibility locks')}-{acting.today:%Y%m%d}.xlsx"
    file = export_locks(wanted=wanted, acting=acting)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@require_GET
def lock_choose(request: HttpRequest) -> HttpResponse:
    """Choose a unit to be locked: one searched for, or one that a study would look at first."""
    acting = acting_of(request)
    if not holds(acting.person, "manage_lock"):
        raise PermissionDenied
    text = request.GET.get("q", "").strip()[:100]
    units = likely_units(acting.person, acting.today)
    if text:
        units = found(lockable_units(acting.person), text).select_related("territorial_body", "tier_body")
    context = {
        "text": text,
        "units": units.order_by("name", "pk")[:SUGGESTED],
        "crumbs": [{"label": _("Responsibility locks"), "url": reverse("lock_list")}, {"label": _("Lock a unit")}],
    }
    return render(request, "cases/locks/choose.html", context)


@require_GET
def my_locks(request: HttpRequest) -> HttpResponse:
    """The units one answers for oneself, the visit due first at the top."""
    acting = acting_of(request)
    own = open_locks().filter(officer=acting.person)
    page = Paginator(listed_locks(own, acting.today), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": lock_rows(page.object_list, work_calendar(), acting.today),
        "half": half_year_of(acting.today),
        "counts": count_locks(own, acting.today),
        "may_check": holds(acting.person, "inspect_enterprise"),
    }
    return render(request, "cases/locks/mine.html", context)


@require_http_methods(["GET", "POST"])
def officer_locks(request: HttpRequest, pk: int) -> HttpResponse:
    """The units of one officer that the reader sees; POST hands over those that the reader manages."""
    acting = _viewer(request)
    officer = get_object_or_404(User, pk=pk)
    shown = visible_locks(acting.person).filter(officer=officer)
    if not shown.exists():
        raise Http404
    managed = managed_locks(acting.person).filter(pk__in=shown)
    places = {unit.territorial_body for unit in _units_of(managed)}
    form = HandOverForm(
        request.POST or None, among=officers_of(places).exclude(pk=pk), initial={"changed_on": acting.today}
    )
    verdicts: list[Verdict] = []
    if request.method == "POST" and managed.exists():
        verdicts = _hand_over(request, form, managed.values_list("pk", flat=True), acting)
        if verdicts and all(verdict.successor for verdict in verdicts):
            return redirect("officer_locks", pk=pk) if shown.exists() else redirect("lock_list")
    elif request.method == "POST":
        raise PermissionDenied
    rows = listed_locks(shown, acting.today)[:MOST_OF_ONE]
    refused = {v.lock.pk: refusal_text(v.refusal) for v in verdicts if v.refusal}
    context = {
        "officer": officer,
        "rows": lock_rows(rows, work_calendar(), acting.today, refused),
        "number": shown.count(),
        "managed": set(managed.values_list("pk", flat=True)),
        "chosen": {int(value) for value in request.POST.getlist("lock") if value.isdigit()},
        "half": half_year_of(acting.today),
        "form": form,
        "crumbs": [{"label": _("Responsibility locks"), "url": reverse("lock_list")}, {"label": officer.name}],
    }
    return render(request, "cases/locks/officer.html", context, status=422 if form.errors else 200)


def _hand_over(request: HttpRequest, form: HandOverForm, managed: Any, acting: Acting) -> list[Verdict]:
    """Hand over the chosen ones, or all; what could not be done stays on the page with its reason."""
    chosen = {int(value) for value in request.POST.getlist("lock") if value.isdigit()}
    wanted = [pk for pk in managed if request.POST.get("scope") == "all" or pk in chosen]
    if not wanted:
        form.add_error(None, _("Choose at least one unit, or hand over all."))
    if not form.is_valid():
        return []
    try:
        verdicts = hand_over_locks(lock_ids=wanted, **form.cleaned_data, acting=acting)
    except StatedError as error:
        form.add_error(error.details.get("field"), refusal_text(error))
        return []
    done = sum(verdict.successor is not None for verdict in verdicts)
    if done:
        text = ngettext("%(number)s unit is handed over.", "%(number)s units are handed over.", done)
        messages.success(request, text % {"number": done})
    if done < len(verdicts):
        form.add_error(None, _("Some units could not be handed over; the reason stands beside each."))
    return verdicts


def _units_of(locks: Any) -> list[Enterprise]:
    return [lock.enterprise for lock in locks.select_related("enterprise__territorial_body")]


def _viewer(request: HttpRequest) -> Acting:
    acting = acting_of(request)
    if not holds(acting.person, "view_enterprise"):
        raise PermissionDenied
    return acting


def _filter(request: HttpRequest) -> tuple[LockFilterForm, LockFilter]:
    form = LockFilterForm(request.GET, areas=areas_to_choose(reader(request), request.GET.get("area", "")[:12]))
    return form, form.wanted()


def _tiles(request: HttpRequest, counts: dict[str, int], wanted: LockFilter) -> list[dict[str, Any]]:
    alarms = {"overdue": "tile-overdue", "change": "tile-today"}
    return [
        {
            "name": label,
            "icon": TILE_ICONS[state],
            "value": counts[state or "all"],
            "css": alarms.get(state, "") if counts[state or "all"] else "",
            "url": address(request, "state", state=state),
            "current": wanted.state == state,
        }
        for state, label in STATES
    ]


def _chips(request: HttpRequest, wanted: LockFilter) -> list[dict[str, str]]:
    """The filters in force, each with the address without it."""
    labels = {
        "q": (_("Search"), wanted.text),
        "officer": (_("Responsible officer"), wanted.officer),
        "area": (_("Area"), wanted.area.short_name if wanted.area else ""),
        "state": (_("Show"), str(dict(STATES)[wanted.state]) if wanted.state else ""),
    }
    return [
        {"label": label, "value": value, "remove_url": address(request, name)}
        for name, (label, value) in labels.items()
        if value
    ]
