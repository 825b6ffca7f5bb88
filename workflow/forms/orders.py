"""Forms beside the steps of an order: link for the enterprise, extension, the enterprise's own report, early end."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Attachment
from cases.packs.loader import load_deadline_rules
from cases.services.order_rectification import RULE
from cases.services.report_rectification import AskExtension, DecideExtension, ReportRectification
from workflow.forms.base import MultipleFileField, StepForm, long_text, radio
from workflow.forms.decisions import reason


class LinkForm(StepForm):
    by_mail = forms.BooleanField(label=_("Send the link by e-mail"), required=False)
    submit_label = _("Make the link")

    def prepare(self) -> None:
        enterprise = self.case.enterprise
        if enterprise.email and enterprise.email_consent:
            self.fields["by_mail"].help_text = _("To %(address)s; the enterprise agreed to messages by e-mail.") % {
                "address": enterprise.email
            }
        else:
            del self.fields["by_mail"]

    def facts(self) -> bool:
        """Whether to send it by mail."""
        return bool(self.cleaned_data.get("by_mail"))


class AskExtensionForm(StepForm):
    days = forms.IntegerField(label=_("Days to be added"), min_value=1)
    reason = reason(_("Why more time is needed"), required=True)
    submit_label = _("Ask for the extension")

    def prepare(self) -> None:
        rule = load_deadline_rules()[RULE]
        self.fields["days"].help_text = _(
            "At most %(longest)d days, once only, and at least %(before)d days before the period ends."
        ) % {"longest": rule.max_extension, "before": rule.ask_before}

    def facts(self) -> AskExtension:
        return AskExtension(self.cleaned_data["days"], self.cleaned_data["reason"])


class DecideExtensionForm(StepForm):
    outcome = radio(_("Decision"), [("grant", _("Grant the extension")), ("refuse", _("Refuse the extension"))])
    reason = reason(required=True)
    tones = {"outcome": "grant=ok refuse=bad"}
    effect = _("Where it is granted, the period of the order ends later; the enterprise can have no further extension.")

    def facts(self) -> DecideExtension:
        return DecideExtension(**self.cleaned_data)


class TerminateForm(StepForm):
    reason = reason(_("How the enterprise ceased to exist, and by what it is proved"), required=True)
    effect = _("The case ends where it stands, its open steps and periods are dropped, and it cannot be opened again.")
    submit_label = _("End the case")

    def facts(self) -> str:
        return str(self.cleaned_data["reason"])


class EnterpriseReportForm(StepForm):
    content = long_text(
        _("What you have put right"), required=True, rows=8, help_text=_("Answer every item of the order.")
    )
    submitted_name = forms.CharField(label=_("Your name and office"), max_length=100)
    uploads = MultipleFileField(label=_("Evidence (photos, PDF)"))
    purpose = Attachment.Purpose.RECTIFICATION
    submit_label = _("Hand in the report")

    def facts(self) -> ReportRectification:
        return ReportRectification(self.cleaned_data["content"], self.cleaned_data["submitted_name"])


class EnterpriseExtensionForm(AskExtensionForm):
    """The same request, made by the enterprise itself; its fields are told apart from the report's by a prefix."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="extension", **kwargs)
