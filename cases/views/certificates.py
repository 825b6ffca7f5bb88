"""Licences and CCC certificates that have expired or will soon, over every unit the person may see."""

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.models import Certificate
from cases.selectors.certificates import visible_warnings
from cases.selectors.scope import holds
from cases.views.paging import BoundedPaginator
from cases.views.registry import acting_of, reader

PAGE: Final = 50


@require_GET
def certificate_list(request: HttpRequest) -> HttpResponse:
    """What runs out first stands first; narrowed by the address to one kind, or to what has expired or has not yet."""
    user, today = reader(request), acting_of(request).today
    if not holds(user, "view_enterprise"):
        raise PermissionDenied
    kind, state = request.GET.get("kind", ""), request.GET.get("show", "")
    rows = visible_warnings(user, today)
    if kind in Certificate.Kind.values:
        rows = rows.filter(kind=kind)
    if state == "expired":
        rows = rows.filter(valid_to__lt=today)
    elif state == "soon":
        rows = rows.filter(valid_to__gte=today)
    page = BoundedPaginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"certificate": row, "days": (row.valid_to - today).days} for row in page.object_list if row.valid_to],
        "states": _choices(
            request, "show", state, [("", _("All")), ("expired", _("Expired")), ("soon", _("Expiring"))]
        ),
        "kinds": _choices(request, "kind", kind, [("", _("All kinds")), *Certificate.Kind.choices]),
        "today": today,
    }
    return render(request, "cases/enterprises/certificates.html", context)


def _choices(request: HttpRequest, name: str, chosen: str, choices: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    """Each choice with the address that makes it."""
    values = [value for value, _label in choices]
    found = []
    for value, label in choices:
        query = request.GET.copy()
        query.pop("page", None)
        query[name] = value
        current = value == (chosen if chosen in values else "")
        found.append({"label": label, "url": f"?{query.urlencode()}", "current": current})
    return found
