"""The form of a value that no source fixes, its field after the kind of the setting."""

from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from cases.models import Body, Case
from cases.packs.loader import Pack, newest_packs
from cases.packs.settings import OpenSetting
from cases.selectors.settings import packs_to_choose


class DaysField(forms.CharField):
    """Rising numbers, separated by commas or spaces."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        words = str(value or "").replace("，", " ").replace("、", " ").replace(",", " ").split()
        if not all(word.isascii() and word.isdigit() and len(word) < 6 for word in words):
            raise forms.ValidationError(_("Write whole numbers, separated by commas."))
        return [int(word) for word in words]


class OpenSettingForm(forms.Form):
    """A body's own value, and why."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At least 10 characters; it stays on record."),
    )
    field_order = ["value", "reason"]

    def __init__(self, *args: Any, setting: OpenSetting, body: Body, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = value_field(setting, body)
        field.required = required and setting.kind != "origins"
        self.fields["value"] = field
        self.order_fields(self.field_order)


def value_field(setting: OpenSetting, body: Body) -> forms.Field:
    """The field for the values of the setting's kind that a body may choose."""
    label = _("Value")
    if setting.kind == "number":
        help_text = _("A whole number from 1 to %(most)s.") % {"most": setting.most}
        return forms.IntegerField(label=label, min_value=1, max_value=setting.most, help_text=help_text)
    if setting.kind == "origins":
        return forms.MultipleChoiceField(label=label, choices=Case.Origin.choices, widget=forms.CheckboxSelectMultiple)
    if setting.kind == "pack":
        choices = [(pack.code, pack_title(pack)) for pack in packs_to_choose(setting.section, body)]
        return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
    return DaysField(label=label, help_text=_("Up to five rising numbers, separated by commas."))


def value_words(setting: OpenSetting, value: Any) -> str:
    """A value as the reader sees it."""
    if setting.kind == "origins":
        labels = dict(Case.Origin.choices)
        return pgettext("between words", ", ").join(str(labels.get(code, code)) for code in value) or "—"
    if setting.kind == "pack":
        pack = newest_packs().get(value)
        return pack_title(pack) if pack else str(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def setting_title(setting: OpenSetting) -> str:
    """What a setting is called in the reader's language."""
    return setting.en if (get_language() or "").startswith("en") else setting.zh


def pack_title(pack: Pack) -> str:
    """A rule pack's title in the reader's language."""
    english = (get_language() or "").startswith("en")
    return pack.title_en if english and pack.title_en else pack.title
