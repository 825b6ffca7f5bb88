"""A unit's audit events in words, for the time line of its page."""

from collections.abc import Mapping
from typing import Any, Final, cast

from django.forms import ChoiceField, Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.enterprise import field_label
from cases.models.audit import AuditEvent
from cases.models.enterprise import Enterprise, FirstEntryReason, OperatingStatus
from cases.selectors.written import written
from cases.services.enterprise_checks import stream_of
from cases.views.event_page import EVENT_TITLES
from cases.views.unit_row_kinds import forms_by_action, titles

SHOWN: Final = 20
TITLES: Final = {
    "enterprise.entered": gettext_lazy("Entered"),
    "enterprise.changed": gettext_lazy("Facts changed"),
    "enterprise.status": gettext_lazy("Operating status changed"),
    "enterprise.archivefile_kept": gettext_lazy("File put into the archive"),
    "enterprise.taken_over": gettext_lazy("Supervision taken over by the body above"),
    "enterprise.given_back": gettext_lazy("Given back to its tier"),
    "tier.confirmed": gettext_lazy("Tier confirmed"),
    "candidate.dropped": gettext_lazy("List candidate dropped"),
    "task_sheet.generated": gettext_lazy("Task list made"),
    "task_sheet.given": gettext_lazy("Task list given to an officer"),
    "task_sheet.filled": gettext_lazy("Task list filled in"),
    "task_sheet.cancelled": gettext_lazy("Task list cancelled"),
    "local_list.entered": gettext_lazy("Put on a local list"),
    "local_list.left": gettext_lazy("Taken off a local list"),
    "review_overdue": gettext_lazy("Yearly review overdue; the class stays"),
    "no_reclassification": gettext_lazy("No re-classification followed from a risk event"),
    "enterprise.onsite_check": gettext_lazy("On-site check recorded"),
    "lock.locked": gettext_lazy("Responsible officer named"),
    "lock.change_reported": gettext_lazy("Change of the responsible officer reported"),
    "lock.change_found": gettext_lazy("The responsible officer's lock no longer stands as recorded"),
    "lock.change_withdrawn": gettext_lazy("Change withdrawn: the officer stays"),
    "lock.handed_over": gettext_lazy("Successor of the responsible officer recorded"),
    "lock.released": gettext_lazy("Lock released"),
    "lock.ceased": gettext_lazy("Lock ended with the unit"),
    **titles(),
    **EVENT_TITLES,
}
_FORMS: Final = forms_by_action()
"""The forms in which the rows of a unit are entered: they name what changed; the unit's own facts the model names."""
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
            "reason": _told(event),
            "at": event.at,
            "who": event.actor.name if event.actor else _("system"),
            "body": event.body.short_name if event.body else "",
            "changes": _changes(event.action, event.data),
        }
        for event in events.order_by("-sequence")[:SHOWN]
    ]


def _told(event: AuditEvent) -> str:
    """What it was about, where the title alone does not say."""
    return event.data.get("what") or event.data.get("name") or event.data.get("title", "")


def _changes(action: str, data: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"label": label, "before": _word(words, before), "after": _word(words, after)}
        for name, (before, after) in data.get("changed", {}).items()
        for label, words in [_field(action, name)]
    ]


def _field(action: str, name: str) -> tuple[str, Mapping[Any, Any]]:
    """What a changed fact is called, and the words for its values where they are chosen from a list."""
    if action not in _FORMS:
        return str(field_label(name)), _CHOICES.get(name, {})
    field: Field = _FORMS[action].base_fields[name]
    return str(field.label), dict(cast("list[tuple[Any, Any]]", field.choices)) if isinstance(
        field, ChoiceField
    ) else {}


def _word(words: Mapping[Any, Any], value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(words.get(value, written(value)))
