"""One form a step; ``FORMS`` says which. Steps of service are done on the page of the document itself."""

from typing import Final

from workflow.forms import decisions, escalation, lists, measures
from workflow.forms.base import StepForm
from workflow.forms.desk import DeskForm
from workflow.forms.inspection import InspectionForm

FORMS: Final[dict[str, type[StepForm]]] = {
    "approve_inspection": decisions.ApproveInspectionForm,
    "assign_inspectors": decisions.AssignInspectorsForm,
    "inspect": InspectionForm,
    "decide_basis": decisions.DecideBasisForm,
    "desk_check": DeskForm,
    "refer_penalty": decisions.ReferPenaltyForm,
    "propose_class": decisions.ProposeClassForm,
    "countersign": decisions.CountersignForm,
    "decide_grassroots": decisions.GrassrootsForm,
    "forward_filing": decisions.ForwardForm,
    "file_province": decisions.FileForm,
    "list_key": decisions.ListKeyForm,
    "decide_measures": decisions.MeasuresForm,
    "draft_interview": measures.SummonForm,
    "issue_interview": decisions.IssueLetterForm,
    "hold_interview": measures.HoldForm,
    "draft_order": measures.OrderForm,
    "issue_order": decisions.IssueLetterForm,
    "report_rectification": measures.ReportForm,
    "return_visit": measures.VisitForm,
    "withdraw_honours": decisions.WithdrawHonoursForm,
    "escalate": decisions.EscalateForm,
    "close_case": decisions.CloseForm,
    "decide_escalation": escalation.DecideEscalationForm,
    "draft_listing_notice": escalation.DraftOversightForm,
    "issue_listing_notice": decisions.IssueLetterForm,
    "ask_lifting": escalation.AskLiftingForm,
    "decide_lifting": escalation.DecideLiftingForm,
    "issue_lift_notice": decisions.IssueLetterForm,
    "decide_return": escalation.DecideReturnForm,
    "draft_list_notice": lists.DraftListNoticeForm,
    "issue_list_notice": decisions.IssueLetterForm,
    "record_views": lists.RecordViewsForm,
    "decide_listing": lists.DecideListingForm,
    "decide_delisting": lists.DecideDelistingForm,
    "issue_list_decision": lists.IssueListDecisionForm,
}

__all__ = ["FORMS"]
