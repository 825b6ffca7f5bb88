"""The forms by which rule packs are drafted, published and given up, and the filter of a rehearsal's table."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.forms.open_settings import pack_title
from cases.models import Body, RehearsedChange
from cases.packs.drafting import LONGEST_CODE, LONGEST_TITLE
from cases.packs.loader import Pack
from cases.packs.marked import LONGEST_DOCUMENT
from cases.selectors.packs import ChangeFilter


class PackDraftForm(forms.Form):
    """Whose pack it will be, what it begins from, and what it is called."""

    body = forms.ModelChoiceField(
        label=_("Body that will publish it"), queryset=Body.objects.none(), to_field_name="code", empty_label=None
    )
    base = forms.ChoiceField(label=_("Begun from"))
    beginning = forms.ChoiceField(
        label=_("How to begin"),
        choices=[
            ("extend", _("Extend it: everything it says holds, and the draft adds to it")),
            ("copy", _("Copy its whole text, to change it; with the same code it becomes its next version")),
        ],
        initial="extend",
        widget=forms.RadioSelect,
    )
    code = forms.CharField(
        label=_("Code of the pack"),
        max_length=LONGEST_CODE,
        help_text=_("Small letters, digits and hyphens. A new code begins with that of the body, such as 330000-2027."),
    )
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)

    def __init__(self, *args: Any, bodies: QuerySet[Body], packs: list[Pack], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, base = self.fields["body"], self.fields["base"]
        assert isinstance(field, forms.ModelChoiceField)
        assert isinstance(base, forms.ChoiceField)
        field.queryset = bodies
        base.choices = [(pack.ref, f"{pack_title(pack)} ({pack.ref})") for pack in packs]


class PackTextForm(forms.Form):
    """The text of a draft, on top of the version it was typed on."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Text of the pack (YAML)"),
        max_length=LONGEST_DOCUMENT,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 30, "spellcheck": "false", "autocomplete": "off", "autocapitalize": "off", "wrap": "off"}
        ),
    )

    def clean_text(self) -> str:
        """Line ends as they are stored; a browser sends its own."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").replace("\r", "\n")


class ReasonForm(forms.Form):
    """Why; stays on record."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At least 10 characters; it stays on record."),
    )


class ChangeFilterForm(forms.Form):
    """Which changes of a rehearsal are shown; anything that is no choice narrows nothing."""

    what = forms.ChoiceField(
        label=_("What changes"), choices=[("", _("Everything")), *RehearsedChange.What.choices], required=False
    )
    area = forms.ModelChoiceField(
        label=_("Area"), queryset=Body.objects.none(), to_field_name="code", required=False, empty_label=_("All areas")
    )
    q = forms.CharField(label=_("Name or credit code"), max_length=100, required=False)
    before = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    after = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, areas: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = areas

    def chosen(self) -> ChangeFilter:
        """The filter as far as it is valid."""
        self.is_valid()
        data = self.cleaned_data
        pair = data.get("before") is not None and "before" in self.data
        return ChangeFilter(
            what=data.get("what", ""),
            before=data.get("before") if pair else None,
            after=data.get("after") if pair else None,
            area=data.get("area"),
            text=data.get("q", ""),
        )
