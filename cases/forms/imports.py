"""The forms of an import: start one, decide its rows."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.models.body import Body
from cases.models.imports import ImportRow
from cases.services.fault_texts import fault_text
from cases.services.import_kinds import KINDS, USUAL


class ImportForm(forms.Form):
    """A file and how to treat its rows."""

    kind = forms.ChoiceField(label=_("Kind of record"), help_text=_("Each kind has its own template with its columns."))
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
    dry_run = forms.BooleanField(
        label=_("Check first, save when I say so"),
        required=False,
        help_text=_("You see what would happen to every row before anything is saved."),
    )
    strict = forms.BooleanField(
        label=_("Save nothing if any row is wrong"),
        required=False,
        help_text=_("Otherwise the right rows are saved and the wrong ones are listed for correction."),
    )

    def __init__(self, data: QueryDict | None, *args: Any, bodies: QuerySet[Body], **kwargs: Any) -> None:
        if data is not None and "kind" not in data:  # enterprises, where nothing is said
            data = data.copy()
            data["kind"] = USUAL
        super().__init__(data, *args, **kwargs)
        field, kind = self.fields["body"], self.fields["kind"]
        assert isinstance(field, forms.ModelChoiceField)
        assert isinstance(kind, forms.ChoiceField)
        field.queryset = bodies
        kind.choices = [(code, kind.title) for code, kind in KINDS.items()]

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large before it is read into memory."""
        file: UploadedFile = self.cleaned_data["file"]
        size = (file.size or 0) / (1024 * 1024)
        if size > settings.UPLOAD_MAX_MB:
            details = {"size": f"{size:.1f}", "limit": settings.UPLOAD_MAX_MB}
            raise forms.ValidationError(fault_text("too_large", details))
        return file


class RemainingForm(forms.Form):
    """One choice for all rows that are not decided yet."""

    choice = forms.ChoiceField(label=_("All that are not decided"), choices=ImportRow.Decision.choices)
