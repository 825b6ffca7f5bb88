"""The pages about one unit, as tabs: each area of the archive brings its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.enterprise import Enterprise


@dataclass(frozen=True, slots=True)
class Tab:
    """One page about a unit: the name of its address, which takes the unit's code, and its label."""

    url_name: str
    label: str | Promise


TABS: Final = (
    Tab("enterprise_detail", _("Overview")),
    Tab("enterprise_archive", pgettext_lazy("of an enterprise", "Archive")),
    Tab("enterprise_records", _("Control records")),
    Tab("enterprise_events", _("Risk events")),
    Tab("unit_task_sheets", _("Task lists")),
    Tab("enterprise_locks", _("Responsibility")),
    Tab("enterprise_compliance", _("Compliance history")),
    Tab("enterprise_as_at", _("As at")),
    Tab("enterprise_lists", pgettext_lazy("of units", "Lists")),
)


def tabs_of(enterprise: Enterprise, current: str, counts: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
    """The tabs for the component; `current` names the page shown, `counts` says how much lies behind some of them."""
    return [
        {
            "label": tab.label,
            "url": reverse(tab.url_name, args=[enterprise.uscc]),
            "current": tab.url_name == current,
            "count": (counts or {}).get(tab.url_name),
        }
        for tab in TABS
    ]
