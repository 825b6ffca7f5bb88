"""Forms of the lists: filters, reviews, additions and requests for removal."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Body, ListCandidate, ListEntry, ListLevel, UnitKind
from cases.rules.errors import StatedError
from cases.selectors.lists import ALL, REMOVAL, WAITING, CandidateFilter, EntryFilter
from cases.services.review_candidates import REMOVAL_CAUSES, Addition, Removal

REASON_HELP = _("At least 10 characters where it is needed.")
_KINDS = [("", _("Producers and sellers")), *UnitKind.choices]
_LEVELS = [(ListLevel.SPECIAL.value, ListLevel.SPECIAL.label), (ListLevel.KEY.value, ListLevel.KEY.label)]


def _body() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=pgettext_lazy("whose list it is", "Body"),
        required=False,
        queryset=Body.objects.none(),
        to_field_name="code",
        empty_label=_("All bodies"),
    )


def _text() -> forms.CharField:
    return forms.CharField(label=_("Name or credit code"), required=False, max_length=100)


def _reason(*, required: bool, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        required=required,
        max_length=2000,
        help_text=REASON_HELP,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class _Filter(forms.Form):
    """A filter in the address; what the address gets wrong narrows nothing."""

    def __init__(self, *args: Any, bodies: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["body"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = bodies
        for each in self.fields.values():  # the toolbar has no room for labels: they are spoken
            each.widget.attrs |= {"class": "input input-short", "aria-label": each.label}


class CandidateFilterForm(_Filter):
    body = _body()
    kind = forms.ChoiceField(label=pgettext_lazy("of a list", "Kind"), required=False, choices=_KINDS)
    proposed = forms.ChoiceField(
        label=_("Proposed"),
        required=False,
        choices=[("", _("All proposals")), *_LEVELS, (REMOVAL, _("Removal or lower level"))],
    )
    cause = forms.ChoiceField(
        label=_("Cause"), required=False, choices=[("", _("Any cause")), *ListCandidate.Cause.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(WAITING, _("To be reviewed")), *ListCandidate.State.choices[1:], (ALL, _("All states"))],
    )
    q = _text()

    def wanted(self) -> CandidateFilter:
        self.is_valid()
        data = self.cleaned_data
        return CandidateFilter(
            body=data.get("body"),
            kind=data.get("kind", ""),
            proposed=data.get("proposed", ""),
            cause=data.get("cause", ""),
            state=data.get("state") or WAITING,
            text=data.get("q", ""),
        )


class EntryFilterForm(_Filter):
    body = _body()
    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=pgettext_lazy("of a list", "Kind"), required=False, choices=_KINDS)
    level = forms.ChoiceField(
        label=pgettext_lazy("of supervision", "Level"), required=False, choices=[("", _("Both levels")), *_LEVELS]
    )
    q = _text()

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["year"]
        field.choices = [("", _("In force now")), *((year, str(year)) for year in years)]

    def wanted(self) -> EntryFilter:
        self.is_valid()
        data = self.cleaned_data
        return EntryFilter(
            body=data.get("body"),
            year=data.get("year"),
            kind=data.get("kind", ""),
            level=data.get("level", ""),
            text=data.get("q", ""),
        )


class _Refusing(forms.Form):
    """Shows a refusal of the service at the field it is about."""

    def take(self, error: StatedError, message: str) -> None:
        field = error.details.get("field")
        self.add_error(field if field in self.fields else None, message)


class ReviewForm(_Refusing):
    """Keep or drop one candidate, or all that are chosen."""

    KEEP, DROP = "keep", "drop"

    do = forms.ChoiceField(
        label=_("Review"),
        choices=[(KEEP, _("Keep: go on with it")), (DROP, _("Drop"))],
        widget=forms.RadioSelect,
    )
    reason = _reason(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Opinion (a reason is needed to drop)")


class AdditionForm(_Refusing):
    """A unit that no scan has found."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("of a list", "Kind"), choices=UnitKind.choices, widget=forms.RadioSelect
    )
    level = forms.ChoiceField(label=_("Proposed"), choices=_LEVELS, widget=forms.RadioSelect)
    reason = _reason(required=True)

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = [choice for choice in UnitKind.choices if choice[0] in kinds]
        if len(kinds) == 1:
            field.initial = kinds[0]

    def facts(self, enterprise_id: int) -> Addition:
        return Addition(enterprise_id, **self.cleaned_data)


class RemovalForm(_Refusing):
    """Take an entry off its list, or down to key supervision."""

    level = forms.ChoiceField(label=_("Asked for"), widget=forms.RadioSelect)
    cause = forms.ChoiceField(
        label=_("Cause"),
        choices=[(cause.value, cause.label) for cause in REMOVAL_CAUSES],
        widget=forms.RadioSelect,
    )
    reason = _reason(required=True)

    def __init__(self, *args: Any, entry: ListEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        down = [(ListLevel.KEY.value, _("Down to key supervision"))] if entry.level == ListLevel.SPECIAL else []
        field: Any = self.fields["level"]
        field.choices = [(ListLevel.NONE.value, _("Take off the list")), *down]
        if not down:
            field.initial = ListLevel.NONE.value

    def facts(self, entry_id: int) -> Removal:
        data = self.cleaned_data
        return Removal(entry_id, cause=data["cause"], reason=data["reason"], level=data["level"])
