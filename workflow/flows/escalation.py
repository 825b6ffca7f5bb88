"""P5, escalation: the body above takes a unit over and gives it back, or watches it until the matter is put right."""

from datetime import datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow.flow import Flow

from cases.acting import LEGAL_ZONE
from cases.models import Case, UpperSupervision
from cases.services.upper_supervision import look_again, supervision_of
from notices.models import Document
from notices.services.case_letters import letter_served
from notices.services.oversight_letters import draft_lift_notice, lift_notice, listing_notice
from workflow import nodes
from workflow.flows.main_supervision import by_system, decided, human, standing_at
from workflow.models import CaseProcess


def served(document: Document | None) -> bool:
    return document is not None and document.served_on is not None


def listing_served(activation: Any) -> bool:
    """Whether the notice has been served; a step of service also ends when its notice is declared void."""
    return served(listing_notice(activation.process.case))


def lifting_served(activation: Any) -> bool:
    return served(lift_notice(activation.process.case))


def review_has_come(activation: Any) -> bool:
    """Whether the day of review still stands after a look at what was verified meanwhile."""
    day = UpperSupervision.objects.values_list("review_on", flat=True).get(case=activation.process.case_id)
    return day <= by_system().today


class EscalationFlow(Flow):
    process_class = CaseProcess
    process_title = _("Escalation and listed oversight")
    lock_impl = nodes.LOCK

    start = nodes.StartHandle(this.begin).Annotation(title=_("Proposal")).Next(this.decide_escalation)
    decide_escalation = human("decide_escalation").Next(this.decision)
    decision = (
        nodes.Switch()
        .Annotation(title=_("What is decided?"))
        .Case(this.wait_for_review, decided("decide_escalation", "take_over"))
        .Case(this.draft_listing_notice, decided("decide_escalation", "list"))
        .Default(this.refused)
    )
    refused = nodes.End().Annotation(title=_("Refused"))

    wait_for_review = (
        nodes.Timer(this.until_review).Annotation(title=_("Months without a new hazard")).Next(this.look_again)
    )
    look_again = (
        nodes.Function(this.do_look_again).Annotation(title=_("Look for new hazards")).Next(this.free_of_hazard)
    )
    free_of_hazard = (
        nodes.If(review_has_come).Annotation(title=_("None since?")).Then(this.decide_return).Else(this.wait_for_review)
    )
    decide_return = human("decide_return").Next(this.given_back)
    given_back = (
        nodes.If(decided("decide_return", "return"))
        .Annotation(title=_("Given back?"))
        .Then(this.returned)
        .Else(this.wait_for_review)
    )
    returned = nodes.End().Annotation(title=_("Back with the tier body"))

    draft_listing_notice = human("draft_listing_notice").Next(this.issue_listing_notice)
    issue_listing_notice = human("issue_listing_notice").Next(this.listing_issued)
    listing_issued = (
        nodes.If(decided("issue_listing_notice", "issue"))
        .Annotation(title=_("Issued?"))
        .Then(this.serve_listing_notice)
        .Else(this.draft_listing_notice)
    )
    serve_listing_notice = human("serve_listing_notice").Next(this.listing_in_effect)
    listing_in_effect = (
        nodes.If(listing_served).Annotation(title=_("Served?")).Then(this.clock_started).Else(this.draft_listing_notice)
    )
    clock_started = nodes.Function(this.do_clock_started).Annotation(title=_("Clock started")).Next(this.ask_lifting)
    ask_lifting = human("ask_lifting").Next(this.still_listed)
    still_listed = (
        nodes.If(standing_at("lifting"))
        .Annotation(title=_("Notice still in force?"))
        .Then(this.decide_lifting)
        .Else(this.draft_listing_notice)
    )
    decide_lifting = human("decide_lifting").Next(this.lifting)
    lifting = (
        nodes.Switch()
        .Annotation(title=_("Lifted?"))
        .Case(this.draft_lift, standing_at("lift_noticing"))
        .Case(this.ask_lifting, standing_at("watching"))
        .Case(this.draft_listing_notice, standing_at("noticing"))
        .Default(this.referred)
    )
    referred = nodes.End().Annotation(title=_("Referred"))
    draft_lift = nodes.Function(this.do_draft_lift).Annotation(title=_("Draft the notice")).Next(this.issue_lift_notice)
    issue_lift_notice = human("issue_lift_notice").Next(this.lift_issued)
    lift_issued = (
        nodes.If(decided("issue_lift_notice", "issue"))
        .Annotation(title=_("Issued?"))
        .Then(this.serve_lift_notice)
        .Else(this.decide_lifting)
    )
    serve_lift_notice = human("serve_lift_notice").Next(this.lift_in_effect)
    lift_in_effect = nodes.If(lifting_served).Annotation(title=_("Served?")).Then(this.lifted).Else(this.draft_lift)
    lifted = nodes.End().Annotation(title=_("Lifted"))
    obsolete = nodes.Obsolete()

    def begin(self, activation: Any, *, case: Case) -> CaseProcess:
        activation.process.case = case
        process: CaseProcess = activation.process
        return process

    def until_review(self, activation: Any) -> datetime:
        """The first instant of the day of review."""
        return datetime.combine(supervision_of(activation.process.case).review_on, time(0, 0), LEGAL_ZONE)

    def do_look_again(self, activation: Any) -> None:
        look_again(case_id=activation.process.case_id, acting=by_system())

    def do_clock_started(self, activation: Any) -> None:
        letter_served(case_id=activation.process.case_id, event="board_served", acting=by_system())

    def do_draft_lift(self, activation: Any) -> None:
        draft_lift_notice(case_id=activation.process.case_id, acting=by_system())
