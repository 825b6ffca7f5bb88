"""The human steps of the main process (P1): who does each, under which guard, by which service, in what time.

One row a step. The flow wires them, the page shows them, ``run_step`` runs them: nothing about a step stands twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards import p1
from cases.guards.conditions import Condition
from cases.models import Assignment, Body, Case, User
from cases.selectors.bodies import ancestor_at
from cases.services.approve_inspection import ApproveInspection, approve_inspection
from cases.services.assign_inspectors import AssignInspectors, assign_inspectors
from cases.services.close_case import (
    CloseCase,
    EscalateCase,
    WithdrawHonours,
    close_case,
    escalate_case,
    withdraw_honours,
)
from cases.services.decide_grassroots import GrassrootsOpinion, decide_grassroots
from cases.services.decide_measures import DecideMeasures, ListKey, decide_measures, list_key
from cases.services.file_classification import (
    FileAtProvince,
    ForwardFiling,
    file_classification,
    forward_filing,
)
from cases.services.inspect_enterprise import InspectionFacts, submit_inspection
from cases.services.interview import HoldInterview, SummonInterview, hold_interview
from cases.services.order_rectification import DraftOrder
from cases.services.propose_class import Countersign, ProposeClass, countersign, propose_class
from cases.services.refer_penalty import ReferPenalty, refer_penalty
from cases.services.report_rectification import ReportRectification, report_rectification
from cases.services.return_visit import VisitFacts, record_return_visit
from notices.services.case_letters import (
    IssueLetter,
    draft_interview_letter,
    draft_order_letter,
    issue_interview_letter,
    issue_order_letter,
    no_draft_left,
    serve_interview_letter,
    serve_order_letter,
)
from notices.services.record_service import ServiceFacts

Guard = Callable[[Case, Acting], list[Condition]]


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the process as the stepper shows it."""

    code: str
    title: Promise


@dataclass(frozen=True, slots=True)
class Step:
    """One human step. ``code`` is also the name of its node in the flow and must never change.

    ``body`` answers whose step it is; ``owner`` who does it, where that is settled (else it waits in the queue);
    ``rule`` the deadline rule that starts with it; ``completes`` whether what the service returned ends the step.
    """

    code: str
    title: Promise
    phase: str
    permission: str
    body: Callable[[Case], Body]
    guard: Guard
    facts: type
    service: Callable[..., Any]
    rule: str
    clause: str
    owner: Callable[[Case], User | None] = lambda case: None
    completes: Callable[[Any], bool] = lambda result: True


def _own(case: Case) -> Body:
    return case.body


def _territory(case: Case) -> Body:
    return case.territorial_body


def _city(case: Case) -> Body:
    return p1.city_body(case) or case.body


def _province(case: Case) -> Body:
    return ancestor_at(case.body, Body.Level.PROVINCE) or case.body


def _inspector(role: str) -> Callable[[Case], User | None]:
    def owner(case: Case) -> User | None:
        found = Assignment.objects.filter(case=case, round=case.round, role=role).select_related("user").first()
        return found.user if found and found.user.is_active else None

    return owner


_lead, _second = _inspector(Assignment.Role.LEAD), _inspector(Assignment.Role.SECOND)


def _by_event(result: Any) -> bool:
    """The step ends when the letter counts as served (workflow.signals), not with the attempt."""
    return False


def may_close(case: Case, acting: Acting) -> list[Condition]:
    return [*p1.may_close(case, acting), no_draft_left(case)]


PHASES: Final = (
    Phase("plan", _("Plan and approval")),
    Phase("inspection", _("Inspection")),
    Phase("opinion", _("Classification")),
    Phase("filing", _("Filing")),
    Phase("measures", _("Interview and order")),
    Phase("rectification", _("Rectification")),
    Phase("end", _("Return visit and closing")),
)

_MEASURES = "工业企业产品质量分类监管试行办法 第十八条"
_FILING = "工业企业产品质量分类监管试行办法 第十二条"
_INSPECTION = "国办发〔2024〕54号"

