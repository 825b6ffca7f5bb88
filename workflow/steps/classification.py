"""The human steps of classification (P1, re-classification P2, annual review P3)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards import p1
from cases.guards.conditions import Condition
from cases.guards.p2 import may_decide_basis
from cases.guards.p3 import may_desk_check
from cases.models import Case
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
from cases.services.decide_basis import DecideBasis, decide_basis
from cases.services.decide_grassroots import GrassrootsOpinion, decide_grassroots
from cases.services.decide_measures import DecideMeasures, ListKey, decide_measures, list_key
from cases.services.desk_check import DeskFacts, desk_check
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
from workflow.steps.step import Phase, Step, by_event, city, lead, own, province, second, territory


def may_close(case: Case, acting: Acting) -> list[Condition]:
    return [*p1.may_close(case, acting), no_draft_left(case)]


CLASSIFICATION_PHASES: Final = (
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

_ADJUSTMENT = "工业企业产品质量分类监管试行办法 第二十一条"

CLASSIFICATION_STEPS: Final = (
    Step(
        "decide_basis", _("On record or by inspection"), "plan", "decide_measures", own,
        may_decide_basis, DecideBasis, decide_basis, "reclassification_basis", _ADJUSTMENT,
    ),
    Step(
        "desk_check", _("Desk check"), "inspection", "inspect_enterprise", territory,
        may_desk_check, DeskFacts, desk_check, "desk_check", _INSPECTION, owner=lead,
    ),
    Step(
        "approve_inspection", _("Approve the inspection"), "plan", "approve_inspection", own,
        p1.may_approve_inspection, ApproveInspection, approve_inspection, "inspection_approval", _INSPECTION,
        papers=("inspection_approval",),
    ),
    Step(
        "assign_inspectors", _("Assign inspectors"), "plan", "assign_inspector", own,
        p1.may_assign, AssignInspectors, assign_inspectors, "inspector_assignment", "行政处罚法 第四十二条",
        papers=("inspection_notice",),
    ),
    Step(
        "inspect", _("Inspect on site"), "inspection", "inspect_enterprise", territory,
        p1.may_inspect, InspectionFacts, submit_inspection, "onsite_check", "试行办法 第十四条", owner=lead,
        papers=("onsite_record",),
    ),
    Step(
        "refer_penalty", _("Refer the suspected violation"), "inspection", "refer_penalty", territory,
        p1.may_refer, ReferPenalty, refer_penalty, "penalty_referral", "产品质量法 第五十六条", owner=lead,
        papers=("lead_transfer",),
    ),
    Step(
        "propose_class", _("Inspectors’ opinion"), "opinion", "propose_class", territory,
        p1.may_propose, ProposeClass, propose_class, "inspector_opinion", "通用规则 监督检查人员意见", owner=lead,
    ),
    Step(
        "countersign", _("Second inspector’s signature"), "opinion", "propose_class", territory,
        p1.may_countersign, Countersign, countersign, "second_signature", "行政处罚法 第四十二条", owner=second,
    ),
    Step(
        "decide_grassroots", _("Grassroots opinion"), "opinion", "approve_grassroots", own,
        p1.may_decide_grassroots, GrassrootsOpinion, decide_grassroots, "grassroots_opinion",
        "通用规则 基层质监部门意见",
    ),
    Step(
        "forward_filing", _("Forward through the city"), "filing", "forward_filing", city,
        p1.may_forward, ForwardFiling, forward_filing, "city_forwarding", _FILING,
    ),
    Step(
        "file_province", _("Provincial filing"), "filing", "file_province", province,
        p1.may_file, FileAtProvince, file_classification, "province_filing", _FILING,
        papers=("filing_form",),
    ),
    Step(
        "list_key", _("List as key-supervised"), "measures", "manage_key_list", own,
        p1.may_list_key, ListKey, list_key, "key_listing", _MEASURES,
    ),
    Step(
        "decide_measures", _("Decide on measures"), "measures", "decide_measures", own,
        p1.may_decide_measures, DecideMeasures, decide_measures, "measures_decision", _MEASURES,
    ),
    Step(
        "draft_interview", _("Draft the interview notice"), "measures", "inspect_enterprise", territory,
        p1.may_draft_interview, SummonInterview, draft_interview_letter, "letter_draft", _MEASURES, owner=lead,
    ),
    Step(
        "issue_interview", _("Issue the interview notice"), "measures", "issue_interview", own,
        p1.may_issue_interview, IssueLetter, issue_interview_letter, "letter_issue", _MEASURES,
    ),
    Step(
        "serve_interview", _("Serve the interview notice"), "measures", "serve_document", territory,
        p1.may_serve, ServiceFacts, serve_interview_letter, "letter_service", "程序规定 第八十二条",
        owner=lead, completes=by_event,
    ),
    Step(
        "hold_interview", _("Hold the interview"), "measures", "hold_interview", own,
        p1.may_hold_interview, HoldInterview, hold_interview, "interview", _MEASURES,
        papers=("interview_record",),
    ),
    Step(
        "draft_order", _("Draft the rectification order"), "rectification", "inspect_enterprise", territory,
        p1.may_draft_order, DraftOrder, draft_order_letter, "letter_draft", _MEASURES, owner=lead,
    ),
    Step(
        "issue_order", _("Issue the rectification order"), "rectification", "issue_rectification", own,
        p1.may_issue_order, IssueLetter, issue_order_letter, "letter_issue", _MEASURES,
    ),
    Step(
        "serve_order", _("Serve the rectification order"), "rectification", "serve_document", territory,
        p1.may_serve, ServiceFacts, serve_order_letter, "letter_service", "程序规定 第八十二条",
        owner=lead, completes=by_event,
    ),
    Step(
        "report_rectification", _("Rectification report"), "rectification", "submit_rectification", territory,
        p1.may_report, ReportRectification, report_rectification, "", _MEASURES, owner=lead,
    ),
    Step(
        "return_visit", _("Return visit"), "end", "return_visit", territory,
        p1.may_visit, VisitFacts, record_return_visit, "return_visit", "试行办法 第十七条", owner=lead,
    ),
    Step(
        "withdraw_honours", _("Withdraw quality honours"), "measures", "withdraw_honour", own,
        p1.may_withdraw_honours, WithdrawHonours, withdraw_honours, "honour_withdrawal", _MEASURES,
    ),
    Step(
        "escalate", _("Escalate"), "end", "escalate", own,
        p1.may_escalate, EscalateCase, escalate_case, "escalation_decision", "国市监质监发〔2023〕38号 二(一)",
        papers=("recall_order",),
    ),
    Step(
        "close_case", _("Close and archive"), "end", "close_case", own,
        may_close, CloseCase, close_case, "case_close", "程序规定 第七十七条",
        papers=("closing_approval",),
    ),
)  # fmt: skip
