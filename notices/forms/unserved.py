"""What narrows the board of unserved letters."""

from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Body, User
from notices.selectors.documents import dispatched_kinds
from notices.selectors.unserved import VIEWS, UnservedFilter

AGES: Final = (
    ("", _("Any age")),
    ("3", _("3 days or more")),
    ("7", _("7 days or more")),
    ("15", _("15 days or more")),
    ("30", _("30 days or more")),
)


class UnservedForm(forms.Form):
    """Everything may be left out; what cannot be read narrows nothing."""

    show = forms.ChoiceField(required=False, choices=[(view, view) for view in VIEWS], widget=forms.HiddenInput)
    body = forms.ModelChoiceField(label=_("Issued by"), queryset=Body.objects.none(), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    age = forms.TypedChoiceField(label=_("Since the issue"), choices=AGES, coerce=int, empty_value=None, required=False)
    handler = forms.ModelChoiceField(label=_("In the hands of"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, bodies: Any, handlers: Any, names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(kind, names[kind]) for kind in dispatched_kinds()]
        self.fields["kind"].choices = [("", _("All kinds")), *chosen]  # type: ignore[attr-defined]
        for name, found, empty in (("body", bodies, _("All bodies")), ("handler", handlers, _("Everybody"))):
            self.fields[name].queryset = found  # type: ignore[attr-defined]
            self.fields[name].empty_label = empty  # type: ignore[attr-defined]
        for field in self.visible_fields():
            field.field.widget.attrs |= {"class": "input input-short", "data-submit": "", "aria-label": field.label}

    def wanted(self) -> UnservedFilter:
        """The filters that could be read."""
        self.full_clean()
        return UnservedFilter(**{name: value for name, value in self.cleaned_data.items() if value})

    def address(self, **changes: str) -> str:
        """The query that shows this with `changes`."""
        query = {name: self.data.get(name, "") for name in self.fields} | changes
        return "?" + urlencode({name: value for name, value in query.items() if value})
