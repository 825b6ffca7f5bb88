"""Forms of tier confirmation, escalation and the watch board."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.forms.enterprise import TIERS
from cases.models import Body, EscalationProposal
from cases.selectors.listed_board import BoardFilter
from cases.selectors.tier_confirmations import SheetFilter


class ListFilterForm(forms.Form):
    """A filter in the address of a list; what the address gets wrong narrows nothing."""

    q = forms.CharField(
        label=_("Name or credit code"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name or credit code")}),
    )
    area = forms.ModelChoiceField(
        label=_("Accountable body"),
        required=False,
        queryset=Body.objects.none(),
        to_field_name="code",
        empty_label=_("All accountable bodies"),
    )

    def __init__(self, *args: Any, areas: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = areas


class TierSheetFilterForm(ListFilterForm):
    """The filter of the sheet of tiers that wait for confirmation."""

    tier = forms.ChoiceField(label=_("Tier"), required=False, choices=[("", _("All tiers")), *TIERS])
    provisional = forms.BooleanField(label=_("Provisional only"), required=False)
    changed = forms.BooleanField(label=_("Changed only"), required=False)

    def wanted(self) -> SheetFilter:
        self.is_valid()
        data = self.cleaned_data
        return SheetFilter(
            text=data.get("q", "").strip(),
            tier=data.get("tier", ""),
            body=data.get("area"),
            provisional=data.get("provisional", False),
            changed=data.get("changed", False),
        )


class WatchBoardFilterForm(ListFilterForm):
    """The filter of the watch board."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)
        area.label, area.empty_label = _("Area"), _("All areas")

    def wanted(self, tile: str) -> BoardFilter:
        self.is_valid()
        data = self.cleaned_data
        return BoardFilter(tile=tile, text=data.get("q", "").strip(), area=data.get("area"))


class ProposalForm(forms.Form):
    """What is asked of the body above, and why."""

    wanted = forms.ChoiceField(
        label=_("What is asked for"), choices=EscalationProposal.Wanted.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("At least 10 characters; the body above decides on it."),
    )
