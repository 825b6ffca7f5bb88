"""Forms of the local lists."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models import Body, Enterprise
from cases.rules.uscc import normalised_uscc


class EnterLocalForm(forms.Form):
    """Which unit, by which body, told when, why."""

    body = forms.ModelChoiceField(queryset=Body.objects.none(), to_field_name="code", label=_("Body"), empty_label=None)
    enterprise = forms.CharField(
        label=_("Enterprise"),
        max_length=18,
        help_text=_("Its credit code."),
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    told_on = forms.DateField(
        label=_("The unit was told on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, bodies: QuerySet[Body], units: QuerySet[Enterprise], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["body"].label_from_instance = lambda body: body.name  # type: ignore[attr-defined]

    def clean_enterprise(self) -> Enterprise:
        unit = self.units.filter(uscc=normalised_uscc(self.cleaned_data["enterprise"])).first()
        if unit is None:
            raise forms.ValidationError(_("No unit of your area has this code."))
        return unit


class LeaveLocalForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
