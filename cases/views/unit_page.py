"""What every page about one unit shares: that it may be seen, its head, its tabs, its way back."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cases.models.enterprise import Enterprise
from cases.selectors.enterprises import reviews_overdue, visible_enterprises
from cases.selectors.listing_facts import standings
from cases.selectors.scope import may
from cases.views.enterprise_tabs import TABS, tabs_of
from cases.views.registry import acting_of, reader

TEMPLATE = "cases/enterprises/unit.html"
"""What the template of such a page extends: it fills the blocks `unit_title` and `unit`."""


def visible_unit(request: HttpRequest, uscc: str) -> Enterprise:
    """The unit, where the person may see it; another does not exist for them."""
    overdue = Exists(reviews_overdue().filter(enterprise=OuterRef("pk")))
    rows = visible_enterprises(reader(request)).select_related("territorial_body", "tier_body")
    return get_object_or_404(rows.annotate(review_overdue=overdue), uscc=uscc)


def changeable_unit(request: HttpRequest, uscc: str) -> Enterprise:
    """The unit, where the person may change what is entered of it."""
    enterprise = visible_unit(request, uscc)
    if not may(reader(request), "enter_unit", enterprise.territorial_body):
        raise PermissionDenied
    return enterprise


def unit_context(request: HttpRequest, enterprise: Enterprise, current: str, **more: Any) -> dict[str, Any]:
    """The context of the tab whose address is named `current`."""
    user, place = reader(request), enterprise.territorial_body
    label = next((tab.label for tab in TABS if tab.url_name == current), "")
    return {
        "enterprise": enterprise,
        "unit_label": label,
        "crumbs": unit_crumbs(enterprise, "" if current == "enterprise_detail" else label),
        "tabs": tabs_of(enterprise, current),
        "key": enterprise.key_supervision.filter(left_on__isnull=True).select_related("body", "case"),
        "listed": standings([enterprise.pk]).values(),
        "today": acting_of(request).today,
        "may_change": may(user, "enter_unit", place),
        "may_set_status": may(user, "set_status", place),
        **more,
    }


def unit_crumbs(enterprise: Enterprise, *labels: "str | Promise") -> list[dict[str, Any]]:
    """The way from the registry to a page below the unit; without labels, to the unit itself."""
    below = [label for label in labels if label]
    page = reverse("enterprise_detail", args=[enterprise.uscc]) if below else ""
    return [
        {"label": _("Enterprises"), "url": reverse("enterprise_list")},
        {"label": enterprise.name, "url": page},
        *({"label": label, "url": ""} for label in below),
    ]
