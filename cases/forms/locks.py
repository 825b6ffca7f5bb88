"""Forms of responsibility locks: naming, changing, handing over, checking, and the filter of the list."""

from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models import Body, User
from cases.selectors.locks import LockFilter

LONGEST: Final = 2000
STATES: Final = [
    ("", _("All units")),
    ("overdue", _("Check overdue")),
    ("soon", _("Check due within 30 days")),
    ("change", _("Successor to be recorded")),
]


def _words(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, max_length=LONGEST, widget=widget, help_text=help_text)


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=picker, help_text=help_text)


def _person(label: Any, help_text: Any = "") -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=label, queryset=User.objects.none(), widget=forms.Select, help_text=help_text, empty_label="—"
    )


class _WithPeople(forms.Form):
    """A form whose fields in `people` choose among the people it is given."""

    people: tuple[str, ...] = ()

    def __init__(self, *args: Any, among: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.people:
            self.fields[name].queryset = among  # type: ignore[attr-defined]


class LockForm(_WithPeople):
    """Who answers for a unit, and why a major risk is likely."""

    people = ("officer",)
    officer = _person(_("Responsible officer"), _("Whose post inspects enterprises where the unit stands."))
    study = _words(_("Record of the study"), _("Why a major quality-safety risk is likely; at least 10 characters."))


class HandOverForm(_WithPeople):
    """Who takes over, since when the officer has changed, and why."""

    people = ("officer",)
    officer = _person(_("Successor"), _("Whose post inspects enterprises where the unit stands."))
    changed_on = _day(
        _("Day of the change"),
        _("Five working days are counted from the day after it; a change reported before keeps its day."),
    )
    reason = _words(_("Reason"), _("At least 10 characters; it stays in the unit's file."))


class ChangeForm(forms.Form):
    """An officer who leaves or changes, before the successor is known."""

    changed_on = _day(_("Day of the change"), _("Five working days are counted from the day after it."))
    reason = _words(_("Reason"), _("At least 10 characters; it stays in the unit's file."))


class LockReasonForm(forms.Form):
    """Why a lock is released, or a change withdrawn."""

    reason = _words(_("Reason"), _("At least 10 characters; it stays in the unit's file."))


class CheckForm(_WithPeople):
    """A half-year check: by oneself and a second officer."""

    people = ("second_officer",)
    checked_on = _day(_("Day of the visit"))
    second_officer = _person(_("Second officer"), _("Two officers with enforcement certificates visit together."))
    approval = forms.CharField(
        label=_("Approval of the visit"),
        max_length=200,
        help_text=_("Who approved it and when, or the number of the approval."),
    )
    findings = _words(_("Findings"), _("What was looked at and what was found; at least 10 characters."))


class LockFilterForm(forms.Form):
    """The filter of the list, all of it in the address; what the address gets wrong narrows nothing."""

    q = forms.CharField(label=_("Name or credit code"), required=False, max_length=100)
    officer = forms.CharField(label=_("Responsible officer"), required=False, max_length=60)
    area = forms.ModelChoiceField(
        label=_("Area"), required=False, queryset=Body.objects.none(), to_field_name="code", empty_label=_("All areas")
    )
    state = forms.ChoiceField(required=False, choices=STATES, widget=forms.HiddenInput)

    def __init__(self, *args: Any, areas: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    def wanted(self) -> LockFilter:
        """The filter; a value that does not exist is left out."""
        self.is_valid()
        data = self.cleaned_data
        return LockFilter(
            area=data.get("area"),
            officer=data.get("officer", "").strip(),
            state=data.get("state", ""),
            text=data.get("q", ""),
        )
