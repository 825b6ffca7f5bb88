"""P4, entry on a supervision list and removal from it. Wiring only; it reads like the diagram."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow.flow import Flow

from cases.models import Case
from cases.services.decide_listing import apply_listing, conclude_listing, unit_is_told
from cases.services.list_notice import withdraw_list_notice
from notices.services.list_letters import decision_was_told, draft_list_decision, list_notice_served, notice_stands
from workflow import nodes
from workflow.flows.main_supervision import by_system, decided, human
from workflow.models import CaseProcess


def case_of(activation: Any) -> Case:
    """The case, read anew, for a service has just changed it."""
    return Case.objects.select_related("enterprise").get(pk=activation.process.case_id)


def told_of_it(activation: Any) -> bool:
    return unit_is_told(case_of(activation))


def notice_in_force(activation: Any) -> bool:
    """A step also ends when the notice it rests on is declared void (workflow.signals)."""
    return notice_stands(case_of(activation))


def has_decided(activation: Any) -> bool:
    return case_of(activation).status == "answering"


def decision_served(activation: Any) -> bool:
    return decision_was_told(case_of(activation))


def begin(activation: Any, *, case: Case) -> CaseProcess:
    activation.process.case = case
    process: CaseProcess = activation.process
    return process


def apply(activation: Any) -> None:
    apply_listing(case_id=activation.process.case_id, acting=by_system())


def draft_decision(activation: Any) -> None:
    draft_list_decision(case_id=activation.process.case_id, acting=by_system())


def conclude(activation: Any) -> None:
    conclude_listing(case_id=activation.process.case_id, acting=by_system())


class ListingFlow(Flow):
    process_class = CaseProcess
    process_title = _("Entry on a supervision list")
    lock_impl = nodes.LOCK

    start = nodes.StartHandle(begin).Annotation(title=_("Candidate kept")).Next(this.draft_list_notice)
    draft_list_notice = human("draft_list_notice").Next(this.issue_list_notice)
    issue_list_notice = human("issue_list_notice").Next(this.notice_issued)
    notice_issued = (
        nodes.If(decided("issue_list_notice", "issue"))
        .Annotation(title=_("Issued?"))
        .Then(this.serve_list_notice)
        .Else(this.draft_list_notice)
    )
    serve_list_notice = human("serve_list_notice").Next(this.notice_served)
    notice_served = nodes.If(notice_in_force).Annotation(title=_("Served?")).Then(this.told).Else(this.withdraw)
    told = nodes.Function(this.do_told).Annotation(title=_("Period for views begins")).Next(this.record_views)
    record_views = human("record_views").Next(this.heard)
    heard = nodes.If(notice_in_force).Annotation(title=_("Heard?")).Then(this.decide_listing).Else(this.withdraw)
    decide_listing = human("decide_listing").Next(this.decision_taken)
    decision_taken = nodes.If(has_decided).Annotation(title=_("Decided?")).Then(this.apply_decision).Else(this.withdraw)
    withdraw = nodes.Function(this.do_withdraw).Annotation(title=_("Notice void")).Next(this.draft_list_notice)
    apply_decision = nodes.Function(apply).Annotation(title=_("Enter on the list")).Next(this.tell)
    tell = (
        nodes.If(told_of_it)
        .Annotation(title=_("Unit to be told?"))
        .Then(this.draft_list_decision)
        .Else(this.conclude_case)
    )
    draft_list_decision = (
        nodes.Function(draft_decision).Annotation(title=_("Draft the letter")).Next(this.issue_list_decision)
    )
    issue_list_decision = human("issue_list_decision").Next(this.serve_list_decision)
    serve_list_decision = human("serve_list_decision").Next(this.decision_told)
    decision_told = (
        nodes.If(decision_served).Annotation(title=_("Told?")).Then(this.conclude_case).Else(this.draft_list_decision)
    )
    conclude_case = nodes.Function(conclude).Annotation(title=_("Conclude")).Next(this.end)
    end = nodes.End().Annotation(title=_("Concluded"))
    obsolete = nodes.Obsolete()

    def do_told(self, activation: Any) -> None:
        list_notice_served(case_id=activation.process.case_id, acting=by_system())

    def do_withdraw(self, activation: Any) -> None:
        withdraw_list_notice(case_id=activation.process.case_id, acting=by_system())


class DelistingFlow(Flow):
    process_class = CaseProcess
    process_title = _("Removal from a supervision list")
    lock_impl = nodes.LOCK

    start = nodes.StartHandle(begin).Annotation(title=_("Removal asked for")).Next(this.decide_delisting)
    decide_delisting = human("decide_delisting").Next(this.apply_decision)
    apply_decision = nodes.Function(apply).Annotation(title=_("Change the list")).Next(this.tell)
    tell = (
        nodes.If(told_of_it)
        .Annotation(title=_("Unit to be told?"))
        .Then(this.draft_list_decision)
        .Else(this.conclude_case)
    )
    draft_list_decision = (
        nodes.Function(draft_decision).Annotation(title=_("Draft the letter")).Next(this.issue_list_decision)
    )
    issue_list_decision = human("issue_list_decision").Next(this.serve_list_decision)
    serve_list_decision = human("serve_list_decision").Next(this.decision_told)
    decision_told = (
        nodes.If(decision_served).Annotation(title=_("Told?")).Then(this.conclude_case).Else(this.draft_list_decision)
    )
    conclude_case = nodes.Function(conclude).Annotation(title=_("Conclude")).Next(this.end)
    end = nodes.End().Annotation(title=_("Concluded"))
    obsolete = nodes.Obsolete()
