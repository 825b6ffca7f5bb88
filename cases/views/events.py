"""Risk events: the list, its export, recording one, and the page of one."""

from collections.abc import Iterable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases.forms.enterprise import show_faults
from cases.forms.events import EventFilterForm, ReportForm, initial_report
from cases.forms.refusals import refusal_text
from cases.models import Enterprise, RiskEvent
from cases.rules.errors import StatedError
from cases.selectors.enterprises import areas_to_choose, found, visible_enterprises
from cases.selectors.event_rules import level_rule
from cases.selectors.events import EventFilter, filtered_events, visible_events, waiting_for_verification
from cases.selectors.scope import holds
from cases.services.enterprise_checks import FactsError
from cases.services.export_events import export_events
from cases.services.record_event import record_event
from cases.views.event_page import event_context, level_tone, state_tone
from cases.views.paging import BoundedPaginator
from cases.views.registry import XLSX, acting_of, reader

PAGE: Final = 50
SHOWN: Final = 20


@require_GET
def event_list(request: HttpRequest) -> HttpResponse:
    """The events the person sees, narrowed by the address."""
    user = reader(request)
    if not holds(user, "view_enterprise"):
        raise PermissionDenied
    form, wanted = _filter(request)
    page = BoundedPaginator(filtered_events(visible_events(user), wanted), PAGE).get_page(request.GET.get("page"))
    chips = _chips(request, wanted)
    context = {
        "form": form,
        "page": page,
        "rows": event_rows(page.object_list),
        "chips": chips,
        "more_filters": len(chips) > bool(wanted.text),
        "waiting": waiting_for_verification(user).count() if holds(user, "verify_event") else 0,
        "query": request.GET.urlencode(),
        "may_record": holds(user, "record_event"),
        "may_export": holds(user, "export_enterprises"),
    }
    return render(request, "cases/events/list.html", context)


@require_GET
def event_export(request: HttpRequest) -> FileResponse:
    """The current filter as a workbook."""
    acting = acting_of(request)
    if not holds(acting.person, "export_enterprises"):
        raise PermissionDenied
    _form, wanted = _filter(request)
    file = export_events(wanted=wanted, acting=acting)
    name = f"{_('Risk events')}-{acting.today:%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@require_http_methods(["GET", "POST"])
def event_new(request: HttpRequest) -> HttpResponse:
    """Without `enterprise` a search for it, without `kind` the kinds to choose from, with both the form."""
    user = reader(request)
    if not holds(user, "record_event"):
        raise PermissionDenied(_("Your post must allow you to record risk events."))
    uscc = request.GET.get("enterprise", "").strip()
    if not uscc:
        return _search(request)
    rows = visible_enterprises(user, "record_event").select_related("territorial_body")
    enterprise = rows.filter(uscc=uscc.upper()).first()
    if enterprise is None:
        raise Http404
    kind = request.GET.get("kind", "")
    if kind not in RiskEvent.Kind.values:
        return _choose_kind(request, enterprise)
    return _report(request, enterprise, kind)


def _search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:100]
    rows = visible_enterprises(reader(request), "record_event").select_related("territorial_body")
    matches = list(found(rows, text).order_by("name", "pk")[: SHOWN + 1]) if text else []
    context = {
        "text": text,
        "matches": matches[:SHOWN],
        "more": len(matches) > SHOWN,
        "crumbs": [*_crumbs(), {"label": _("Record an event"), "url": ""}],
    }
    return render(request, "cases/events/search.html", context)


def _choose_kind(request: HttpRequest, enterprise: Enterprise) -> HttpResponse:
    rule = level_rule(enterprise.territorial_body, acting_of(request).today)
    kinds = [
        {
            "kind": kind,
            "label": label,
            "level": RiskEvent.Level(rule.kinds[kind].level).label,
            "tone": level_tone(rule.kinds[kind].level),
            "url": f"{reverse('event_new')}?enterprise={enterprise.uscc}&kind={kind}",
        }
        for kind, label in RiskEvent.Kind.choices
    ]
    crumbs = [*_crumbs(), {"label": _("Record an event"), "url": ""}]
    return render(request, "cases/events/kinds.html", {"enterprise": enterprise, "kinds": kinds, "crumbs": crumbs})


