"""A unit's audit events in words, for the time line of its page."""

from collections.abc import Mapping
from typing import Any, Final

from django.forms import Form
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.enterprise import CertificateForm, HonourForm, ProductForm, field_label
from cases.models.audit import AuditEvent
from cases.models.enterprise import Certificate, Enterprise, FirstEntryReason, OperatingStatus, RiskLevel
from cases.selectors.written import written
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
_FORMS: Final[Mapping[str, type[Form]]] = {
    "enterprise.certificate_kept": CertificateForm,
    "enterprise.product_kept": ProductForm,
    "enterprise.honour_kept": HonourForm,
}
"""The forms in which the rows of a unit are entered: they name what changed; the unit's own facts the model names."""
_CHOICES: Final[Mapping[str, Mapping[Any, Any]]] = {
    "status": dict(OperatingStatus.choices),
    "first_entry_reason": dict(FirstEntryReason.choices),
    "kind": dict(Certificate.Kind.choices),
    "risk_level": dict(RiskLevel.choices),
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
            "changes": _changes(event.action, event.data),
        }
        for event in events.order_by("-sequence")[:SHOWN]
    ]


def _changes(action: str, data: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"label": _label(action, name), "before": _word(name, before), "after": _word(name, after)}
        for name, (before, after) in data.get("changed", {}).items()
    ]


def _label(action: str, name: str) -> str:
    if action in _FORMS:
        return str(_FORMS[action].base_fields[name].label)
    return str(field_label(name))


def _word(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(_CHOICES.get(name, {}).get(value, written(value)))
