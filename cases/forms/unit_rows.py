"""What the forms for rows of a unit share, and that for certificates, products and honours."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Field, Model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.forms.refusals import in_words
from cases.models.enterprise import Certificate, Enterprise, RiskLevel
from cases.rules.errors import RuleError
from cases.services.attach_file import check_file


class UnitRowForm(forms.Form):
    """A row of `enterprise`, to be added or changed."""

    def __init__(self, *args: Any, enterprise: Enterprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enterprise = enterprise
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField) and field.required and type(field.widget) is forms.Select:
                field.choices = nothing_chosen(field.choices)


def nothing_chosen(choices: Any) -> list[tuple[Any, Any]]:
    """The choices after an empty one: what is recorded is chosen by whoever records it, not by its place in a list."""
    return [("", _("Choose")), *choices]


class CheckedFileField(forms.FileField):
    """One file of a kind and size that the archive keeps."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("JPEG, PNG, WebP, HEIC, MP4 or PDF."))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> UploadedFile | None:
        if not data:
            super().clean(None, initial)
            return None
        try:
            check_file(data)
        except RuleError as error:
            raise forms.ValidationError(in_words(error)) from None
        return data


def day_field(label: Any, help_text: Any = "", required: bool = True) -> forms.DateField:
    """A day, picked or typed."""
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, help_text=help_text, required=required, widget=picker)


def label_of(model: type[Model], name: str) -> Any:
    """What the model calls one of its fields."""
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    return capfirst(field.verbose_name)


def text_field(
    model: type[Model], name: str, *, required: bool = False, lines: int = 0, longest: int = 0, **kwargs: Any
) -> forms.CharField:
    """A text of a row with the label and the length of the model; with `lines`, one of several lines."""
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    widget = forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput()
    most = longest or field.max_length
    return forms.CharField(label=label_of(model, name), required=required, max_length=most, widget=widget, **kwargs)


class CertificateForm(UnitRowForm):
    """A production licence or CCC certificate."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Certificate.Kind.choices)
    number = forms.CharField(label=_("Number"), max_length=60)
    scope = forms.CharField(label=_("Scope"), max_length=200, required=False)
    valid_from = day_field(_("Valid from"), required=False)
    valid_to = day_field(_("Valid to"), required=False)


class ProductForm(UnitRowForm):
    """A product with its risk level."""

    name = forms.CharField(label=pgettext_lazy("of a product", "Name"), max_length=120)
    risk_level = forms.ChoiceField(label=_("Risk level"), choices=RiskLevel.choices, help_text=_("Ⅰ is the highest."))
    is_main = forms.BooleanField(label=_("Main product"), required=False, initial=True)


class HonourForm(UnitRowForm):
    """A quality honour or award."""

    name = forms.CharField(label=pgettext_lazy("of an honour", "Name"), max_length=120)
    granted_by = forms.CharField(label=_("Granted by"), max_length=120)
    granted_on = day_field(_("Granted on"), required=False)


class EndForm(forms.Form):
    """The day on which a row ended."""

    on = day_field(_("On"))
