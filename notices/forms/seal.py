"""The form that puts a seal image into use."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SealForm(forms.Form):
    """A PNG from the body's certified e-seal service; the service checks what it really is."""

    image = forms.FileField(label=_("Seal image"), help_text=_("PNG, 200 to 2,400 pixels a side, at most 1 MB."))