def _report(request: HttpRequest, enterprise: Enterprise, kind: str) -> HttpResponse:
    acting = acting_of(request)
    rule = level_rule(enterprise.territorial_body, acting.today)
    levels = dict(enterprise.products.values_list("name", "risk_level"))
    form = ReportForm(
        request.POST or None, kind=kind, rule=rule, levels=levels, initial=initial_report(kind, acting.today)
    )
    if form.is_valid():
        try:
            event = record_event(enterprise_id=enterprise.pk, told=form.told(), acting=acting, **form.report())
        except FactsError as error:
            show_faults(form, error.faults)
        except StatedError as error:
            form.take(error, refusal_text(error))
        else:
            messages.success(request, _taken(event))
            return redirect("event_detail", event.pk)
    context = {
        "form": form,
        "enterprise": enterprise,
        "kind": RiskEvent.Kind(kind),
        "products": list(levels),
        "other_kind": f"{reverse('event_new')}?enterprise={enterprise.uscc}",
        "crumbs": [*_crumbs(), {"label": _("Record an event"), "url": ""}],
    }
    return render(request, "cases/events/report.html", context, status=422 if form.errors else 200)


def _taken(event: RiskEvent) -> str:
    if event.reports.count() > 1:
        return _("The event was known: the report now stands beside the earlier ones.")
    return _("The event is recorded and waits to be verified.")


@require_GET
def event_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One event: its facts, who told of it, what was decided, what followed, and what may happen next."""
    event = seen_event(request, pk)
    context = event_context(event, acting_of(request))
    return render(request, "cases/events/detail.html", {**context, "crumbs": event_crumbs(event)})


def seen_event(request: HttpRequest, pk: int) -> RiskEvent:
    """The event, where the person may see it; another does not exist for them."""
    rows = visible_events(reader(request)).select_related("enterprise__territorial_body", "duplicate_of")
    event = rows.filter(pk=pk).first()
    if event is None:
        raise Http404
    return event


def event_crumbs(event: RiskEvent, label: str = "") -> list[dict[str, Any]]:
    """The way from the list to the event, and to what is being done about it."""
    page = reverse("event_detail", args=[event.pk]) if label else ""
    crumbs = [*_crumbs(), {"label": event.title, "url": page}]
    return [*crumbs, {"label": label, "url": ""}] if label else crumbs


def event_rows(events: Iterable[RiskEvent]) -> list[dict[str, Any]]:
    """The rows of a list, with the colours of their states."""
    return [
        {"event": event, "level_tone": level_tone(event.level), "state_tone": state_tone(event.state)}
        for event in events
    ]


def _crumbs() -> list[dict[str, Any]]:
    return [{"label": _("Risk events"), "url": reverse("event_list")}]


def _filter(request: HttpRequest) -> tuple[EventFilterForm, EventFilter]:
    areas = areas_to_choose(reader(request), request.GET.get("area", "")[:12])
    form = EventFilterForm(request.GET, areas=areas)
    return form, form.wanted()


def _chips(request: HttpRequest, wanted: EventFilter) -> list[dict[str, str]]:
    labels: dict[str, tuple[str, str]] = {}
    if wanted.text:
        labels["q"] = (_("Search"), wanted.text)
    if wanted.area:
        labels["area"] = (_("Area"), wanted.area.short_name)
    if wanted.kind:
        labels["kind"] = (_("Kind"), str(RiskEvent.Kind(wanted.kind).label))
    if wanted.level:
        labels["level"] = (_("Level"), str(RiskEvent.Level(wanted.level).label))
    if wanted.state:
        labels["state"] = (_("State"), str(RiskEvent.State(wanted.state).label))
    return [
        {"label": label, "value": value, "remove_url": _without(request, name)}
        for name, (label, value) in labels.items()
    ]


def _without(request: HttpRequest, name: str) -> str:
    query = request.GET.copy()
    for each in (name, "page"):
        query.pop(each, None)
    return f"?{query.urlencode()}"
