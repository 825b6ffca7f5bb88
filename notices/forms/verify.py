"""The public form that asks whether a document is genuine."""

from typing import cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
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

    def clean_file(self) -> UploadedFile:
        """At most as large as anything that can be uploaded here; no document we issue is larger."""
        file = cast(UploadedFile, self.cleaned_data["file"])
        if (file.size or 0) > settings.UPLOAD_MAX_MB * 1024 * 1024:
            raise ValidationError(_("The file is larger than %(limit)d MB."), params={"limit": settings.UPLOAD_MAX_MB})
        return file
