"""The form that starts an import."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models.body import Body
from cases.services.fault_texts import fault_text


class ImportForm(forms.Form):
    """A file and how to treat its rows."""

    file = forms.FileField(
        label=_("File"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"empty": _("The file is empty.")},
    )
    body = forms.ModelChoiceField(
        label=_("Into the area of"),
        queryset=Body.objects.none(),
        to_field_name="code",
        empty_label=None,
        help_text=_("Rows of other areas are rejected."),
    )
    strict = forms.BooleanField(
        label=_("Save nothing if any row is wrong"),
        required=False,
        help_text=_("Otherwise the right rows are saved and the wrong ones are listed for correction."),
    )

    def __init__(self, *args: Any, bodies: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["body"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = bodies

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large before it is read into memory."""
        file: UploadedFile = self.cleaned_data["file"]
        size = (file.size or 0) / (1024 * 1024)
        if size > settings.UPLOAD_MAX_MB:
            details = {"size": f"{size:.1f}", "limit": settings.UPLOAD_MAX_MB}
            raise forms.ValidationError(fault_text("too_large", details))
        return file
