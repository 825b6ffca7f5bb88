"""What the address of a list of cases asks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Body, Case, Procedure, User
from workflow.selectors.case_list import OPEN, ORDERS, OVER, OVERDUE, UNCLASSED, USUAL_ORDER, CaseFilter, areas_of
from workflow.selectors.case_words import STATUSES
from workflow.steps import STEPS

CLASSES = [("AA", "AA"), ("A", "A"), ("B", "B"), ("C", "C"), (UNCLASSED, _("No class yet"))]
SITUATIONS = [(OPEN, _("Under way")), (OVERDUE, _("Overdue")), (OVER, _("Ended"))]


class CaseFilterForm(forms.Form):
    """Every filter of the list; what the address says wrongly is ignored."""

    q = forms.CharField(label=_("Name, code or number"), max_length=100, required=False)
    area = forms.ModelChoiceField(
        label=_("Region"),
        queryset=Body.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("Any region"),
    )
    status = forms.ChoiceField(label=_("Status"), required=False)
    step = forms.ChoiceField(label=_("Open step"), required=False)
    klass = forms.ChoiceField(label=_("Class"), choices=[("", _("Any class")), *CLASSES], required=False)
    procedure = forms.ChoiceField(
        label=_("Procedure"), choices=[("", _("Any procedure")), *Procedure.choices], required=False
    )
    form = forms.ChoiceField(
        label=pgettext_lazy("of an inspection", "Form"),
        choices=[("", _("Any form")), *Case.Form.choices],
        required=False,
    )
    opened_from = forms.DateField(
        label=_("Opened from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    opened_to = forms.DateField(
        label=_("Opened until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    mine = forms.BooleanField(label=_("Only mine"), required=False)
    sort = forms.ChoiceField(choices=[(name, name) for name in ORDERS], required=False)

    def __init__(self, data: QueryDict, *, user: User) -> None:
        super().__init__(data)
        self.fields["class"] = self.fields.pop("klass")  # a word that Python keeps for itself
        code = data.get("area", "")
        chosen = Body.objects.filter(code=code).first() if code else None
        self._choices("area").queryset = areas_of(user, chosen)
        self._choices("area").label_from_instance = lambda body: body.short_name
        self._choices("status").choices = [("", _("Any status")), *SITUATIONS, *STATUSES.items()]
        self._choices("step").choices = [("", _("Any step")), *((step.code, step.title) for step in STEPS.values())]
        self.full_clean()

    def _choices(self, name: str) -> Any:
        return self.fields[name]

    def wanted(self) -> CaseFilter:
        """The filters that could be read."""
        given = self.cleaned_data
        return CaseFilter(
            text=given.get("q") or "",
            area=given.get("area"),
            status=given.get("status") or "",
            step=given.get("step") or "",
            quality_class=given.get("class") or "",
            form=given.get("form") or "",
            procedure=given.get("procedure") or "",
            opened_from=given.get("opened_from"),
            opened_to=given.get("opened_to"),
            mine=bool(given.get("mine")),
            order=given.get("sort") or USUAL_ORDER,
        )

    def chosen(self) -> "Chosen":
        return Chosen(self)


@dataclass(frozen=True)
class Chosen:
    """The filters in force as an address and as chips."""

    form: CaseFilterForm

    def values(self) -> dict[str, str]:
        """Name and value of every filter that was understood."""
        good = self.form.cleaned_data
        return {name: self.form.data.get(name, "") for name in self.form.fields if good.get(name)}

    def address(self, **changes: str) -> str:
        """The query that shows this with `changes`, on its first page, in the same view and columns."""
        beside = {name: self.form.data.get(name, "") for name in ("view", "cols")}
        query = {**beside, **self.values(), **changes}
        return "?" + urlencode({name: value for name, value in query.items() if value})

    def chips(self) -> list[dict[str, str]]:
        """Each filter in words, with the address that is left without it."""
        return [
            {"label": str(self.form.fields[name].label), "value": words, "remove_url": self.address(**{name: ""})}
            for name, words in self._words()
        ]

    def _words(self) -> Iterable[tuple[str, str]]:
        for name, value in self.values().items():
            if name == "sort":
                continue
            cleaned = self.form.cleaned_data[name]
            choices = getattr(self.form.fields[name], "choices", None)
            if isinstance(cleaned, Body):
                yield name, cleaned.short_name
            elif cleaned is True:
                yield name, str(_("yes"))
            elif choices is not None:
                yield name, str(dict(choices).get(value, value))
            else:
                yield name, value
