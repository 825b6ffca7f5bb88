"""The list of cases, its export, and the search over everything."""

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.acting import legal_date
from cases.forms.refusals import refusal_text
from cases.models import Case, User
from cases.rules.errors import NotPermitted
from cases.rules.lifecycle import FINAL
from cases.rules.uscc import normalised_uscc
from cases.selectors.calendar import work_calendar
from cases.selectors.cases import visible_cases
from cases.selectors.enterprises import found as found_enterprises
from cases.selectors.enterprises import visible_enterprises
from cases.selectors.list_kinds import NO_VIEW
from cases.selectors.scope import holds
from cases.views.list_page import ListPage, export_response
from cases.views.paging import BoundedPaginator
from workflow.forms.case_list import CaseFilterForm, Chosen
from workflow.forms.list_kinds import CASES
from workflow.selectors.case_list import OVERDUE, case_number, filtered, found, with_rows
from workflow.selectors.case_words import status_words
from workflow.services.export_cases import PERMISSION
from workflow.steps import STEPS
from workflow.views.case_parts import address

ROWS: Final = 25
HITS: Final = 20
"""Of each kind on the search page."""
SORTS: Final = ("-opened", "opened", "due", "name", "-name", "class", "-class")


@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases the person sees, narrowed by the address."""
    user = _person(request)
    listed = ListPage.of(request, CASES)
    if elsewhere := listed.elsewhere():
        return elsewhere
    form = CaseFilterForm(request.GET, user=user)
    chosen, wanted = form.chosen(), form.wanted()
    today = legal_date(timezone.now())
    shown = with_rows(filtered(visible_cases(user), wanted, user=user, today=today))
    page = BoundedPaginator(shown, ROWS).get_page(request.GET.get("page"))
    context = {
        **listed.context(),
        "form": form,
        "chosen": chosen,
        "chips": chosen.chips(),
        "page": page,
        "rows": case_rows(page.object_list, user),
        "tabs": _views(wanted.status, wanted.mine, chosen, in_view=listed.view is not None),
        "sorts": _sorts(wanted.order, chosen),
        "more": bool(wanted.opened_from or wanted.opened_to or wanted.form or wanted.step or wanted.procedure),
        "may_export": holds(user, PERMISSION),
        "new_url": address("case_new") if holds(user, "create_case") else "",
        "crumbs": [{"label": _("Cases")}],
    }
    return render(request, "workflow/cases/list.html", context)


@require_GET
def case_export(request: HttpRequest) -> HttpResponseBase:
    """The list of the same address as a spreadsheet."""
    try:
        return export_response(ListPage.of(request, CASES), filename="cases")
    except NotPermitted as error:
        raise PermissionDenied(refusal_text(error)) from None


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Enterprises by name or code, cases by number; whoever hits exactly one thing is taken there."""
    user = _person(request)
    text = request.GET.get("q", "").strip()[:100]
    if target := _exact(user, text):
        return redirect(target)
    units = found_enterprises(visible_enterprises(user), text).select_related("territorial_body").order_by("name", "pk")
    cases = with_rows(found(visible_cases(user), text)).order_by("-opened_at", "-pk")
    hits = HITS if text else 0
    context = {
        "text": text,
        "units": [{"unit": unit, "url": address("enterprise_detail", unit.uscc)} for unit in units[:hits]],
        "rows": case_rows(cases[:hits], user),
        "cols": set(CASES.usual()),
        "crumbs": [{"label": _("Search")}],
    }
    return render(request, "workflow/cases/search.html", context)


def case_rows(cases: Iterable[Case], user: User) -> list[dict[str, Any]]:
    """The lines of a list; asks the database nothing beyond what `with_rows` has read."""
    today, calendar = legal_date(timezone.now()), work_calendar()
    rows = []
    for case in cases:
        items = getattr(case, "open_items", [])
        due = items[0].due_on if items else None
        left = calendar.days_left(today, due) if due else None
        inspectors = [a.user.name for a in getattr(case, "inspectors", []) if a.round == case.round]
        rows.append(
            {
                "case": case,
                "unit": case.enterprise,
                "status": status_words(case.status),
                "over": case.status in FINAL,
                "open": [{"title": STEPS[i.step].title, "who": i.owner or i.body.short_name} for i in items],
                "mine": any(item.owner_id == user.pk for item in items),
                "due": due,
                "left": left,
                "late": left is not None and left < 0,
                "inspectors": inspectors,
            }
        )
    return rows


def _exact(user: User, text: str) -> str:
    """The address of the one case or enterprise that carries this very number or code; "" for none."""
    if not text:
        return ""
    case = visible_cases(user).filter(number=case_number(text)).values_list("pk", flat=True).first()
    if case is not None:
        return address("case_detail", case)
    code = normalised_uscc(text)
    if visible_enterprises(user).filter(uscc=code).exists():
        return address("enterprise_detail", code)
    return ""


def _views(status: str, mine: bool, chosen: Chosen, *, in_view: bool) -> list[dict[str, Any]]:
    """The usual narrowings as tabs."""
    rows = (
        (_("All"), "", ""),
        (_("Mine"), "", "on"),
        (_("Under way"), "open", ""),
        (_("Overdue"), OVERDUE, ""),
        (_("Ended"), "over", ""),
    )
    return [
        {
            "label": label,
            "url": _alone(status=value, mine=only) if in_view else chosen.address(status=value, mine=only),
            "current": not in_view and status == value and mine == bool(only),
        }
        for label, value, only in rows
    ]


def _alone(**narrowing: str) -> str:
    """The list narrowed by this alone, outside any saved view."""
    return "?" + urlencode({"view": NO_VIEW, **{name: value for name, value in narrowing.items() if value}})


def _sorts(order: str, chosen: Chosen) -> dict[str, dict[str, str]]:
    """For each column that sorts: the address of the other direction, and the mark of the present one."""
    sorts = {}
    for name in ("opened", "due", "name", "class"):
        down = f"-{name}"
        following = down if order == name and down in SORTS else name
        mark = "ascending" if order == name else "descending" if order == down else ""
        sorts[name] = {"url": chosen.address(sort=following), "state": mark}
    return sorts


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):  # pragma: no cover - the middleware has asked everybody to sign in
        raise PermissionDenied
    return request.user
