"""Forms of the incidents page."""

from django import forms
from django.utils.translation import gettext_lazy as _


class GiveUpForm(forms.Form):
    """Why a dead job is given up."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At least 10 characters; it stays on record."),
    )
