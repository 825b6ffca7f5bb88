"""The main supervision process, from its three beginnings to the archive. Wiring only; it reads like the diagram.

It begins with a plan (P1), with a verified event (P2) or with the anniversary of a class (P3); what follows a computed
class, its opinions, filing, effect and measures, is the same for all three.
"""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow.flow import Flow

from cases.acting import LEGAL_ZONE, Acting
from cases.guards.conditions import failed
from cases.guards.p2 import proposal_current
from cases.models import Case, Procedure
from cases.selectors.cases import current_inspection, latest_opinion, needs_referral
from cases.selectors.standing import earliest_rise
from cases.services.close_case import conclude_case
from cases.services.evaluate_inspection import evaluate_inspection
from cases.services.file_classification import set_filing_aside
from cases.services.propose_on_events import propose_on_events
from cases.services.take_effect import take_effect, waits_for_its_day
from notices.services.archive_case import archive_manifest, record_archive
from notices.services.case_letters import issue_classification_form, issue_visit_record, letter_served
from workflow import clock, nodes
from workflow.chart_graph import OnlyFor
from workflow.models import CaseProcess
from workflow.steps import STEPS

Condition = Callable[[Any], bool]


def by_system() -> Acting:
    """Computed steps are nobody's act: the trail says so, beside the event of the person who set them off."""
    return Acting(user=None, at=clock.now())


def human(code: str) -> Any:
    """The node of a step: title, permission on the body whose step it is, and owner, all from its row."""
    step = STEPS[code]
    return (
        nodes.View()
        .Annotation(title=step.title)
        .Permission(f"cases.{step.permission}", obj=lambda process: step.body(process.case))
        .Assign(lambda activation: step.owner(activation.process.case))
    )


def decided(code: str, outcome: str) -> Condition:
    """Whether the latest opinion given at the step has this outcome."""

    def condition(activation: Any) -> bool:
        opinion = latest_opinion(activation.process.case, code)
        return opinion is not None and opinion.outcome == outcome

    return condition


def standing_at(*statuses: str) -> Condition:
    """Whether the case stands at one of these statuses; read anew, for a service has just moved it."""
    return lambda activation: Case.objects.filter(pk=activation.process.case_id, status__in=statuses).exists()


def of_county(activation: Any) -> bool:
    """Whether a city stands between the handling body and the province."""
    case = activation.process.case
    return STEPS["forward_filing"].body(case) != case.body


def with_honours(activation: Any) -> bool:
    return activation.process.case.enterprise.honours.filter(withdrawal="").exists()


def to_refer(activation: Any) -> bool:
    return needs_referral(activation.process.case)


def rises_too_early(activation: Any) -> bool:
    return waits_for_its_day(activation.process.case, by_system())


def rise_frozen(activation: Any) -> bool:
    return bool(failed(proposal_current(activation.process.case)))


def day_of_rise(activation: Any) -> datetime:
    day = earliest_rise(activation.process.case.enterprise)
    assert day is not None  # only a class that stands rises
    return datetime.combine(day, time(0), LEGAL_ZONE)


def inspected(activation: Any) -> bool:
    """Whether a form was filled in: a demotion on record rests on the events alone and has none."""
    return current_inspection(activation.process.case) is not None