_ALL: Final = (
    Step(
        "approve_inspection", _("Approve the inspection"), "plan", "approve_inspection", _own,
        p1.may_approve_inspection, ApproveInspection, approve_inspection, "inspection_approval", _INSPECTION,
    ),
    Step(
        "assign_inspectors", _("Assign inspectors"), "plan", "assign_inspector", _own,
        p1.may_assign, AssignInspectors, assign_inspectors, "inspector_assignment", "行政处罚法 第四十二条",
    ),
    Step(
        "inspect", _("Inspect on site"), "inspection", "inspect_enterprise", _territory,
        p1.may_inspect, InspectionFacts, submit_inspection, "onsite_check", "试行办法 第十四条", owner=_lead,
    ),
    Step(
        "refer_penalty", _("Refer the suspected violation"), "inspection", "refer_penalty", _territory,
        p1.may_refer, ReferPenalty, refer_penalty, "penalty_referral", "产品质量法 第五十六条", owner=_lead,
    ),
    Step(
        "propose_class", _("Inspectors’ opinion"), "opinion", "propose_class", _territory,
        p1.may_propose, ProposeClass, propose_class, "inspector_opinion", "通用规则 监督检查人员意见", owner=_lead,
    ),
    Step(
        "countersign", _("Second inspector’s signature"), "opinion", "propose_class", _territory,
        p1.may_countersign, Countersign, countersign, "second_signature", "行政处罚法 第四十二条", owner=_second,
    ),
    Step(
        "decide_grassroots", _("Grassroots opinion"), "opinion", "approve_grassroots", _own,
        p1.may_decide_grassroots, GrassrootsOpinion, decide_grassroots, "grassroots_opinion",
        "通用规则 基层质监部门意见",
    ),
    Step(
        "forward_filing", _("Forward through the city"), "filing", "forward_filing", _city,
        p1.may_forward, ForwardFiling, forward_filing, "city_forwarding", _FILING,
    ),
    Step(
        "file_province", _("Provincial filing"), "filing", "file_province", _province,
        p1.may_file, FileAtProvince, file_classification, "province_filing", _FILING,
    ),
    Step(
        "list_key", _("List as key-supervised"), "measures", "manage_key_list", _own,
        p1.may_list_key, ListKey, list_key, "key_listing", _MEASURES,
    ),
    Step(
        "decide_measures", _("Decide on measures"), "measures", "decide_measures", _own,
        p1.may_decide_measures, DecideMeasures, decide_measures, "measures_decision", _MEASURES,
    ),
    Step(
        "draft_interview", _("Draft the interview notice"), "measures", "inspect_enterprise", _territory,
        p1.may_draft_interview, SummonInterview, draft_interview_letter, "letter_draft", _MEASURES, owner=_lead,
    ),
    Step(
        "issue_interview", _("Issue the interview notice"), "measures", "issue_interview", _own,
        p1.may_issue_interview, IssueLetter, issue_interview_letter, "letter_issue", _MEASURES,
    ),
    Step(
        "serve_interview", _("Serve the interview notice"), "measures", "serve_document", _territory,
        p1.may_serve, ServiceFacts, serve_interview_letter, "letter_service", "程序规定 第八十二条",
        owner=_lead, completes=_by_event,
    ),
    Step(
        "hold_interview", _("Hold the interview"), "measures", "hold_interview", _own,
        p1.may_hold_interview, HoldInterview, hold_interview, "interview", _MEASURES,
    ),
    Step(
        "draft_order", _("Draft the rectification order"), "rectification", "inspect_enterprise", _territory,
        p1.may_draft_order, DraftOrder, draft_order_letter, "letter_draft", _MEASURES, owner=_lead,
    ),
    Step(
        "issue_order", _("Issue the rectification order"), "rectification", "issue_rectification", _own,
        p1.may_issue_order, IssueLetter, issue_order_letter, "letter_issue", _MEASURES,
    ),
    Step(
        "serve_order", _("Serve the rectification order"), "rectification", "serve_document", _territory,
        p1.may_serve, ServiceFacts, serve_order_letter, "letter_service", "程序规定 第八十二条",
        owner=_lead, completes=_by_event,
    ),
    Step(
        "report_rectification", _("Rectification report"), "rectification", "submit_rectification", _territory,
        p1.may_report, ReportRectification, report_rectification, "", _MEASURES, owner=_lead,
    ),
    Step(
        "return_visit", _("Return visit"), "end", "return_visit", _territory,
        p1.may_visit, VisitFacts, record_return_visit, "return_visit", "试行办法 第十七条", owner=_lead,
    ),
    Step(
        "withdraw_honours", _("Withdraw quality honours"), "measures", "withdraw_honour", _own,
        p1.may_withdraw_honours, WithdrawHonours, withdraw_honours, "honour_withdrawal", _MEASURES,
    ),
    Step(
        "escalate", _("Escalate"), "end", "escalate", _own,
        p1.may_escalate, EscalateCase, escalate_case, "escalation_decision", "国市监质监发〔2023〕38号 二(一)",
    ),
    Step(
        "close_case", _("Close and archive"), "end", "close_case", _own,
        may_close, CloseCase, close_case, "case_close", "程序规定 第七十七条",
    ),
)  # fmt: skip

STEPS: Final[dict[str, Step]] = {step.code: step for step in _ALL}
