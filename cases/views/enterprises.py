"""The registry: list, page, forms and export of units."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from cases.forms.enterprise import (
    CLASSES,
    KIND_LABELS,
    TIERS,
    EnterpriseFilterForm,
    EnterpriseForm,
    StatusForm,
    field_label,
    initial_facts,
    show_faults,
)
from cases.forms.list_kinds import ENTERPRISES
from cases.forms.refusals import in_words
from cases.models.body import Body
from cases.models.enterprise import Enterprise, KeySupervision, OperatingStatus
from cases.rules.errors import StatedError
from cases.rules.uscc import check_uscc
from cases.selectors.cases import visible_cases
from cases.selectors.certificates import warned_certificates
from cases.selectors.conflicts import SavedBy, last_saved
from cases.selectors.enterprises import (
    EnterpriseFilter,
    areas_to_choose,
    filtered,
    possible_duplicates,
    reviews_overdue,
    visible_enterprises,
)
from cases.selectors.scope import holds, may, within
from cases.services.enter_enterprise import enter_enterprise
from cases.services.enterprise_checks import FactsError, StaleError, stream_of
from cases.services.set_status import set_status
from cases.services.update_enterprise import update_enterprise
from cases.views.enterprise_history import history_of
from cases.views.enterprise_upward import upward_of
from cases.views.list_page import ListPage, export_response
from cases.views.paging import BoundedPaginator, address
from cases.views.registry import acting_of, reader
from cases.views.unit_locks import card_of
from cases.views.unit_page import unit_context, unit_crumbs, visible_unit
from cases.views.versions import differing

PAGE: Final = 50
CASES_SHOWN: Final = 20
SUGGESTED_REGIONS: Final = 400


@require_GET
def enterprise_list(request: HttpRequest) -> HttpResponse:
    """The units the person sees, narrowed by the address."""
    user = reader(request)
    if not holds(user, "view_enterprise"):
        raise PermissionDenied
    in_list = ListPage.of(request, ENTERPRISES)
    if elsewhere := in_list.elsewhere():
        return elsewhere
    form, wanted = _filter(request)
    listed = KeySupervision.objects.filter(enterprise=OuterRef("pk"), left_on__isnull=True)
    today = acting_of(request).today
    runs_out = warned_certificates(today).filter(enterprise=OuterRef("pk")).order_by("valid_to").values("valid_to")[:1]
    rows = filtered(visible_enterprises(user), wanted).select_related("territorial_body", "tier_body")
    overdue = reviews_overdue().filter(enterprise=OuterRef("pk"))
    marked = rows.annotate(
        key_supervised=Exists(listed), runs_out_on=Subquery(runs_out), review_overdue=Exists(overdue)
    )
    page = BoundedPaginator(marked, PAGE).get_page(request.GET.get("page"))
    chips = _chips(request, wanted)
    context = {
        **in_list.context(),
        "tabs": [{"label": _("All enterprises"), "url": in_list.whole_url, "current": in_list.view is None}],
        "form": form,
        "groups": [form["tier"], form["quality"]],
        "more_filters": len(chips) > bool(wanted.text),
        "page": page,
        "chips": chips,
        "sorts": _sorts(request, wanted),
        "today": today,
        "may_enter": holds(user, "enter_unit"),
        "may_export": holds(user, "export_enterprises"),
        "may_import": holds(user, "import_enterprises"),
    }
    return render(request, "cases/enterprises/list.html", context)


def _filter(request: HttpRequest) -> tuple[EnterpriseFilterForm, EnterpriseFilter]:
    areas = areas_to_choose(reader(request), request.GET.get("area", "")[:12])
    form = EnterpriseFilterForm(request.GET, areas=areas)
    return form, form.wanted(acting_of(request).today)


def _chips(request: HttpRequest, wanted: EnterpriseFilter) -> list[dict[str, str]]:
    """The filters in force, each with the address without it."""
    labels: dict[str, tuple[Any, str]] = {}
    if wanted.text:
        labels["q"] = (_("Search"), wanted.text)
    if wanted.area:
        labels["area"] = (_("Area"), wanted.area.short_name)
    if wanted.tiers:
        labels["tier"] = (_("Tier"), _joined(TIERS, wanted.tiers))
    if wanted.classes:
        labels["quality"] = (_("Quality class"), _joined(CLASSES, wanted.classes))
    if wanted.kind:
        labels["kind"] = (_("Kind"), _joined(KIND_LABELS, (wanted.kind,)))
    if wanted.status:
        labels["status"] = (_("Status"), str(OperatingStatus(wanted.status).label))
    if wanted.key_supervised:
        labels["key"] = (_("List"), _("key-supervised"))
    if wanted.warned_on:
        labels["papers"] = (_("Certificates"), _("expired or expiring"))
    if wanted.review_overdue:
        labels["review"] = (_("Yearly review"), _("overdue"))
    return [
        {"label": label, "value": value, "remove_url": address(request, name)}
        for name, (label, value) in labels.items()
    ]


def _joined(choices: list[tuple[str, Any]], values: tuple[str, ...]) -> str:
    names = dict(choices)
    return pgettext("between words", ", ").join(str(names[value]) for value in values)


def _sorts(request: HttpRequest, wanted: EnterpriseFilter) -> dict[str, dict[str, str]]:
    """For each sortable column the address that sorts by it, and how it is sorted now."""
    columns = {"name": ("name", "-name"), "tier": ("tier", "tier"), "class": ("class", "-class")}
    return {
        column: {
            "url": address(request, "sort", sort=down if wanted.order == up else up),
            "state": "ascending" if wanted.order == up else "descending" if wanted.order == down else "",
        }
        for column, (up, down) in columns.items()
    }


@require_GET
def enterprise_detail(request: HttpRequest, uscc: str) -> HttpResponse:
    """The overview of a unit: who it is, which tier and class it has and had, and why."""
    user, enterprise = reader(request), visible_unit(request, uscc)
    warned = warned_certificates(acting_of(request).today).filter(enterprise=enterprise)
    context = unit_context(
        request,
        enterprise,
        "enterprise_detail",
        code_warning=bool(check_uscc(enterprise.uscc).warning),
        duplicates=possible_duplicates(user, enterprise)[:5],
        tiers=enterprise.tier_records.select_related("tier_body", "territorial_body").order_by("-valid_from", "-pk"),
        classes=enterprise.class_records.select_related("case").order_by("-valid_from", "-pk"),
        products=enterprise.products.order_by("-is_main", "risk_level", "pk"),
        warned=warned.order_by("valid_to", "pk"),
        cases=visible_cases(user).filter(enterprise=enterprise).order_by("-opened_at")[:CASES_SHOWN],
        history=history_of(enterprise),
        upward=upward_of(enterprise, user),
        responsibility=card_of(enterprise, acting_of(request)),
    )
    return render(request, "cases/enterprises/detail.html", context)


@require_http_methods(["GET", "POST"])
def enterprise_new(request: HttpRequest) -> HttpResponse:
    """Enter a unit."""
    acting = acting_of(request)
    if not holds(acting.person, "enter_unit"):
        raise PermissionDenied
    form = EnterpriseForm(request.POST or None, initial={"first_entered_on": acting.today})

    def submit() -> HttpResponse:
        enterprise = enter_enterprise(facts=form.facts(), acting=acting)
        messages.success(request, _("%(name)s is entered.") % {"name": enterprise.name})
        return redirect("enterprise_detail", uscc=enterprise.uscc)

    answer = _try(form, submit)
    taken = None
    if answer is None and form.has_error("uscc"):
        taken = visible_enterprises(acting.person).filter(uscc=form.data.get("uscc", "").strip().upper()).first()
    return answer or _show_form(request, form, _("Enter an enterprise"), None, taken=taken)


@require_http_methods(["GET", "POST"])
def enterprise_edit(request: HttpRequest, uscc: str) -> HttpResponse:
    """Change a unit's facts."""
    enterprise, acting = visible_unit(request, uscc), acting_of(request)
    if not may(acting.person, "enter_unit", enterprise.territorial_body):
        raise PermissionDenied
    form = EnterpriseForm(request.POST or None, enterprise=enterprise)
    stale: dict[str, Any] = {}

    def submit() -> HttpResponse:
        version = form.cleaned_data["version"] or 0
        update_enterprise(enterprise_id=enterprise.pk, facts=form.facts(), version=version, acting=acting)
        messages.success(request, _("The changes are saved."))
        return redirect("enterprise_detail", uscc=uscc)

    try:
        answer = _try(form, submit)
    except StaleError as error:
        answer, stale = None, {"stale": True, **_both_versions(form, error.stored)}
        form.data = _seen(request, error.stored)
    return answer or _show_form(request, form, _("Change the facts"), enterprise, **stale)


