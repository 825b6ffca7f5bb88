"""From the saved rows to the facts a document prints: read once, when it is issued, and frozen from then on."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from notices.models import Document
from notices.packs import kind_of
from notices.services.facts.assistance import advice_facts
from notices.services.facts.body_oversight import body_lift_facts, body_listed_facts, minutes_facts
from notices.services.facts.case_papers import (
    approval_facts,
    closing_facts,
    filing_facts,
    interview_record_facts,
    notice_facts,
    recall_facts,
    record_facts,
    transfer_facts,
)
from notices.services.facts.checks import (
    body_interview_facts,
    body_rectification_facts,
    check_reminder_facts,
    circular_facts,
    oversight_list_facts,
)
from notices.services.facts.form import form_facts
from notices.services.facts.kept_lists import responsibility_facts, task_list_document
from notices.services.facts.letters import interview_facts, order_facts, reminder_facts
from notices.services.facts.lists import delisting_facts, listing_decision_facts, listing_notice_facts
from notices.services.facts.oversight import lift_facts, oversight_facts, request_facts
from notices.services.facts.service_papers import confirmation_facts, receipt_facts
from notices.services.facts.stamp import Stamp
from notices.services.facts.visit import visit_facts
from notices.services.facts.warnings import alert_facts, alert_lift_facts
from notices.services.subjects import Subject, find_subject

BUILDERS: Final[Mapping[str, Callable[[Subject, dict[str, Any], Stamp], Any]]] = {
    "interview_notice": interview_facts,
    "rectification_order": order_facts,
    "reminder_letter": reminder_facts,
    "listed_oversight_notice": oversight_facts,
    "oversight_lift_notice": lift_facts,
    "escalation_request": request_facts,
    "general_rules_form": form_facts,
    "return_visit_record": visit_facts,
    "listing_notice": listing_notice_facts,
    "listing_decision": listing_decision_facts,
    "delisting_notice": delisting_facts,
    "inspection_approval": approval_facts,
    "inspection_notice": notice_facts,
    "onsite_record": record_facts,
    "interview_record": interview_record_facts,
    "lead_transfer": transfer_facts,
    "filing_form": filing_facts,
    "closing_approval": closing_facts,
    "recall_order": recall_facts,
    "service_receipt": receipt_facts,
    "address_confirmation": confirmation_facts,
    "oversight_list": oversight_list_facts,
    "check_reminder": check_reminder_facts,
    "body_rectification": body_rectification_facts,
    "body_interview": body_interview_facts,
    "circular": circular_facts,
    "body_interview_minutes": minutes_facts,
    "body_listed_notice": body_listed_facts,
    "body_lift_notice": body_lift_facts,
    "alert_bulletin": alert_facts,
    "alert_lift_notice": alert_lift_facts,
    "assistance_advice": advice_facts,
    "responsibility_list": responsibility_facts,
    "supervision_task_list": task_list_document,
}


def facts_of(
    document: Document, *, number: str, on: date, verify_url: str, preview: bool = False, signatory: str = ""
) -> dict[str, Any]:
    """The JSON of the document's facts (notices/pdf/facts.py) as of `on`.

    RuleError where the record does not yet say what the document must: each message names what is missing.
    """
    subject = find_subject(kind_of(document.kind), document.subject)
    replaces = document.supersedes.number if document.supersedes else ""
    stamp = Stamp(number=number, on=on, verify_url=verify_url, preview=preview, replaces=replaces, signatory=signatory)
    facts: dict[str, Any] = BUILDERS[document.kind](subject, document.fields, stamp).to_json()
    return facts
