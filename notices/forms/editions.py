"""Which list of which body to publish."""

from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Body
from cases.models.listing import ListLevel, UnitKind
from notices.models import PublishedList
from notices.services.publish_list import WhichList

LISTS: Final = [
    *(
        (f"supervision:{kind}:{level}", f"{kind_label} · {level_label}")
        for level, level_label in ListLevel.choices
        if level
        for kind, kind_label in UnitKind.choices
        if level != ListLevel.NONE
    ),
    *((f"{code}::", label) for code, label in PublishedList.choices if code != PublishedList.SUPERVISION),
]


class PublishForm(forms.Form):
    """The list, its year and body; supervision lists are always internal."""

    body = forms.ModelChoiceField(queryset=Body.objects.none(), to_field_name="code", label=_("Body"), empty_label=None)
    which = forms.ChoiceField(label=pgettext_lazy("of units", "List"), choices=LISTS)
    year = forms.IntegerField(label=_("Year"), min_value=2023, max_value=2099)
    public = forms.BooleanField(
        label=_("It may leave the authority"),
        help_text=_("Only the blacklist may: the others follow from classes and risks, which are not public."),
        required=False,
    )

    def __init__(self, *args: Any, bodies: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["body"].label_from_instance = lambda body: body.name  # type: ignore[attr-defined]

    def stated(self) -> dict[str, Any]:
        """What the service is told."""
        data = self.cleaned_data
        return {"body": data["body"], "which": self.chosen(), "internal": not data["public"]}

    def chosen(self) -> WhichList:
        code, kind, level = self.cleaned_data["which"].split(":")
        return WhichList(code, self.cleaned_data["year"], kind, level)