def _try(form: Any, submit: Callable[[], HttpResponse]) -> HttpResponse | None:
    """The answer of `submit`; None where the form is new or has errors, which it then shows."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return submit()
    except FactsError as error:
        show_faults(form, error.faults)
    except StaleError:
        raise
    except StatedError as error:
        form.add_error(None, in_words(error))
    return None


def _seen(request: HttpRequest, stored: Enterprise) -> QueryDict:
    """What was posted, now on top of the version that the page shows beside it."""
    data = request.POST.copy()
    data["version"] = str(stored.version)
    return data


def _both_versions(form: EnterpriseForm, stored: Enterprise) -> dict[str, Any]:
    """Who saved meanwhile, and what stands now beside what was typed, where they differ."""
    return {"saved": _saved(stored), "differences": differing(form.visible_fields(), initial_facts(stored))}


def _saved(enterprise: Enterprise) -> SavedBy | None:
    return last_saved(stream_of(enterprise), "enterprise.changed", "enterprise.status")


def _show_form(request: HttpRequest, form: Any, title: str, enterprise: Enterprise | None, **more: Any) -> HttpResponse:
    registry = {"label": _("Enterprises"), "url": reverse("enterprise_list")}
    crumbs = unit_crumbs(enterprise, title) if enterprise else [registry, {"label": title, "url": ""}]
    context = {
        "form": form,
        "title": title,
        "enterprise": enterprise,
        "crumbs": crumbs,
        "regions": _regions(request),
        **more,
    }
    failed = form.is_bound and (form.errors or more.get("stale"))
    return render(request, "cases/enterprises/form.html", context, status=422 if failed else 200)


def _regions(request: HttpRequest) -> QuerySet[Body]:
    """Regions to suggest, with their codes, as the tree stands."""
    mine = Body.objects.filter(within(reader(request), "enter_unit", ""), level__in=["county", "township"])
    return mine.order_by("position")[:SUGGESTED_REGIONS]


@require_http_methods(["GET", "POST"])
def enterprise_status(request: HttpRequest, uscc: str) -> HttpResponse:
    """Change the operating status."""
    enterprise, acting = visible_unit(request, uscc), acting_of(request)
    if not may(acting.person, "set_status", enterprise.territorial_body):
        raise PermissionDenied
    initial = {"version": enterprise.version, "status": enterprise.status, "status_on": acting.today}
    form = StatusForm(request.POST or None, initial=initial)
    stale: dict[str, Any] = {}

    def submit() -> HttpResponse:
        set_status(enterprise_id=enterprise.pk, **form.cleaned_data, acting=acting)
        messages.success(request, _("The operating status is changed."))
        return redirect("enterprise_detail", uscc=uscc)

    try:
        answer = _try(form, submit)
    except StaleError as error:
        answer, enterprise = None, error.stored
        form.add_error(None, in_words(error))
        now = {"status": enterprise.status, "status_on": enterprise.status_on, "status_basis": enterprise.status_basis}
        stale = {"stale": True, "saved": _saved(enterprise), "differences": differing(form, now)}
        form.data = _seen(request, enterprise)
    title = _("Change the operating status")
    return answer or _show_form(request, form, title, enterprise, status_form=True, **stale)


@require_GET
def enterprise_export(request: HttpRequest) -> HttpResponseBase:
    """The current filter as a workbook."""
    page = ListPage.of(request, ENTERPRISES)
    if not holds(page.acting.person, "export_enterprises"):
        raise PermissionDenied
    return export_response(page, filename=str(field_label("name")))
