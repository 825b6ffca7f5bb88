"""The human steps of supervision lists (P4): tell the unit, hear it, decide, and tell it what was decided."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.guards import lists, p1
from cases.services.decide_listing import DecideDelisting, DecideListing, decide_delisting, decide_listing
from cases.services.list_notice import DraftListNotice, RecordViews, record_views
from notices.services.case_letters import IssueLetter
from notices.services.list_letters import (
    IssueListDecision,
    draft_list_letter,
    issue_list_decision,
    issue_list_letter,
    serve_list_decision,
    serve_list_letter,
)
from notices.services.record_service import ServiceFacts
from workflow.steps.step import Phase, Step, by_event, own, territory

_DECISION: Final = Phase("decision", _("Decision"))
_ANSWER: Final = Phase("answer", _("Unit told of the decision"))

LISTING_PHASES: Final = (
    Phase("notice", _("Notice to the unit")),
    Phase("views", _("Views of the unit")),
    _DECISION,
    _ANSWER,
)
DELISTING_PHASES: Final = (_DECISION, _ANSWER)

_SERVICE = "程序规定 第八十二条"

LISTING_STEPS: Final = (
    Step(
        "draft_list_notice", _("Draft the notice of the proposed listing"), "notice", "issue_list_notice", own,
        lists.may_draft_list_notice, DraftListNotice, draft_list_letter, "letter_draft", lists.LISTS,
    ),
    Step(
        "issue_list_notice", _("Issue the notice of the proposed listing"), "notice", "issue_list_notice", own,
        lists.may_issue_list_notice, IssueLetter, issue_list_letter, "letter_issue", lists.LISTS,
    ),
    Step(
        "serve_list_notice", _("Serve the notice of the proposed listing"), "notice", "serve_document", territory,
        p1.may_serve, ServiceFacts, serve_list_letter, "letter_service", _SERVICE, completes=by_event,
    ),
    Step(
        "record_views", _("Views of the unit"), "views", "issue_list_notice", own,
        lists.may_record_views, RecordViews, record_views, "", lists.LISTS,
    ),
    Step(
        "decide_listing", _("Decide on the listing"), "decision", "approve_listing", own,
        lists.may_decide_listing, DecideListing, decide_listing, "listing_decision", lists.LISTS,
    ),
    Step(
        "decide_delisting", _("Decide on the removal"), "decision", "approve_delisting", own,
        lists.may_decide_delisting, DecideDelisting, decide_delisting, "delisting_decision", lists.LISTS,
    ),
    Step(
        "issue_list_decision", _("Issue the letter of the decision"), "answer", "issue_list_notice", own,
        lists.may_issue_list_decision, IssueListDecision, issue_list_decision, "letter_issue", lists.LISTS,
    ),
    Step(
        "serve_list_decision", _("Serve the letter of the decision"), "answer", "serve_document", territory,
        p1.may_serve, ServiceFacts, serve_list_decision, "letter_service", _SERVICE, completes=by_event,
    ),
)  # fmt: skip
