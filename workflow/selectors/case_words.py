"""What happened, in words: statuses, outcomes and audit events of a case in the reader's language.

The sentences themselves are in `workflow.selectors.event_sentences`; placeholders are filled from `facts_of`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Case, Escalation, EscalationProposal, ListLevel, UnitKind
from cases.models.enterprise import SupervisionMode
from cases.selectors.notifications import rule_title
from cases.selectors.written import written
from cases.services.import_kinds import EXPORTS
from notices.models.service import ServiceRecord
from notices.packs import document_kinds
from notices.services.case_file_contents import CaseWords
from workflow.selectors.event_sentences import SENTENCES, TONES, Words
from workflow.steps import STEPS

STATUSES: Final[Words] = {
    "planned": _("Waiting for approval"),
    "approved": _("Approved"),
    "refused": _("Not approved"),
    "assigned": _("Inspectors assigned"),
    "inspecting": _("Inspection under way"),
    "inspected": _("Inspected"),
    "evaluated": _("Class computed"),
    "proposed": _("Opinion given"),
    "signed": _("Signed by both inspectors"),
    "agreed": _("Agreed by the grassroots body"),
    "forwarded": _("Forwarded to the province"),
    "filed": _("Filed with the province"),
    "effective": _("Class in force"),
    "listed": _("Key-supervised"),
    "measures": _("Measures under way"),
    "interviewing": _("Summoned to an interview"),
    "ordering": _("Order being prepared"),
    "rectifying": _("Enterprise rectifying"),
    "revisiting": _("Return visit due"),
    "visited": _("Put right"),
    "escalating": _("To be escalated"),
    "escalated": _("Escalated"),
    "closed": _("Closed and archived"),
    "triggered": _("Event verified"),
    "rejected": _("Not re-classified"),
    "review_due": _("Yearly review due"),
    "desk_checking": _("Desk check under way"),
    "candidate": _("Candidate kept"),
    "telling": _("Unit being told"),
    "hearing": _("Waiting for the unit’s views"),
    "deciding": _("Listing to be decided"),
    "answering": _("Decided, unit being told"),
    "on_list": _("On the list"),
    "not_listed": _("Not listed"),
    "delisting_asked": _("Removal asked for"),
    "off_list": _("Removed from the list"),
    "still_listed": _("Stays on the list"),
    "proposed_up": _("Proposed to the body above"),
    "taken_over": _("Supervised by the body above"),
    "returned_down": _("Back with its tier body"),
    "noticing": _("Oversight notice being prepared"),
    "watching": _("Under listed oversight"),
    "lifting": _("Lifting asked for"),
    "lift_noticing": _("Notice of lifting being prepared"),
    "lifted": _("Oversight lifted"),
    "referred": _("Referred"),
    "terminated": _("Ended: the enterprise ceased to exist"),
}

MODES: Final[Words] = dict(SupervisionMode.choices)

OUTCOMES: Final[Words] = {
    "approve_inspection:approve": _("Approved"),
    "approve_inspection:refuse": _("Not approved"),
    "approve_inspection:merge": _("Merged into a joint inspection"),
    "assign_inspectors:before": _("Announced beforehand"),
    "assign_inspectors:on_arrival": _("Announced on arrival"),
    "assign_inspectors:papers": _("Nobody is visited"),
    "decide_basis:on_record": _("Decided on record"),
    "decide_basis:inspect": _("Inspection decided"),
    "desk_check:enough": _("Papers suffice"),
    "desk_check:onsite": _("Inspection on site needed"),
    "inspect:checked": _("Checked"),
    "inspect:refused": _("Refused by the enterprise"),
    "inspect:violation": _("Violation suspected"),
    "refer_penalty:referred": _("Handed over"),
    "propose_class:propose": _("Proposed"),
    "countersign:sign": _("Signed"),
    "countersign:reject": _("Not signed"),
    "decide_grassroots:agree": _("Agreed"),
    "decide_grassroots:return_to_inspection": _("Returned for another inspection"),
    "decide_grassroots:return_to_opinion": _("Returned for another opinion"),
    "decide_grassroots:return_to_desk": _("Returned for another check of papers"),
    "decide_grassroots:return_to_basis": _("Returned to decide the basis anew"),
    "decide_grassroots:reject": _("Demotion rejected"),
    "forward_filing:forward": _("Forwarded"),
    "forward_filing:return": _("Returned to the grassroots body"),
    "file_province:noted": _("Noted"),
    "file_province:returned": _("Returned to the grassroots body"),
    "file_province:objected": _("Objected to"),
    "list_key:listed": _("Listed"),
    "decide_measures:measures": _("Measures decided"),
    "decide_measures:none": _("No measures needed"),
    "draft_interview:drafted": _("Drafted"),
    "issue_interview:issue": _("Issued"),
    "issue_interview:return": _("Returned to the drafter"),
    "hold_interview:held": _("Held"),
    "hold_interview:no_show": _("No-show"),
    "draft_order:drafted": _("Drafted"),
    "issue_order:issue": _("Issued"),
    "issue_order:return": _("Returned to the drafter"),
    "report_rectification:officer": _("Entered by an officer"),
    "report_rectification:link": _("Sent by the enterprise through its link"),
    "report_rectification:expired": _("No report: the period ran out"),
    "decide_extension:grant": _("Extension granted"),
    "decide_extension:refuse": _("Extension refused"),
    "return_visit:pass": pgettext_lazy("of a return visit", "Pass"),
    "return_visit:partly": pgettext_lazy("of a return visit", "Partly"),
    "return_visit:fail": pgettext_lazy("of a return visit", "Fail"),
    "withdraw_honours:decided": _("Decided"),
    "escalate:escalated": _("Escalated"),
    "close_case:closed": _("Closed and archived"),
    "decide_escalation:take_over": _("Taken over"),
    "decide_escalation:list": pgettext_lazy("of a decision on escalation", "Listed"),
    "decide_escalation:refuse": pgettext_lazy("of a decision on escalation", "Refused"),
    "draft_listing_notice:drafted": _("Drafted"),
    "issue_listing_notice:issue": _("Issued"),
    "issue_listing_notice:return": _("Returned to the drafter"),
    "ask_lifting:asked": _("Asked for"),
    "decide_lifting:lift": pgettext_lazy("of listed oversight", "Lifted"),
    "decide_lifting:continue": _("Watched on"),
    "decide_lifting:refer": pgettext_lazy("of listed oversight", "Referred"),
    "issue_lift_notice:issue": _("Issued"),
    "issue_lift_notice:return": _("Returned for another decision"),
    "decide_return:return": _("Given back"),
    "decide_return:keep": _("Kept"),
    "draft_list_notice:drafted": _("Drafted"),
    "issue_list_notice:issue": _("Issued"),
    "issue_list_notice:return": _("Returned to the drafter"),
    "record_views:stated": _("Views stated"),
    "record_views:waived": _("No views"),
    "record_views:expired": _("No views: the period passed"),
    "decide_listing:special": _("Special supervision"),
    "decide_listing:key": _("Key supervision"),
    "decide_listing:none": _("Not listed"),
    "decide_delisting:out": _("Removed from the list"),
    "decide_delisting:down": _("Down to key supervision"),
    "decide_delisting:stay": _("Stays on the list"),
    "issue_list_decision:issue": _("Issued"),
}

_OUTCOME_KEYS: Final = ("outcome", "via", "result", "procedure")


def event_key(action: str, data: Mapping[str, Any]) -> str:
    """The key of `SENTENCES` for an event; the bare action where its outcome has no words of its own."""
    for name in _OUTCOME_KEYS:
        key = f"{action}:{data.get(name)}"
        if key in SENTENCES:
            return key
    return action


def event_words(action: str, data: Mapping[str, Any]) -> str:
    """The event as a sentence in the current language; the bare action for one that nobody gave words."""
    sentence = SENTENCES.get(event_key(action, data))
    return str(sentence) % facts_of(data) if sentence is not None else action


def event_tone(action: str, data: Mapping[str, Any]) -> str:
    """How the timeline marks it: "", ok, warn or danger."""
    return TONES.get(event_key(action, data), "")


def status_words(status: str) -> str:
    """A status of the lifecycle in words."""
    return str(STATUSES.get(status, status))


def mode_words(mode: str) -> str:
    """A mode of supervision in words; empty for none."""
    return str(MODES.get(mode, mode))


def outcome_words(step: str, outcome: str) -> str:
    """What somebody decided at a step, in words."""
    return str(OUTCOMES.get(f"{step}:{outcome}", outcome))


def step_words(step: str) -> str:
    """The title of a step; the event in words for what is no step of a person."""
    return str(STEPS[step].title) if step in STEPS else event_words(step, {})


WORDS: Final = CaseWords(step=step_words, outcome=outcome_words, event=event_words)
"""What the file of a case (notices) is told in."""


def facts_of(data: Mapping[str, Any]) -> Mapping[str, str]:
    """The data of an event as words; what it does not hold is a dash."""
    facts: dict[str, str] = defaultdict(lambda: "—")
    for name, value in data.items():
        facts[name] = _plain(value)
    translated: dict[str, Callable[[str], str]] = {
        "rule": rule_title,
        "mode": mode_words,
        "origin": lambda value: _label(Case.Origin, value),
        "form": lambda value: _label(Case.Form, value),
        "kind": lambda value: document_kinds()[value].name if value in document_kinds() else value,
        "wanted": lambda value: _label(EscalationProposal.Wanted, value),
        "step": lambda value: str(STEPS[value].title) if value in STEPS else value,
        "level": lambda value: _label(ListLevel, value),
        "unit_kind": lambda value: _label(UnitKind, value),
        "records": lambda value: str(EXPORTS[value].title) if value in EXPORTS else value,
    }
    for name, words in translated.items():
        if isinstance(data.get(name), str):
            facts[name] = words(data[name])
    if "kind" in data:
        facts["service"] = _label(ServiceRecord.Kind, str(data["kind"]))
    if "kinds" in data:
        facts["kinds"] = "、".join(_label(Escalation.Kind, kind) for kind in data["kinds"])
    return facts


def _label(choices: Any, value: str) -> str:
    """The label of a choice; the value itself for one that is none."""
    return str(dict(choices.choices).get(value, value))


def _plain(value: Any) -> str:
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, list):
        return "、".join(str(part) for part in value)
    return str(written(value))
