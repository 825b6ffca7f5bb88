"""A unit's audit events in words, for the time line of its page."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.enterprise import field_label
from cases.models.audit import AuditEvent
from cases.models.enterprise import Enterprise, FirstEntryReason, OperatingStatus
from cases.services.enterprise_checks import stream_of

SHOWN: Final = 20
TITLES: Final = {
    "enterprise.entered": gettext_lazy("Entered"),
    "enterprise.changed": gettext_lazy("Facts changed"),
    "enterprise.status": gettext_lazy("Operating status changed"),
    "enterprise.certificate_kept": gettext_lazy("Certificate entered or changed"),
    "enterprise.certificate_removed": gettext_lazy("Certificate removed"),
    "enterprise.product_kept": gettext_lazy("Product entered or changed"),
    "enterprise.product_removed": gettext_lazy("Product removed"),
    "enterprise.honour_kept": gettext_lazy("Honour entered or changed"),
    "enterprise.honour_removed": gettext_lazy("Honour removed"),
}
_CHOICES: Final[Mapping[str, Mapping[Any, Any]]] = {
    "status": dict(OperatingStatus.choices),
    "first_entry_reason": dict(FirstEntryReason.choices),
}


def history_of(enterprise: Enterprise) -> list[dict[str, Any]]:
    """The latest events, as the time line shows them."""
    events = AuditEvent.objects.filter(stream=stream_of(enterprise)).select_related("actor", "body")
    return [
        {
            "title": TITLES.get(event.action, event.action),
            "at": event.at,
            "who": event.actor.name if event.actor else _("system"),
            "body": event.body.short_name if event.body else "",
            "changes": _changes(event.data),
        }
        for event in events.order_by("-sequence")[:SHOWN]
    ]


def _changes(data: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"label": _label(name), "before": _word(name, before), "after": _word(name, after)}
        for name, (before, after) in data.get("changed", {}).items()
    ]


def _label(name: str) -> str:
    try:
        return str(field_label(name))
    except FieldDoesNotExist:
        return name.replace("_", " ")


def _word(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(_CHOICES.get(name, {}).get(value, value))
