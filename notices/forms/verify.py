"""The public form that asks whether a document is genuine."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """The code printed beside the QR code of a document."""

    code = forms.CharField(label=_("Verification code"), max_length=40)

    def clean_code(self) -> str:
        """Capital letters, without the blanks and dashes people type."""
        return "".join(c for c in self.cleaned_data["code"].upper() if c.isalnum())


class CompareForm(forms.Form):
    """A PDF to compare with the issued one; it is not kept."""

    file = forms.FileField(label=_("PDF file"))
