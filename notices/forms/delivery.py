"""Sending a link for electronic service, and confirming behind it that the document was received."""

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.models import DeliveryLink


class SendForm(forms.Form):
    """Which way it goes, and how many links the sender knew of."""

    channel = forms.ChoiceField(choices=DeliveryLink.Channel)
    sent_before = forms.IntegerField(min_value=0)


class ReceiptForm(forms.Form):
    """Who confirms the receipt for the party."""

    name = forms.CharField(label=_("Your name"), max_length=100)
