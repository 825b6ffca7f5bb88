"""Forms of the boundaries that a customer brings."""

from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models import Body

MOST_MB: Final = 8


class BoundariesForm(forms.Form):
    """A GeoJSON with where it comes from."""

    body = forms.ModelChoiceField(
        label=_("For the area of"), queryset=Body.objects.none(), to_field_name="code", empty_label=None
    )
    map_number = forms.CharField(
        label=_("Map review number (审图号)"),
        max_length=40,
        help_text=_("As it stands on the map, such as GS(2024)0650号. It is shown wherever the boundaries are drawn."),
    )
    source = forms.CharField(
        label=_("Source of the map"), max_length=200, help_text=_("Who published it, and its title.")
    )
    file = forms.FileField(
        label=_("GeoJSON file"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".geojson,.json"}),
        help_text=_("Polygons in degrees, each with the code of its area in the property “adcode”; at most 8 MB."),
        error_messages={"empty": _("The file is empty.")},
    )

    def __init__(self, *args: Any, bodies: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["body"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = bodies

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large before it is read into memory."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_MB * 1024 * 1024:
            raise forms.ValidationError(_("The file is larger than %(limit)s MB.") % {"limit": MOST_MB})
        return file
