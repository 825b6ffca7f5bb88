"""The list of cases, its export, and the search over everything."""

from collections.abc import Iterable
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.acting import Acting, legal_date
from cases.forms.refusals import refusal_text
from cases.models import Case, User
from cases.rules.errors import NotPermitted
from cases.rules.lifecycle import FINAL
from cases.rules.uscc import normalised_uscc
from cases.selectors.calendar import work_calendar
from cases.selectors.cases import visible_cases
from cases.selectors.enterprises import found as found_enterprises
from cases.selectors.enterprises import visible_enterprises
from cases.selectors.scope import holds
from cases.views.paging import BoundedPaginator
from workflow.forms.case_list import CaseFilterForm
from workflow.selectors.case_list import OVERDUE, case_number, filtered, found, with_rows
from workflow.selectors.case_words import status_words
from workflow.services.export_cases import PERMISSION, export_cases
from workflow.steps import STEPS
from workflow.views.case_parts import address

ROWS: Final = 25
HITS: Final = 20
"""Of each kind on the search page."""
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SORTS: Final = ("-opened", "opened", "due", "name", "-name", "class", "-class")


@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases the person sees, narrowed by the address; htmx swaps the list alone."""
    user = _person(request)
    form = CaseFilterForm(request.GET, user=user)
    chosen, wanted = form.chosen(), form.wanted()
    today = legal_date(timezone.now())
    shown = with_rows(filtered(visible_cases(user), wanted, user=user, today=today))
    page = BoundedPaginator(shown, ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "chosen": chosen,
        "chips": chosen.chips(),
        "page": page,
        "rows": case_rows(page.object_list, user),
        "tabs": _views(wanted.status, wanted.mine, chosen),
        "sorts": _sorts(wanted.order, chosen),
        "more": bool(wanted.opened_from or wanted.opened_to or wanted.form or wanted.step or wanted.procedure),
        "may_export": holds(user, PERMISSION),
        "new_url": address("case_new") if holds(user, "create_case") else "",
        "crumbs": [{"label": _("Cases")}],
    }
    return render(request, "workflow/cases/list.html", context)


@require_GET
def case_export(request: HttpRequest) -> FileResponse:
    """The list of the same address as a spreadsheet."""
    user = _person(request)
    form = CaseFilterForm(request.GET, user=user)
    try:
        file = export_cases(
            wanted=form.wanted(), acting=Acting(user, timezone.now()), query=form.chosen().address().lstrip("?")
        )
    except NotPermitted as error:
        raise PermissionDenied(refusal_text(error)) from None
    name = f"cases-{legal_date(timezone.now())}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


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


def _views(status: str, mine: bool, chosen: Any) -> list[dict[str, Any]]:
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
            "url": chosen.address(status=value, mine=only),
            "current": status == value and mine == bool(only),
        }
        for label, value, only in rows
    ]


def _sorts(order: str, chosen: Any) -> dict[str, dict[str, str]]:
    """For each column that sorts: the address of the other direction, and the mark of the present one."""
    sorts = {}
    for name in ("opened", "due", "name", "class"):
        down = f"-{name}"
        following = down if order == name and down in SORTS else name
        mark = "ascending" if order == name else "descending" if order == down else ""
        sorts[name] = {"url": chosen.address(sort=following), "mark": mark}
    return sorts


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):  # pragma: no cover - the middleware has asked everybody to sign in
        raise PermissionDenied
    return request.user
