"""Tiers that wait for confirmation: one sheet, confirmed singly or together, with a verdict for each (P5 step 2)."""

from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cases.forms.enterprise import TIERS
from cases.forms.oversight import TierSheetFilterForm
from cases.forms.refusals import refusal_text
from cases.selectors.calendar import work_calendar
from cases.selectors.scope import holds, may
from cases.selectors.tier_confirmations import (
    PERMISSION,
    SheetFilter,
    bodies_waiting,
    listed,
    narrowed,
    sheet_rows,
    unconfirmed,
)
from cases.services.confirm_tier import Verdicts, confirm_tiers
from cases.views.paging import BoundedPaginator
from cases.views.preferences import safe_next
from cases.views.registry import acting_of, reader

PAGE: Final = 50
VERDICTS_SHOWN: Final = 10


@require_http_methods(["GET", "POST"])
def tier_sheet(request: HttpRequest) -> HttpResponse:
    """The tiers the person may confirm; POST confirms the chosen ones."""
    user = reader(request)
    if not holds(user, PERMISSION):
        raise PermissionDenied(_("Your post must allow you to confirm tiers."))
    if request.method == "POST":
        return _confirm(request)
    acting, calendar = acting_of(request), work_calendar()
    form = TierSheetFilterForm(request.GET, areas=bodies_waiting(user))
    wanted = form.wanted()
    page = BoundedPaginator(listed(narrowed(unconfirmed(user), wanted)), PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "row": row,
            "left": calendar.days_left(acting.today, row.due_on) if row.due_on else None,
            "may_correct": may(user, "enter_unit", row.record.territorial_body),
        }
        for row in sheet_rows(list(page.object_list))
    ]
    context = {"form": form, "page": page, "rows": rows, "chips": _chips(request, wanted)}
    return render(request, "cases/oversight/tiers.html", context)


def _confirm(request: HttpRequest) -> HttpResponse:
    """Each chosen tier for itself; a single row's button names that row alone."""
    single = request.POST.getlist("one")
    chosen = [int(value) for value in single or request.POST.getlist("record") if value.isdigit()][:PAGE]
    note = request.POST.get("note", "")
    if chosen:
        _tell(request, confirm_tiers(record_ids=chosen, note=note, acting=acting_of(request)))
    else:
        messages.warning(request, _("Choose at least one tier."))
    return redirect(safe_next(request, "tier_confirmations"))


def _tell(request: HttpRequest, verdicts: Verdicts) -> None:
    done = len(verdicts.confirmed)
    if done:
        text = ngettext("%(number)s tier confirmed.", "%(number)s tiers confirmed.", done) % {"number": done}
        messages.success(request, text)
    for refused in verdicts.refused[:VERDICTS_SHOWN]:
        messages.warning(request, f"{refused.enterprise}: {refusal_text(refused.error)}")
    more = len(verdicts.refused) - VERDICTS_SHOWN
    if more > 0:
        messages.warning(
            request, ngettext("%(number)s more refused.", "%(number)s more refused.", more) % {"number": more}
        )


def _chips(request: HttpRequest, wanted: SheetFilter) -> list[dict[str, str]]:
    """The filters in force, each with the address without it."""
    labels = {
        "q": (_("Search"), wanted.text),
        "tier": (_("Tier"), str(dict(TIERS).get(wanted.tier, ""))),
        "area": (_("Body"), wanted.body.short_name if wanted.body else ""),
        "provisional": (_("Provisional"), _("only") if wanted.provisional else ""),
        "changed": (_("Changed"), _("only") if wanted.changed else ""),
    }
    chips = []
    for name, (label, value) in labels.items():
        if value:
            query = request.GET.copy()
            for gone in (name, "page"):
                query.pop(gone, None)
            chips.append({"label": str(label), "value": str(value), "remove_url": f"?{query.urlencode()}"})
    return chips
