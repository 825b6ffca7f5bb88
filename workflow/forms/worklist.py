"""Forms of the lists of open work: what the address narrows them to, and giving a task to somebody else."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Body, User
from workflow.forms.base import long_text
from workflow.selectors.worklist import ORDERS, UNCLASSED, WorkFilter
from workflow.steps import STEPS

CLASSES: Final = [("AA", "AA"), ("A", "A"), ("B", "B"), ("C", "C"), (UNCLASSED, _("none yet"))]
DUES: Final = {
    "overdue": _("Overdue"),
    "today": _("Due today"),
    "week": _("Due within 7 days"),
    "next": _("After today, within 7 days"),
    "later": _("Later"),
    "done": _("Finished this month"),
}


class WorkFilterForm(forms.Form):
    """What the address asks for; what it does not know is ignored, except an area, which then holds nothing."""

    q = forms.CharField(label=_("Name, credit code or case number"), max_length=100, required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    step = forms.ChoiceField(label=_("Step"), required=False)
    due = forms.ChoiceField(label=_("Due"), required=False)
    klass = forms.MultipleChoiceField(
        label=_("Quality class"), choices=CLASSES, required=False, widget=forms.CheckboxSelectMultiple
    )
    sort = forms.ChoiceField(choices=[(name, name) for name in ORDERS], required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, areas: Iterable[Body] = (), steps: Iterable[str] = tuple(STEPS)) -> None:
        super().__init__(data)
        # "class" is a word of Python, but it is what the address says
        self.fields["class"] = self.fields.pop("klass")
        self.order_fields(["q", "area", "step", "due", "class", "sort"])
        offered = [(body.code, body.short_name) for body in areas]
        chosen = str(data.get("area", ""))[:12]
        if chosen and chosen not in dict(offered):
            offered.append((chosen, chosen))
        self._offer("area", _("Everywhere"), offered)
        asked = str(data.get("step", ""))
        present = [code for code in dict.fromkeys([*steps, asked]) if code in STEPS]
        self._offer("step", _("Every step"), [(code, STEPS[code].title) for code in present])
        self._offer("due", _("Whenever"), list(DUES.items()))

    def _offer(self, name: str, every: Any, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", every), *choices]

    def wanted(self) -> WorkFilter:
        """The filters that could be read."""
        self.full_clean()
        data = self.cleaned_data
        return WorkFilter(
            area=data.get("area", ""),
            classes=tuple(data.get("class", ())),
            step=data.get("step", ""),
            due=data.get("due", ""),
            text=data.get("q", ""),
            order=data.get("sort") or "due",
        )

    def area_name(self, code: str) -> str:
        """What the chosen area is called; its code where there is none such."""
        field = self.fields["area"]
        assert isinstance(field, forms.ChoiceField)
        return str(dict(field.choices)[code])  # type: ignore[arg-type]


class ReassignForm(forms.Form):
    """Whom a task goes to, and why."""

    to = forms.ModelChoiceField(
        label=_("Give to"), queryset=User.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    reason = long_text(
        _("Reason"), required=True, help_text=_("At least 10 characters; it stands in the log of the case.")
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(pk__in=[person.pk for person in people]).order_by("name", "pk")
