"""Forms of the document pages: filter, what a drafter adds, why it is voided."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Body
from notices.models import Document, Kind


class DocumentFilter(forms.Form):
    """What narrows the list; everything may be left out."""

    q = forms.CharField(label=_("Number or enterprise"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    body = forms.ModelChoiceField(label=_("Issued by"), queryset=Body.objects.none(), required=False)

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All kinds")), *Kind.choices]  # type: ignore[attr-defined]
        states = [*Document.State.choices, ("unserved", _("Issued, not served"))]
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
}
_LONG = {"facts", "demands", "statement"}
_FIELDS: dict[str, tuple[str, ...]] = {
    "interview_notice": ("facts", "bring", "contact", "cc"),
    "rectification_order": ("facts", "contact", "cc"),
    "reminder_letter": ("facts", "demands", "contact", "cc"),
    "general_rules_form": (),
    "return_visit_record": ("attendants", "statement", "statement_by"),
    "listed_oversight_notice": ("contact", "cc"),
    "oversight_lift_notice": ("contact", "cc"),
    "listing_notice": ("facts", "contact", "cc"),
    "listing_decision": ("contact", "cc"),
    "delisting_notice": ("contact", "cc"),
}


class DraftForm(forms.Form):
    """What the drafter adds to the facts of the record, for the fields this kind of document has."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _FIELDS[kind]:
            label, words = _LABELS[name]
            widget = forms.Textarea if name in _LONG else forms.TextInput
            self.fields[name] = forms.CharField(
                label=label, help_text=words, required=False, max_length=4000 if name in _LONG else 200, widget=widget
            )
        if kind == Kind.REMINDER_LETTER:
            self.fields["reply_days"] = forms.IntegerField(
                label=_("Working days to reply"), min_value=1, max_value=60, required=False
            )

    def filled(self) -> dict[str, Any]:
        """The fields that say something."""
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class VoidForm(forms.Form):
    """Why a document is void."""

    reason = forms.CharField(label=_("Reason"), min_length=10, max_length=500, widget=forms.Textarea(attrs={"rows": 4}))
