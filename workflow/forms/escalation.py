"""Forms of escalation and listed oversight (P5)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.guards.p5 import law_opens
from cases.models import Attachment, ListedOversight, RiskEvent
from cases.selectors.deadline_rules import rule_of
from cases.selectors.escalation import way_up
from cases.selectors.written import written
from cases.services.decide_escalation import DecideEscalation
from cases.services.listed_oversight import (
    RULE,
    AskLifting,
    DecideLifting,
    DraftOversight,
    ReportProgress,
    longest,
)
from cases.services.upper_supervision import DecideReturn
from workflow.forms.base import MultipleFileField, StepForm, day, long_text, radio
from workflow.forms.decisions import reason


class DecideEscalationForm(StepForm):
    outcome = radio(
        _("Decision"),
        [
            ("take_over", _("Take over: this body becomes accountable for the unit")),
            ("list", _("List: the unit stays where it is, and is watched")),
            ("refuse", _("Refuse: the request is not taken up")),
        ],
    )
    reason = reason(required=True)
    tones = {"outcome": "take_over=ok list=neutral refuse=bad"}
    effect = _(
        "Taking over makes your body accountable from today; listing prepares the notice of listed oversight; refusing "
        "ends the case."
    )

    def prepare(self) -> None:
        condition = law_opens(way_up(self.case.enterprise, self.acting.today))
        if not condition.ok:
            self.fields["outcome"].help_text = _(
                "Taking over is not open now: no larger accident and no repeated major hazards of the unit are "
                "verified (%(clause)s)."
            ) % {"clause": condition.clause}

    def facts(self) -> DecideEscalation:
        return DecideEscalation(**self.cleaned_data)


class DraftOversightForm(StepForm):
    facts_found = long_text(_("Facts"), required=True, rows=6)
    demands = long_text(_("Demands"), required=True, rows=5, help_text=_("One a line; the notice numbers them."))
    answerable = forms.CharField(label=_("Person of the enterprise who answers for it"), max_length=100)
    days = forms.IntegerField(label=_("Days from service"), min_value=1)
    heading = _("What the notice says")
    submit_label = _("Submit the draft")

    def prepare(self) -> None:
        written_before = ListedOversight.objects.filter(case=self.case).first()
        events = way_up(self.case.enterprise, self.acting.today).events
        said = {
            "facts_found": written_before.facts if written_before else found_facts(events),
            "demands": written_before.demands if written_before else "",
            "answerable": written_before.answerable
            if written_before
            else f"法定代表人{self.case.enterprise.legal_representative}",
            "days": written_before.days if written_before else longest(self.case),
        }
        for name, value in said.items():
            self.fields[name].initial = value
        rule = rule_of(RULE)
        self.fields["days"].help_text = _(
            "At most %(longest)s; it may be extended once, by %(extension)s days at most, asked for %(before)s days "
            "before."
        ) % {"longest": longest(self.case), "extension": rule.max_extension, "before": rule.ask_before}

    def take(self, error: Any, message: str) -> None:
        field = error.details.get("field")
        self.add_error("facts_found" if field == "facts" else field if field in self.fields else None, message)

    def facts(self) -> DraftOversight:
        data = self.cleaned_data
        return DraftOversight(data["facts_found"], data["demands"], data["answerable"], data["days"])


def found_facts(events: tuple[RiskEvent, ...]) -> str:
    """The verified events as the notice may tell them; legal text, so in Chinese."""
    told = [
        f"{event.occurred_on.year}年{event.occurred_on.month}月{event.occurred_on.day}日，{event.title.rstrip('。')}："
        f"{event.facts.strip().rstrip('。')}。"
        for event in reversed(events)
    ]
    return "\n".join(told)


class AskLiftingForm(StepForm):
    request = reason(_("What was demanded and what has been done"), required=True, rows=6)
    uploads = MultipleFileField(label=_("Evidence (photos, PDF)"))
    purpose = Attachment.Purpose.RECTIFICATION
    heading = _("Request for the lifting")
    submit_label = _("Ask for the lifting")
    effect = _("The request goes to the body that listed the matter; until it decides, no further report is due.")

    def facts(self) -> AskLifting:
        return AskLifting(self.cleaned_data["request"])


class DecideLiftingForm(StepForm):
    outcome = radio(
        _("Decision"),
        [
            ("lift", _("Lift: the demands are met")),
            ("continue", _("Go on watching: something is still missing")),
            ("refer", _("Refer: it is a matter for enforcement")),
        ],
    )
    reason = reason(_("What was checked, and the result"), required=True, rows=5)
    recipient = forms.CharField(label=_("Handed over to"), max_length=120)
    legal_basis = forms.CharField(label=_("Provision that seems broken"), max_length=200)
    tones = {"outcome": "lift=ok continue=neutral refer=bad"}
    show_when = {"recipient": "outcome=refer", "legal_basis": "outcome=refer"}
    effect = _(
        "Lifting prepares the notice, which quotes the result; going on gives the matter back; referring ends the "
        "watch."
    )

    def facts(self) -> DecideLifting:
        return DecideLifting(**self.cleaned_data)


class DecideReturnForm(StepForm):
    outcome = radio(
        _("Decision"),
        [("return", _("Give the unit back to its tier body")), ("keep", _("Keep it for another period"))],
    )
    reason = reason(required=True)
    tones = {"outcome": "return=ok keep=neutral"}
    effect = _("Given back, the unit answers to the body of its tier from today, and the case ends.")

    def prepare(self) -> None:
        supervision = self.case.upper_supervisions.first()
        if supervision is not None:
            self.fields["outcome"].help_text = _("No new accident or major hazard since %(day)s.") % {
                "day": written(supervision.counted_from)
            }

    def facts(self) -> DecideReturn:
        return DecideReturn(**self.cleaned_data)


class ProgressForm(StepForm):
    reported_on = day(_("As of"))
    content = long_text(_("What has been done, and what is still to do"), required=True, rows=6)
    uploads = MultipleFileField(label=_("Evidence (photos, PDF)"))
    purpose = Attachment.Purpose.RECTIFICATION
    heading = _("Report on the progress")
    submit_label = _("Add the report")

    def prepare(self) -> None:
        self.fields["reported_on"].initial = self.acting.today

    def facts(self) -> ReportProgress:
        return ReportProgress(self.cleaned_data["reported_on"], self.cleaned_data["content"])
