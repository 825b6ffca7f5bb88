"""The human steps of escalation and listed oversight (P5)."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.guards import p1, p5
from cases.models import Body, Case
from cases.services.decide_escalation import DecideEscalation, decide_escalation
from cases.services.listed_oversight import AskLifting, DecideLifting, DraftOversight, ask_lifting, decide_lifting
from cases.services.upper_supervision import DecideReturn, decide_return
from notices.services.case_letters import IssueLetter
from notices.services.oversight_letters import (
    draft_listing_notice,
    issue_lift_notice,
    issue_listing_notice,
    serve_lift_notice,
    serve_listing_notice,
)
from notices.services.record_service import ServiceFacts
from workflow.steps.step import Phase, Step, by_event, own, territory

ESCALATION_PHASES: Final[tuple[Phase, ...]] = (
    Phase("decision", _("Decision of the body above")),
    Phase("notice", _("Notice of oversight")),
    Phase("watch", pgettext_lazy("phase of listed oversight", "Watched")),
    Phase("lifting", _("Lifting")),
    Phase("return", _("Return to the tier body")),
)

_GUIDANCE = p5.ESCALATION
_SERVICE = "程序规定 第八十二条"


def watched(case: Case) -> Body:
    """The body that must report, and that asks for the lifting."""
    body: Body = case.listed_oversight.watched_body
    return body


ESCALATION_STEPS: Final[tuple[Step, ...]] = (
    Step(
        "decide_escalation", _("Decide: take over, list or refuse"), "decision", "decide_escalation", own,
        p5.may_decide, DecideEscalation, decide_escalation, "upper_decision", _GUIDANCE,
    ),
    Step(
        "draft_listing_notice", _("Draft the notice of listed oversight"), "notice", "track_listed", own,
        p5.may_draft_listing, DraftOversight, draft_listing_notice, "letter_draft", _GUIDANCE,
    ),
    Step(
        "issue_listing_notice", _("Issue the notice of listed oversight"), "notice", "decide_escalation", own,
        p5.may_issue_listing, IssueLetter, issue_listing_notice, "letter_issue", _GUIDANCE,
    ),
    Step(
        "serve_listing_notice", _("Serve the notice of listed oversight"), "notice", "serve_document", territory,
        p1.may_serve, ServiceFacts, serve_listing_notice, "letter_service", _SERVICE, completes=by_event,
    ),
    Step(
        "ask_lifting", _("Put right what is demanded, and ask for the lifting"), "watch", "track_listed", watched,
        p5.may_ask_lifting, AskLifting, ask_lifting, "", _GUIDANCE,
    ),
    Step(
        "decide_lifting", _("Decide on the lifting"), "lifting", "lift_listed", own,
        p5.may_decide_lifting, DecideLifting, decide_lifting, "oversight_lifting", _GUIDANCE,
    ),
    Step(
        "issue_lift_notice", _("Issue the notice of the lifting"), "lifting", "lift_listed", own,
        p5.may_issue_lift, IssueLetter, issue_lift_notice, "letter_issue", _GUIDANCE,
    ),
    Step(
        "serve_lift_notice", _("Serve the notice of the lifting"), "lifting", "serve_document", territory,
        p1.may_serve, ServiceFacts, serve_lift_notice, "letter_service", _SERVICE, completes=by_event,
    ),
    Step(
        "decide_return", _("Decide on the return to the tier body"), "return", "decide_escalation", own,
        p5.may_decide_return, DecideReturn, decide_return, "return_decision", _GUIDANCE,
    ),
)  # fmt: skip
