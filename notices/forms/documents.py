"""Forms of the document pages: filter, what a drafter adds, why it is voided."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Body
from notices.models import Document, LegalReview
from notices.packs import document_kinds, kind_of
from notices.rules.fields import CHOICES, NUMBERS


class DocumentFilter(forms.Form):
    """What narrows the list; everything may be left out."""

    q = forms.CharField(label=_("Number or enterprise"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    body = forms.ModelChoiceField(label=_("Issued by"), queryset=Body.objects.none(), required=False)

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = ((kind.kind, kind.name) for kind in document_kinds().values())
        self.fields["kind"].choices = [("", _("All kinds")), *kinds]  # type: ignore[attr-defined]
        states = [
            *Document.State.choices,
            ("unserved", _("Issued, not served")),
            ("unreviewed", _("Awaiting legal review")),
        ]
        self.fields["state"].choices = [("", _("All states")), *states]  # type: ignore[attr-defined]
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["body"].empty_label = _("All bodies")  # type: ignore[attr-defined]
        for name, field in self.fields.items():  # the toolbar has no room for labels: they are spoken
            narrow = {"class": "input input-short", "data-submit": ""}
            wide = {"class": "input grow", "type": "search", "placeholder": field.label}
            field.widget.attrs |= {**(wide if name == "q" else narrow), "aria-label": field.label}


_LABELS: dict[str, tuple[Any, Any]] = {
    "facts": (_("What was found"), _("Replaces the usual wording. Each line is a paragraph.")),
    "demands": (_("What is demanded"), _("Each line is a numbered demand.")),
    "bring": (_("What to bring"), ""),
    "contact": (_("Contact person and telephone"), ""),
    "cc": (_("Copies to"), ""),
    "attendants": (_("Attending for the enterprise"), ""),
    "statement": (_("Statement of the enterprise"), ""),
    "statement_by": (_("Statement made by"), ""),
    "reply_days": (_("Working days to reply"), ""),
    "urgency": (_("Urgency"), _("Printed at the upper left of the letter; most letters have none.")),
}
_LONG = {"facts", "demands", "statement"}


def _text(name: str) -> forms.CharField:
    label, words = _LABELS[name]
    most, widget = (4000, forms.Textarea) if name in _LONG else (200, forms.TextInput)
    return forms.CharField(label=label, help_text=words, required=False, max_length=most, widget=widget)


def _number(name: str) -> forms.IntegerField:
    label, words = _LABELS[name]
    bounds = NUMBERS[name]
    return forms.IntegerField(label=label, help_text=words, required=False, min_value=bounds[0], max_value=bounds[-1])


def _choice(name: str) -> forms.ChoiceField:
    label, words = _LABELS[name]
    choices = [("", pgettext_lazy("no urgency", "None")), *((word, word) for word in CHOICES[name])]
    return forms.ChoiceField(label=label, help_text=words, required=False, choices=choices)


def _field(name: str) -> forms.Field:
    if name in NUMBERS:
        return _number(name)
    return _choice(name) if name in CHOICES else _text(name)


class DraftForm(forms.Form):
    """What the drafter adds to the facts of the record, for the fields this kind of document has."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in kind_of(kind).fields:
            self.fields[name] = _field(name)

    def filled(self) -> dict[str, Any]:
        """The fields that say something."""
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class ReviewForm(forms.Form):
    """What the legal unit says of a draft."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=LegalReview.Outcome.choices, widget=forms.RadioSelect)
    opinion = forms.CharField(
        label=_("Opinion"),
        help_text=_("Needed where the draft is returned: what must be changed, and by which provision."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class VoidForm(forms.Form):
    """Why a document is void."""

    reason = forms.CharField(label=_("Reason"), min_length=10, max_length=500, widget=forms.Textarea(attrs={"rows": 4}))
