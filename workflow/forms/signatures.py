"""The fields in which the form of an on-site check is signed on the spot, drawn or typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.forms.refusals import in_words
from cases.models import OnsiteSignature
from cases.rules.errors import RuleError
from cases.rules.onsite_signature import MOST_BYTES, Drawing, read_drawing
from cases.services.sign_on_site import GivenSignature, inspectors_of
from workflow.forms.base import long_text, radio

if TYPE_CHECKING:
    from workflow.forms.inspection import InspectionForm

Role = OnsiteSignature.Role
Way = OnsiteSignature.Way
INSPECTORS: Final = (Role.LEAD, Role.SECOND)
SIGNATURE_FIELDS: Final = (
    "sign_lead", "typed_lead", "sign_second", "typed_second", "party_way", "party_name", "party_post",
    "party_opinion", "party_reason", "sign_party",
)  # fmt: skip


class DrawingField(forms.CharField):
    """A drawn signature as JSON in a hidden field; cleaned to a `Drawing`, or None where nothing was drawn."""

    def __init__(self, name: str) -> None:
        super().__init__(required=False, max_length=MOST_BYTES, widget=forms.HiddenInput)
        self.name = name

    def clean(self, value: Any) -> Drawing | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_drawing(text, self.name)
        except RuleError as error:
            raise forms.ValidationError(in_words(error)) from error


@dataclass(frozen=True, slots=True)
class Signing:
    """The place of one signer on the page; ``typed`` is left out for the enterprise, which types its name anyway."""

    role: str
    title: str | Promise
    name: str
    drawn: forms.BoundField
    typed: forms.BoundField | None


def add_signatures(form: "InspectionForm") -> None:
    """All of them may stay empty: the record is then signed by hand on the printed paper."""
    for role in INSPECTORS:
        form.fields[f"sign_{role}"] = DrawingField(f"sign_{role}")
        form.fields[f"typed_{role}"] = forms.CharField(
            label=_("Or confirm by typing the name"), required=False, max_length=100
        )
    form.fields["sign_party"] = DrawingField("sign_party")
    form.fields["party_way"] = radio(
        _("How does the enterprise sign?"),
        [
            ("paper", _("On the printed record")),
            ("drawn", _("On this screen")),
            ("typed", _("By typing the name")),
            ("refused", _("It refuses to sign")),
        ],
        required=False,
        initial="paper",
    )
    form.fields["party_name"] = forms.CharField(label=_("Who signs for the enterprise"), max_length=100)
    form.fields["party_post"] = forms.CharField(label=_("Post"), required=False, max_length=100)
    form.fields["party_opinion"] = long_text(_("What the enterprise objects (leave empty if nothing)"), rows=2)
    form.fields["party_reason"] = long_text(_("Why it does not sign"), required=True, rows=2)


def signings(form: "InspectionForm") -> list[Signing]:
    names = inspectors_of(form.case)
    return [
        *(Signing(role, role.label, names.get(role, ""), form[f"sign_{role}"], form[f"typed_{role}"])
          for role in INSPECTORS),
        Signing(Role.PARTY, Role.PARTY.label, "", form["sign_party"], None),
    ]  # fmt: skip


def given_signatures(form: "InspectionForm") -> tuple[GivenSignature, ...]:
    """What was signed: a drawing goes before a typed name; the enterprise as it chose."""
    data: Mapping[str, Any] = form.cleaned_data
    names = inspectors_of(form.case)
    given = []
    for role in INSPECTORS:
        drawing, typed = data.get(f"sign_{role}"), data.get(f"typed_{role}", "")
        if drawing:
            given.append(GivenSignature(role, Way.DRAWN, name=names.get(role, ""), drawing=drawing))
        elif typed:
            given.append(GivenSignature(role, Way.TYPED, name=typed))
    way = data.get("party_way")
    if way == Way.REFUSED:
        given.append(GivenSignature(Role.PARTY, way, reason=data.get("party_reason", "")))
    elif way in (Way.DRAWN, Way.TYPED):
        who = {name: data.get(f"party_{name}", "") for name in ("name", "post", "opinion")}
        drawing = data.get("sign_party") if way == Way.DRAWN else None
        given.append(GivenSignature(Role.PARTY, way, **who, drawing=drawing))
    return tuple(given)
