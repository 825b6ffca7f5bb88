"""The form that opens a case."""

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Enterprise, TaskSheet
from cases.rules.errors import StatedError
from cases.services.open_case import ORIGINS, OpenCase
from workflow.forms.base import day, long_text, radio

ORIGIN_CHOICES: Final = [(code, label) for code, label in Case.Origin.choices if code in ORIGINS]


class OpenCaseForm(forms.Form):
    """Form and origin of the inspection, what gave rise to it, and the day it is planned for."""

    form = radio(_("Form of inspection"), list(Case.Form.choices), initial=Case.Form.REGULAR)
    origin = forms.ChoiceField(label=_("Origin"), choices=ORIGIN_CHOICES, initial=Case.Origin.PLAN)
    origin_note = long_text(
        _("What gave rise to it"),
        help_text=_("Needed unless it comes from the annual plan: which report, which campaign."),
    )
    planned_on = day(_("Planned day of the visit"))
    task_sheet_id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["planned_on"].widget.attrs["min"] = today.isoformat()

    def facts(self, enterprise: Enterprise) -> OpenCase:
        return OpenCase(enterprise_id=enterprise.pk, **self.cleaned_data)

    @staticmethod
    def on_findings(sheet: TaskSheet) -> dict[str, Any]:
        """Initial values for a special inspection on what a filled task list found."""
        lines = sheet.lines.filter(compliant=False)
        found = "；".join(f"{line.number} {line.remark}".strip() for line in lines)
        note = f"监管任务清单（{sheet.period}）检查发现：{found}"[:4000]
        return {"form": Case.Form.SPECIAL, "origin": Case.Origin.HAZARD, "origin_note": note, "task_sheet_id": sheet.pk}

    def take(self, error: StatedError, message: str) -> None:
        """Show a refusal of the service where it belongs."""
        field = error.details.get("field")
        self.add_error(field if field in self.fields else None, message)
