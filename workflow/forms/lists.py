"""Forms of the steps of supervision lists: the notice, the unit's views, the decisions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Case, ListNotice
from cases.rules.list_proposals import delisting_outcomes, listing_outcomes
from cases.services.decide_listing import OUTCOME_OF, DecideDelisting, DecideListing, standing_before
from cases.services.list_notice import DraftListNotice, RecordViews
from notices.services.facts.lists import facts_in_words
from notices.services.list_letters import IssueListDecision, list_decision_letter, list_notice_letter
from workflow.forms.base import StepForm, day, long_text, radio
from workflow.forms.decisions import REASON_HELP, reason

LEVEL_CHOICES = {
    "special": _("Special supervision (特别监管)"),
    "key": _("Key supervision (重点监管)"),
    "none": _("Do not list"),
}
REMOVAL_CHOICES = {
    "out": _("Take off the list"),
    "down": _("Down to key supervision"),
    "stay": _("Stays as it is"),
}
CONTACT_HELP = _("Name and telephone of the officer; printed at the end of the letter.")


def _contact() -> forms.CharField:
    return forms.CharField(label=_("Contact person and telephone"), max_length=120, help_text=CONTACT_HELP)


class DraftListNoticeForm(StepForm):
    facts_told = long_text(_("Facts told to the unit"), required=True, rows=6)
    contact = _contact()
    heading = _("What the unit is told")
    submit_label = _("Draft the notice")

    def prepare(self) -> None:
        self.fields["facts_told"].help_text = _(
            "One fact a line. The provision, the counts and the right to state views are added by themselves."
        )
        letter = list_notice_letter(self.case)
        fields = letter.fields if letter else {}
        self.fields["facts_told"].initial = fields.get("facts") or facts_in_words(self.case.list_candidate)
        self.fields["contact"].initial = fields.get("contact") or f"{self.acting.person.name}，"

    def take(self, error: Any, message: str) -> None:
        field = error.details.get("field")
        self.add_error("facts_told" if field == "facts" else field if field in self.fields else None, message)

    def facts(self) -> DraftListNotice:
        return DraftListNotice(self.cleaned_data["facts_told"], self.cleaned_data["contact"])


class RecordViewsForm(StepForm):
    outcome = radio(
        _("What does the unit say?"), [("stated", _("It states its views")), ("waived", _("It says that it has none"))]
    )
    received_on = day(_("Received on"))
    views = long_text(_("Views of the unit"), required=True, rows=6, help_text=REASON_HELP)
    heading = _("Views of the unit")
    submit_label = _("Keep the views")
    show_when = {"views": "outcome=stated"}
    effect = _("The period for views ends, and the decision is due.")

    def prepare(self) -> None:
        self.fields["received_on"].initial = self.acting.today

    def facts(self) -> RecordViews:
        data = self.cleaned_data
        return RecordViews(data["outcome"], data["received_on"], data["views"])


class DecideListingForm(StepForm):
    outcome = radio(_("Decision"), [])
    reason = reason(_("Reason (needed where it is another level than the rule’s)"))
    answer = long_text(_("Answer to the views of the unit"), required=True, rows=4, help_text=REASON_HELP)
    effect = _("The list changes today, and the unit is told in writing.")

    def prepare(self) -> None:
        candidate, notice = self.case.list_candidate, _notice(self.case)
        proposed = notice.level if notice else candidate.proposed_level
        standing = standing_before(self.case)
        offered = listing_outcomes(proposed=proposed, standing=standing, year=candidate.year)
        field: Any = self.fields["outcome"]
        field.choices = [(level, LEVEL_CHOICES[level]) for level in offered]
        field.help_text = _(
            "Proposed and told to the unit: %(proposed)s. By the rule: %(ruled)s. A heavier level than told is not "
            "possible, whatever the unit objected."
        ) % {
            "proposed": candidate.get_proposed_level_display(),
            "ruled": candidate.get_ruled_level_display(),
        }
        if notice is None or not notice.views:
            del self.fields["answer"]

    def facts(self) -> DecideListing:
        return DecideListing(**self.cleaned_data)


class DecideDelistingForm(StepForm):
    outcome = radio(_("Decision"), [])
    reason = reason(required=True)
    effect = _("The list changes today, and the unit is told in writing.")

    def prepare(self) -> None:
        candidate = self.case.list_candidate
        field: Any = self.fields["outcome"]
        offered = delisting_outcomes(standing_before(self.case))
        field.choices = [(outcome, REMOVAL_CHOICES[outcome]) for outcome in offered]
        field.help_text = _("Asked for: %(asked)s. By the rule: %(ruled)s.") % {
            "asked": REMOVAL_CHOICES[OUTCOME_OF[candidate.proposed_level]],
            "ruled": candidate.get_ruled_level_display(),
        }

    def facts(self) -> DecideDelisting:
        return DecideDelisting(**self.cleaned_data)


class IssueListDecisionForm(StepForm):
    contact = _contact()
    heading = _("Letter of the decision")
    submit_label = _("Issue the letter")
    effect = _("The letter gets its number and can never be changed after.")

    def prepare(self) -> None:
        letter = list_decision_letter(self.case)
        contact = letter.fields.get("contact", "") if letter else ""
        self.fields["contact"].initial = contact or f"{self.acting.person.name}，"

    def facts(self) -> IssueListDecision:
        return IssueListDecision(**self.cleaned_data)


def _notice(case: Case) -> ListNotice | None:
    return ListNotice.objects.filter(case=case).first()
