"""The form of one attempt at service, and of a confirmed address. What each kind asks for is judged by the rule."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Attachment, Body, User
from notices.forms.files import SeveralFilesField
from notices.models import ServiceRecord
from notices.rules.confirmation import ConfirmedAddress
from notices.services.record_service import ServiceFacts

OUTCOMES = [("yes", _("Served")), ("no", _("Attempt failed"))]


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ServiceForm(forms.Form):
    """Fields of the receipt of service (送达回证); the kind decides which are shown."""

    body = forms.ModelChoiceField(
        label=_("Addressee served"),
        help_text=_("The letter goes to several bodies; each is served for itself."),
        queryset=Body.objects.none(),
        to_field_name="code",
        empty_label=None,
    )
    kind = forms.ChoiceField(label=_("Kind of service"), choices=ServiceRecord.Kind, widget=forms.RadioSelect)
    outcome = forms.ChoiceField(label=_("Result"), choices=OUTCOMES, widget=forms.RadioSelect)
    attempted_on = forms.DateField(label=_("Day of the attempt"), widget=DateInput())
    second_server = forms.ModelChoiceField(
        label=_("Second server"),
        help_text=_("Direct service and leaving at the premises need two officers."),
        queryset=User.objects.none(),
        empty_label="—",
        required=False,
    )
    place = forms.CharField(label=_("Place of service"), max_length=300, required=False)
    recipient = forms.CharField(label=_("Recipient"), max_length=100, required=False)
    recipient_role = forms.ChoiceField(label=_("Capacity of the recipient"), required=False)
    proxy_reason = forms.CharField(
        label=_("Reason for receiving on behalf"),
        help_text=_("Where somebody else received it for the party."),
        max_length=200,
        required=False,
    )
    receipt_signed = forms.BooleanField(label=_("The receipt of service is signed or sealed"), required=False)
    received_on = forms.DateField(
        label=_("Day of receipt"),
        help_text=_(
            "As written on the receipt or return receipt; for electronic service the day it arrived; "
            "for a public notice the day of publication."
        ),
        required=False,
        widget=DateInput(),
    )
    reference = forms.CharField(
        label=_("Reference"),
        help_text=_(
            "Mail number, electronic address, entrusted market regulator, forwarding department, "
            "or newspaper or website."
        ),
        max_length=200,
        required=False,
    )
    direct_difficulty = forms.CharField(
        label=_("Why direct service is difficult"),
        help_text=_("Not needed once an attempt has failed, nor between bodies."),
        max_length=300,
        required=False,
        widget=forms.Textarea,
    )
    refusal_reason = forms.CharField(
        label=_("Reason of the refusal"), max_length=500, required=False, widget=forms.Textarea
    )
    witness = forms.CharField(label=_("Witness"), max_length=100, required=False)
    witness_unit = forms.CharField(
        label=_("Organisation of the witness"),
        help_text=_("The grassroots organisation or the workplace of the recipient."),
        max_length=200,
        required=False,
    )
    on_video = forms.BooleanField(label=_("Recorded by photos or video"), required=False)
    address_proved_wrong = forms.BooleanField(
        label=_("The confirmed address proved wrong, and no change was reported"), required=False
    )
    posted = forms.BooleanField(label=_("Posted on the notice board and at the premises"), required=False)
    whereabouts_unknown = forms.BooleanField(label=_("Whereabouts unknown"), required=False)
    failure_kind = forms.ChoiceField(label=_("How it failed"), required=False)
    failure_reason = forms.CharField(
        label=_("Why the attempt failed"), max_length=500, required=False, widget=forms.Textarea
    )
    note = forms.CharField(
        label=_("Remarks"),
        help_text=_("For a public notice: its reason and course."),
        max_length=1000,
        required=False,
        widget=forms.Textarea,
    )
    evidence = SeveralFilesField(
        label=_("Evidence"), help_text=_("Receipt, photos, screenshots; JPEG, PNG, PDF or MP4."), required=False
    )

    def __init__(self, *args: Any, servers: Any, bodies: Sequence[Body] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if bodies:
            self.fields["body"].queryset = Body.objects.filter(pk__in=[body.pk for body in bodies])  # type: ignore[attr-defined]
            self.fields["body"].label_from_instance = str  # type: ignore[attr-defined]
        else:
            del self.fields["body"]
        self.fields["second_server"].queryset = servers  # type: ignore[attr-defined]
        self.fields["failure_kind"].choices = [("", "—"), *ServiceRecord.Failure.choices]  # type: ignore[attr-defined]
        self.fields["recipient_role"].choices = [("", "—"), *ServiceRecord.Recipient.choices]  # type: ignore[attr-defined]

    def facts(self, evidence: tuple[Attachment, ...]) -> ServiceFacts:
        """What the service takes."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("outcome", "evidence")}
        return ServiceFacts(**data, succeeded=self.cleaned_data["outcome"] == "yes", evidence=evidence)


class AddressForm(forms.Form):
    """送达地址确认书, as the party signed it."""

    address = forms.CharField(label=_("Address for service"), max_length=300)
    receiver = forms.CharField(label=_("Receiver of the mail"), max_length=100, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    postcode = forms.RegexField(
        r"^\d{6}$", label=_("Postcode"), required=False, error_messages={"invalid": _("A postcode has 6 digits.")}
    )
    designated = forms.CharField(
        label=_("Designated recipient"),
        help_text=_("Whom the party designated to receive documents for it, if anybody."),
        max_length=100,
        required=False,
    )
    electronic_consent = forms.BooleanField(
        label=_("Consents to electronic service"),
        help_text=_("As ticked and signed on the paper. Agreeing to messages by e-mail is not this consent."),
        required=False,
    )
    mobile = forms.CharField(label=_("Mobile number"), max_length=11, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    fax = forms.CharField(label=_("Fax number"), max_length=30, required=False)
    messenger = forms.CharField(label=_("Instant messaging account"), max_length=200, required=False)
    confirmed_on = forms.DateField(label=_("Confirmed on"), widget=DateInput())
    signed_by = forms.CharField(label=_("Signed by"), max_length=100)
    scan = forms.FileField(label=_("Signed scan"), help_text=_("The paper as it was signed; JPEG, PNG or PDF."))
    note = forms.CharField(label=_("Remarks"), max_length=1000, required=False, widget=forms.Textarea)

    def facts(self) -> ConfirmedAddress:
        """What the service takes."""
        return ConfirmedAddress(**{name: value for name, value in self.cleaned_data.items() if name != "scan"})


def initial_service(today: date, address: str) -> dict[str, Any]:
    """What an attempt usually is: in person, today, at the registered address; its result is for its server to say."""
    return {"kind": "direct", "attempted_on": today, "received_on": today, "place": address}
