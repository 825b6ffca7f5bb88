"""What the forms of all steps share: choices in words, files, and facts for the service."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.forms.refusals import in_words
from cases.models import Case, User
from cases.rules.errors import RuleError, StatedError
from cases.services.attach_file import check_file
from notices.forms.files import SeveralFilesInput

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Label
else:
    Label = str | Promise

Choices = list[tuple[str, "Label"]]


class MultipleFileField(forms.FileField):
    """Any number of files; ``clean`` returns a list, each of a kind and size that the service will keep."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", SeveralFilesInput())
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not files:
            super().clean(None, initial)
        refused = []
        for each in files:
            try:
                check_file(each)
            except RuleError as error:
                refused.append(in_words(error))
        if refused:
            raise forms.ValidationError(refused)
        return list(files)


class PersonField(forms.ModelChoiceField):
    """A colleague, by name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(empty_label=_("Choose a person"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def radio(label: "Label", choices: Choices, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **kwargs)


def long_text(label: "Label", *, required: bool = False, rows: int = 3, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


def day(label: "Label", **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a form: fields with their tones, under a title of their own where they belong together.

    ``show_when`` ("name=value|value") says after which answer it is asked for; without script it is always shown.
    """

    fields: list[tuple[forms.BoundField, str]]
    title: str = ""
    show_when: str = ""


class StepForm(forms.Form):
    """The form of one step. ``facts()`` gives the service what it takes; ``tones`` colours the answers.

    ``effect`` says what submitting brings about that cannot be undone; such a form is shown for checking first.
    ``show_when`` names, for a field, the answer after which it is asked for.
    """

    tones: Mapping[str, str] = {}
    show_when: Mapping[str, str] = {}
    effect: ClassVar[str | Promise] = ""
    heading: ClassVar[str | Promise] = _("Your decision")
    submit_label: ClassVar[str | Promise] = _("Submit")
    purpose: ClassVar[str] = "other"  # of the files attached, see Attachment.Purpose

    def __init__(self, *args: Any, case: Case, acting: Acting, **kwargs: Any) -> None:
        self.case = case
        self.acting = acting
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the case."""

    def full_clean(self) -> None:
        """A field that is asked for only after another answer is required only then."""
        relaxed = [name for name, field in self.fields.items() if field.required and not self.asks_for(name)]
        for name in relaxed:
            self.fields[name].required = False
        super().full_clean()
        for name in relaxed:
            self.fields[name].required = True

    def asks_for(self, name: str) -> bool:
        """Whether the answers given so far call for this field."""
        asked, _sep, values = self.show_when.get(name, "").partition("=")
        return not asked or self.data.get(self.add_prefix(asked)) in values.split("|")

    def facts(self) -> Any:
        raise NotImplementedError

    def attachments(self) -> list[tuple[str, Any]]:
        """(item, upload) of every file given."""
        return [("", upload) for upload in self.cleaned_data.get("uploads", [])]

    def several_valued(self) -> list[str]:
        """Names of the fields that take more than one value."""
        return [name for name, field in self.fields.items() if isinstance(field, forms.MultipleChoiceField)]

    def files_refused(self) -> bool:
        """Whether a file will not do; other errors may stay in a draft."""
        return any(isinstance(self.fields[name], forms.FileField) for name in self.errors if name in self.fields)

    def take(self, error: StatedError, message: str) -> None:
        """Show a refusal of the service where it belongs."""
        field = error.details.get("field")
        self.add_error(field if field in self.fields else None, message)

    def title_of(self, name: str) -> str:
        """The title under which a field stands together with its neighbours of the same title."""
        return ""

    def rows(self) -> list[Row]:
        """Visible fields in order, those of one title together."""
        rows: list[Row] = []
        for bound in self.visible_fields():
            title = self.title_of(bound.name)
            pair = (bound, self.tones.get(bound.name, ""))
            if title and rows and rows[-1].title == title:
                rows[-1].fields.append(pair)
            else:
                rows.append(Row([pair], title, self.show_when.get(bound.name, "")))
        return rows

    def answers(self) -> list[tuple[str, str]]:
        """What was entered, in words, for checking."""
        given = []
        for bound in self.visible_fields():
            value = self.cleaned_data.get(bound.name)
            if value in (None, "", []) or isinstance(bound.field, forms.FileField):
                continue
            given.append((str(bound.label), _said(bound.field, value)))
        return given


def in_choice_words(field: forms.Field | None, value: str) -> str:
    """A value as it was sent, in the words of the choice it stands for; itself where there is no choice."""
    return next((str(label) for key, label in getattr(field, "choices", ()) if str(key) == value), value)


def _said(field: forms.Field, value: Any) -> str:
    if isinstance(value, list):
        return "、".join(in_choice_words(field, each) for each in value)
    return value.name if isinstance(value, User) else in_choice_words(field, str(value))