class MainSupervisionFlow(Flow):
    process_class = CaseProcess
    process_title = _("Main supervision")
    lock_impl = nodes.LOCK
    only_for: ClassVar[OnlyFor] = {
        **dict.fromkeys(("start", "not_inspected"), (Procedure.MAIN,)),
        **dict.fromkeys(("start_event", "compute_event", "decide_basis", "basis", "rejected"), (Procedure.EVENT,)),
        ("with_form", "tightened"): (Procedure.EVENT,),
        **dict.fromkeys(("start_review", "desk_check", "papers"), (Procedure.REVIEW,)),
        **dict.fromkeys(("wait_for_day", "frozen", "compute_anew"), (Procedure.REVIEW,)),
        **dict.fromkeys(("approve_inspection", "approved"), (Procedure.MAIN, Procedure.REVIEW)),
    }

    start = nodes.StartHandle(this.begin).Annotation(title=_("Start of the case")).Next(this.approve_inspection)

    start_event = nodes.StartHandle(this.begin).Annotation(title=_("Event verified")).Next(this.compute_event)
    compute_event = (
        nodes.Function(this.do_compute_event).Annotation(title=_("Compute the demotion")).Next(this.decide_basis)
    )
    decide_basis = human("decide_basis").Next(this.basis)
    basis = (
        nodes.If(decided("decide_basis", "inspect"))
        .Annotation(title=_("Inspection needed?"))
        .Then(this.assign_inspectors)
        .Else(this.decide_grassroots)
    )

    start_review = nodes.StartHandle(this.begin).Annotation(title=_("Review due")).Next(this.assign_inspectors)
    desk_check = human("desk_check").Next(this.papers)
    papers = (
        nodes.If(decided("desk_check", "onsite"))
        .Annotation(title=_("Inspection on site needed?"))
        .Then(this.approve_inspection)
        .Else(this.violation)
    )

    approve_inspection = human("approve_inspection").Next(this.approved)
    approved = (
        nodes.Switch()
        .Annotation(title=_("Approved?"))
        .Case(this.assign_inspectors, decided("approve_inspection", "approve"))
        .Case(this.desk_check, standing_at("desk_checking"))
        .Default(this.not_inspected)
    )
    not_inspected = nodes.End().Annotation(title=_("Not inspected"))
    assign_inspectors = human("assign_inspectors").Next(this.on_site)
    on_site = (
        nodes.If(standing_at("desk_checking"))
        .Annotation(title=_("On paper first?"))
        .Then(this.desk_check)
        .Else(this.inspect)
    )

    inspect = human("inspect").Next(this.violation)
    violation = (
        nodes.If(to_refer).Annotation(title=_("Refused or violation suspected?")).Then(this.fork).Else(this.compute)
    )
    fork = nodes.Split().Always(this.refer_penalty).Always(this.compute)
    refer_penalty = human("refer_penalty").Next(this.referred)
    referred = nodes.End().Annotation(title=_("Handed over"))

    compute = nodes.Function(this.do_compute).Annotation(title=_("Compute class and mode")).Next(this.propose_class)
    propose_class = human("propose_class").Next(this.countersign)
    countersign = human("countersign").Next(this.signed)
    signed = (
        nodes.If(decided("countersign", "sign"))
        .Annotation(title=_("Both signed?"))
        .Then(this.decide_grassroots)
        .Else(this.propose_class)
    )
    decide_grassroots = human("decide_grassroots").Next(this.opinion)
    opinion = (
        nodes.Switch()
        .Annotation(title=_("Agreed?"))
        .Case(this.through_city, decided("decide_grassroots", "agree"))
        .Case(this.inspect, decided("decide_grassroots", "return_to_inspection"))
        .Case(this.desk_check, decided("decide_grassroots", "return_to_desk"))
        .Case(this.compute_event, decided("decide_grassroots", "return_to_basis"))
        .Case(this.rejected, decided("decide_grassroots", "reject"))
        .Default(this.propose_class)
    )
    rejected = nodes.End().Annotation(title=_("Not demoted"))
    through_city = (
        nodes.If(of_county)
        .Annotation(title=_("Does a city stand between?"))
        .Then(this.forward_filing)
        .Else(this.file_province)
    )
    forward_filing = human("forward_filing").Next(this.forwarded)
    forwarded = (
        nodes.If(decided("forward_filing", "forward"))
        .Annotation(title=_("Forwarded?"))
        .Then(this.file_province)
        .Else(this.decide_grassroots)
    )
    file_province = human("file_province").Next(this.noted)
    noted = (
        nodes.If(decided("file_province", "noted"))
        .Annotation(title=_("Noted?"))
        .Then(this.too_early)
        .Else(this.decide_grassroots)
    )
    too_early = (
        nodes.If(rises_too_early).Annotation(title=_("Rise before its day?")).Then(this.wait_for_day).Else(this.effect)
    )
    wait_for_day = nodes.Timer(day_of_rise).Annotation(title=_("Wait for the anniversary")).Next(this.frozen)
    frozen = nodes.If(rise_frozen).Annotation(title=_("Event meanwhile?")).Then(this.compute_anew).Else(this.effect)
    compute_anew = nodes.Function(this.do_compute_anew).Annotation(title=_("Set the filing aside")).Next(this.compute)

    effect = nodes.Function(this.do_effect).Annotation(title=_("Class takes effect")).Next(this.with_form)
    with_form = nodes.If(inspected).Annotation(title=_("Form filled in?")).Then(this.form).Else(this.tightened)
    form = nodes.Function(this.do_form).Annotation(title=_("Issue the form")).Next(this.tightened)
    tightened = (
        nodes.If(this.is_tightened).Annotation(title=_("Tightened mode?")).Then(this.list_key).Else(this.conclude)
    )
    conclude = nodes.Function(this.do_conclude).Annotation(title=_("Conclude")).Next(this.archive)

    list_key = human("list_key").Next(this.decide_measures)
    decide_measures = human("decide_measures").Next(this.performed)
    performed = (
        nodes.If(decided("decide_measures", "measures"))
        .Annotation(title=_("Duty not performed?"))
        .Then(this.measures)
        .Else(this.conclude)
    )
    measures = nodes.Split().Always(this.draft_interview).Next(this.withdraw_honours, case=with_honours)
    withdraw_honours = human("withdraw_honours").Next(this.together)

    draft_interview = human("draft_interview").Next(this.issue_interview)
    issue_interview = human("issue_interview").Next(this.interview_issued)
    interview_issued = (
        nodes.If(decided("issue_interview", "issue"))
        .Annotation(title=_("Issued?"))
        .Then(this.serve_interview)
        .Else(this.draft_interview)
    )
    serve_interview = human("serve_interview").Next(this.summoned)
    summoned = nodes.Function(this.do_summoned).Annotation(title=_("Summoned")).Next(this.hold_interview)
    hold_interview = human("hold_interview").Next(this.interviewed)
    interviewed = (
        nodes.Switch()
        .Annotation(title=_("Held?"))
        .Case(this.draft_order, standing_at("ordering"))
        .Case(this.draft_interview, standing_at("measures"))
        .Default(this.escalate)
    )

    draft_order = human("draft_order").Next(this.issue_order)
    issue_order = human("issue_order").Next(this.order_issued)
    order_issued = (
        nodes.If(decided("issue_order", "issue"))
        .Annotation(title=_("Issued?"))
        .Then(this.serve_order)
        .Else(this.draft_order)
    )
    serve_order = human("serve_order").Next(this.clock_started)
    clock_started = (
        nodes.Function(this.do_clock_started).Annotation(title=_("Clock started")).Next(this.report_rectification)
    )
    report_rectification = human("report_rectification").Next(this.return_visit)
    return_visit = human("return_visit").Next(this.visit_record)
    visit_record = nodes.Function(this.do_visit_record).Annotation(title=_("Issue the visit record")).Next(this.visited)
    visited = (
        nodes.Switch()
        .Annotation(title=_("Put right?"))
        .Case(this.together, standing_at("visited"))
        .Case(this.draft_order, standing_at("ordering"))
        .Default(this.escalate)
    )
    escalate = human("escalate").Next(this.together)

    together = nodes.Join().Annotation(title=_("All measures done")).Next(this.escalated)
    escalated = (
        nodes.If(standing_at("escalated")).Annotation(title=_("Escalated?")).Then(this.archive).Else(this.close_case)
    )
    close_case = human("close_case").Next(this.archive)
    archive = nodes.Job(this.do_archive).OnDone(this.store_archive).Annotation(title=_("Archive")).Next(this.end)
    end = nodes.End().Annotation(title=_("Archived"))
    obsolete = nodes.Obsolete()

    def begin(self, activation: Any, *, case: Case) -> CaseProcess:
        activation.process.case = case
        process: CaseProcess = activation.process
        return process

    def is_tightened(self, activation: Any) -> bool:
        return Case.objects.filter(pk=activation.process.case_id, enterprise__mode="tightened").exists()

    def do_compute(self, activation: Any) -> None:
        evaluate_inspection(case_id=activation.process.case_id, acting=by_system())

    def do_compute_event(self, activation: Any) -> None:
        propose_on_events(case_id=activation.process.case_id, acting=by_system())

    def do_compute_anew(self, activation: Any) -> None:
        set_filing_aside(case_id=activation.process.case_id, acting=by_system())

    def do_effect(self, activation: Any) -> None:
        take_effect(case_id=activation.process.case_id, acting=by_system())

    def do_form(self, activation: Any) -> None:
        issue_classification_form(case_id=activation.process.case_id, acting=by_system())

    def do_conclude(self, activation: Any) -> None:
        conclude_case(case_id=activation.process.case_id, acting=by_system())

    def do_summoned(self, activation: Any) -> None:
        letter_served(case_id=activation.process.case_id, event="summon", acting=by_system())

    def do_clock_started(self, activation: Any) -> None:
        letter_served(case_id=activation.process.case_id, event="order_served", acting=by_system())

    def do_visit_record(self, activation: Any) -> None:
        issue_visit_record(case_id=activation.process.case_id, acting=by_system())

    def do_archive(self, activation: Any) -> dict[str, Any]:
        return archive_manifest(case_id=activation.process.case_id)

    def store_archive(self, activation: Any, manifest: dict[str, Any]) -> None:
        record_archive(case_id=activation.process.case_id, manifest=manifest, acting=by_system())
