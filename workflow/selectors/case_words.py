"""What happened, in words: statuses, outcomes and audit events of a case in the reader's language.

An event is a sentence without a subject, because who did it, when and for which body stand beside it. `SENTENCES` is
asked for ``action:outcome`` first, then for ``action``; placeholders are filled from `facts_of`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Case, Escalation, EscalationProposal, ListLevel, UnitKind
from cases.models.enterprise import SupervisionMode
from cases.selectors.notifications import rule_title
from cases.selectors.written import written
from cases.services.import_kinds import EXPORTS
from notices.models.document import Kind
from notices.models.service import ServiceRecord
from workflow.steps import STEPS

Words = Mapping[str, str | Promise]

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

SENTENCES: Final[Words] = {
    # the case
    "open_case": _("Case opened: %(origin)s, %(form)s"),
    "open_case:listing": _("Case opened: entry on a supervision list"),
    "open_case:delisting": _("Case opened: removal from a supervision list"),
    "approve_inspection:approve": _("Inspection approved"),
    "approve_inspection:refuse": _("Inspection not approved"),
    "approve_inspection:merge": _("Inspection merged into a joint inspection"),
    "attach_event": _("Risk event “%(title)s” counted"),
    "propose_on_events": _("Class %(quality_class)s and mode “%(mode)s” follow from the verified events"),
    "decide_basis:on_record": _("Class %(quality_class)s proposed on record"),
    "decide_basis:inspect": _("Inspection decided before the class is"),
    "drop_demotion": _("Case ended: the event it rested on was refuted"),
    "no_reclassification": _("No re-classification follows from “%(title)s”"),
    "no_reclassification:unclassified": _("No re-classification follows from “%(title)s”: the unit has no class yet"),
    "no_reclassification:unit_gone": _("No re-classification follows from “%(title)s”: the unit no longer exists"),
    "no_reclassification:no_trigger": _("No re-classification follows from “%(title)s”: no case of art. 21"),
    "no_reclassification:decided_already": _("No re-classification follows from “%(title)s”: decided on already"),
    "no_reclassification:same_with_it": _("No re-classification follows from “%(title)s”: the class stays as it is"),
    "no_reclassification:running_case": _("“%(title)s” waits for the class that is just being decided"),
    "no_reclassification:not_counted": _("Refuting “%(title)s” changes no class: no class in force rests on it alone"),
    "no_reclassification:same_without_it": _("Refuting “%(title)s” changes no class: others have the same effect"),
    "desk_check:enough": _("Desk check submitted; failed items: %(failed)s"),
    "desk_check:onsite": _("Papers do not suffice: inspection on site asked for"),
    "review_overdue": _("Yearly review overdue since %(due)s; the class stays"),
    "set_filing_aside": _("Filing %(filing_number)s set aside: an event froze the rise before its day"),
    "assign_inspectors": _("Inspectors assigned"),
    "start_inspection": _("Inspection form begun (round %(round)s)"),
    "submit_inspection:checked": _("Inspection form submitted; failed items: %(failed)s"),
    "submit_inspection:refused": _("The enterprise refused the inspection"),
    "submit_inspection:violation": _("Inspection form submitted, violation suspected; failed items: %(failed)s"),
    "refer_penalty": _("Suspected violation handed over to %(to)s"),
    "evaluate": _("Class %(quality_class)s and mode “%(mode)s” computed: %(passes)s of %(total)s items passed"),
    "propose_class": _("Class %(proposed)s proposed (computed: %(computed)s)"),
    "countersign:sign": _("Signed by the second inspector"),
    "countersign:reject": _("Second inspector did not sign"),
    "decide_grassroots:agree": _("Class %(quality_class)s and mode “%(mode)s” agreed"),
    "decide_grassroots:return_to_inspection": _("Returned for another inspection"),
    "decide_grassroots:return_to_opinion": _("Returned for another opinion"),
    "decide_grassroots:return_to_desk": _("Returned for another check of papers"),
    "decide_grassroots:return_to_basis": _("Returned to decide the basis anew"),
    "decide_grassroots:reject": _("Demotion to class %(quality_class)s rejected"),
    "forward_filing:forward": _("Forwarded to the province"),
    "forward_filing:return": _("Returned to the grassroots body by the city"),
    "file_province:noted": _("Filed with the province: %(filing_number)s"),
    "file_province:returned": _("Returned to the grassroots body by the province"),
    "file_province:objected": _("Objected to by the province"),
    "take_effect": _("Class %(quality_class)s in force, mode “%(mode)s”; next review %(next_review_on)s"),
    "list_key": _("Entered on the key-supervised list"),
    "decide_measures:measures": _("Measures decided: interview and order"),
    "decide_measures:none": _("Decided that no measures are needed"),
    "arrange_interview": _("Interview arranged for %(scheduled_at)s"),
    "issue_interview:issue": _("Interview notice approved and issued"),
    "issue_interview:return": _("Interview notice returned to the drafter"),
    "hold_interview:held": _("Interview held"),
    "hold_interview:no_show": _("Nobody came to the interview"),
    "draft_order": _("Rectification order drafted: %(items)s items, %(days)s days"),
    "issue_order:issue": _("Rectification order approved and issued"),
    "issue_order:return": _("Rectification order returned to the drafter"),
    "rectification.clock_started": _("Rectification period started on service; due %(due_on)s"),
    "make_link": _("One-time link for the enterprise made"),
    "report_rectification:officer": _("Rectification report entered by an officer"),
    "report_rectification:link": _("Rectification report sent by the enterprise"),
    "report_rectification:expired": _("Rectification period ran out without a report"),
    "ask_extension": _("Extension of %(days)s days asked for"),
    "decide_extension:grant": _("Extension of %(days)s days granted"),
    "decide_extension:refuse": _("Extension refused"),
    "return_visit:pass": _("Return visit: everything put right"),
    "return_visit:partly": _("Return visit: only partly put right"),
    "return_visit:fail": _("Return visit: not put right"),
    "withdraw_honours": _("Withdrawal of quality honours decided"),
    "escalate": _("Escalated: %(kinds)s"),
    "close_case": _("Case closed"),
    "conclude": _("Case concluded: no measures needed"),
    "terminate": _("Case ended: the enterprise ceased to exist"),
    "archive": _("Case file archived"),
    # escalation and listed oversight
    "open_case:escalation": _("Case opened at the body above: %(origin)s"),
    "propose_escalation": _("Asked of the body above: %(wanted)s"),
    "decide_escalation:take_over": _("Taken over by the body above"),
    "decide_escalation:list": _("Put under listed oversight"),
    "decide_escalation:refuse": _("Refused by the body above"),
    "supervision.prolonged": _(
        "Hazard verified on %(hazard_on)s: supervision by the body above prolonged to %(review_on)s"
    ),
    "decide_return:return": _("Given back to the tier body"),
    "decide_return:keep": _("Kept by the body above; looked at again on %(review_on)s"),
    "draft_listing_notice": _("Notice of listed oversight drafted: %(days)s days, %(answerable)s answers for it"),
    "issue_listing_notice:issue": _("Notice of listed oversight approved and issued"),
    "issue_listing_notice:return": _("Notice of listed oversight returned to the drafter"),
    "oversight.started": _("Listed oversight started on service; due %(due_on)s"),
    "report_progress": _("Progress reported as of %(reported_on)s"),
    "ask_lifting": _("Lifting of the oversight asked for"),
    "decide_lifting:lift": _("Lifting decided"),
    "decide_lifting:continue": _("Lifting refused: watched on"),
    "decide_lifting:refer": _("Matter referred for enforcement"),
    "issue_lift_notice:issue": _("Notice of the lifting approved and issued"),
    "issue_lift_notice:return": _("Notice of the lifting returned for another decision"),
    "oversight.lifted": _("Listed oversight lifted"),
    # supervision lists
    "candidate.kept": _("List candidate kept: %(unit_kind)s, %(year)s, “%(level)s” proposed"),
    "candidate.dropped": _("List candidate dropped: %(unit_kind)s, %(year)s, “%(level)s”"),
    "draft_list_notice": _("Notice of the proposed listing drafted: “%(level)s”"),
    "issue_list_notice:issue": _("Notice of the proposed listing approved and issued"),
    "issue_list_notice:return": _("Notice of the proposed listing returned to the drafter"),
    "listing.told": _("Unit told of the proposed listing; views until %(views_until)s"),
    "listing.notice_void": _("Notice declared void: the unit is told anew"),
    "record_views:stated": _("The unit stated its views"),
    "record_views:waived": _("The unit has no views to state"),
    "record_views:expired": _("The period for views passed without a word"),
    "decide_listing:special": _("Decided: special supervision"),
    "decide_listing:key": _("Decided: key supervision"),
    "decide_listing:none": _("Decided: not listed"),
    "decide_delisting:out": _("Decided: off the list"),
    "decide_delisting:down": _("Decided: down to key supervision"),
    "decide_delisting:stay": _("Decided: stays on the list"),
    "apply_listing": _("List of %(year)s changed: %(unit_kind)s, now “%(level)s”"),
    "issue_list_decision": _("Letter of the decision issued"),
    "conclude_listing": _("Case concluded"),
    "lists.scanned": _("Looked for list candidates: %(looked_at)s units, %(found)s found"),
    "exported.supervision_lists": _("Supervision lists exported"),
    # who does the work
    "task.claimed": _("“%(step)s” claimed"),
    "task.released": _("“%(step)s” put back for others to take"),
    "task.reassigned": _("“%(step)s” handed over to %(to)s"),
    # documents
    "document.drafted": _("%(kind)s drafted"),
    "document.edited": _("Draft of a document changed"),
    "document.issued": _("%(kind)s issued: %(number)s"),
    "document.voided": _("%(kind)s declared void"),
    "document.service_recorded": _("Attempt at service recorded: %(service)s"),
    "document.served": _("Document served, in effect from %(served_on)s"),
    "address.confirmed": _("Address for service confirmed"),
    "seal.uploaded": _("Seal image uploaded"),
    "seal.withdrawn": _("Seal image withdrawn"),
    # deadlines
    "deadline.started": _("Period started: %(rule)s, due %(due)s"),
    "deadline.met": _("Period met: %(rule)s"),
    "deadline.cancelled": _("Period ended: %(rule)s"),
    "deadline.suspended": _("Period suspended: %(rule)s"),
    "deadline.resumed": _("Period resumed: %(rule)s, now due %(due)s"),
    "deadline.extended": _("Period extended: %(rule)s, now due %(due)s"),
    "deadline.recomputed": _("Period counted anew: %(rule)s, now due %(due)s"),
    "deadline.reassigned": _("Period handed over: %(rule)s"),
    "deadline.urged": _("Reminder sent by a person: %(rule)s, due %(due)s"),
    "deadline.overdue": _("Period overdue: %(rule)s, was due %(due)s"),
    "deadline.escalated": _("Overdue period reported upwards: %(rule)s"),
    "deadline.period_set": _("Own period set"),
    "setting.set": _("Own value set"),
    # rule packs
    "start_pack_draft": _("Draft of the rule pack %(code)s begun"),
    "save_pack_draft": _("Draft of a rule pack changed"),
    "abandon_pack_draft": _("Draft of the rule pack %(code)s given up"),
    "rehearse_pack": _("Rehearsal of the rule pack %(code)s begun"),
    "stop_rehearsal": _("Rehearsal of a rule pack stopped"),
    "publish_pack": _("Rule pack %(pack)s published"),
    "calendar.imported": _("Holiday calendar imported"),
    # enterprises
    "enterprise.entered": _("Enterprise entered"),
    "enterprise.changed": _("Enterprise data changed"),
    "enterprise.status": _("Operating status changed"),
    "enterprise.product_kept": _("Product entered or changed"),
    "enterprise.product_removed": _("Product removed"),
    "enterprise.certificate_kept": _("Certificate entered or changed"),
    "enterprise.certificate_removed": _("Certificate removed"),
    "enterprise.honour_kept": _("Quality honour entered or changed"),
    "enterprise.honour_removed": _("Quality honour removed"),
    "enterprise.taken_over": _("Supervision taken over by the body above"),
    "enterprise.given_back": _("Supervision given back to the tier body"),
    "tier.confirmed": _("Tier confirmed"),
    "enterprise.archivefile_kept": _("File put into the archive"),
    "enterprises.imported": _("Enterprises imported from a file"),
    "records.imported": _("Records imported from a file: %(records)s"),
    "import.cancelled": _("Import cancelled: %(records)s"),
    "import.abandoned": _("Import abandoned and cleaned up: %(records)s"),
    "exported.records": _("Records exported: %(records)s"),
    "enterprise.onsite_check": _("On-site check recorded"),
    "lock.locked": _("Responsible officer named"),
    "lock.change_reported": _("Change of the responsible officer reported"),
    "lock.change_found": _("The responsible officer's lock no longer stands as recorded"),
    "lock.change_withdrawn": _("Change withdrawn: the officer stays"),
    "lock.handed_over": _("Successor of the responsible officer recorded"),
    "lock.released": _("Lock released"),
    "lock.ceased": _("Lock ended with the unit"),
    "exported.locks": _("Responsibility locks exported"),
    "exported.responsibility_list": _("Responsibility list exported"),
    "exported.enterprises": _("Enterprises exported"),
    "exported.rehearsal": _("Rehearsed changes exported"),
    "exported.key_list": _("Key-supervised list exported"),
    "exported.cases": _("Cases exported"),
    "exported.work": _("List of tasks exported"),
    "exported.listed_oversight": _("Listed oversight exported"),
    # people, bodies and jobs
    "register_person": _("Person registered"),
    "set_active": _("Account opened or closed"),
    "set_password": _("New password set"),
    "change_password": _("Own password changed"),
    "appoint": _("Appointed to a post"),
    "end_post": _("Post ended"),
    "issue_certificate": _("Enforcement certificate entered"),
    "declare_conflict": _("Conflict of interest declared"),
    "lift_conflict": _("Conflict of interest lifted"),
    "arrange_substitution": _("Substitution arranged"),
    "end_substitution": _("Substitution ended"),
    "load_bodies": _("Supervision bodies loaded"),
    "step.retried": _("Failed computed step tried again"),
    "job.retried": _("Background job tried again"),
    "job.cancelled": _("Background job cancelled"),
}

QUIET: Final = frozenset(
    {
        "deadline.started", "deadline.met", "deadline.cancelled", "deadline.reassigned", "deadline.recomputed",
        "document.drafted", "document.edited", "start_inspection", "arrange_interview", "document.service_recorded",
        "draft_listing_notice",
        "draft_list_notice", "issue_list_decision", "conclude_listing",
    }
)  # fmt: skip
"""Events that only the full log shows: each stands beside another that says more."""

TONES: Final[Mapping[str, str]] = {
    "deadline.overdue": "danger",
    "deadline.escalated": "danger",
    "deadline.urged": "warn",
    "submit_inspection:refused": "danger",
    "submit_inspection:violation": "danger",
    "refer_penalty": "danger",
    "escalate": "danger",
    "decide_escalation:take_over": "danger",
    "decide_escalation:list": "danger",
    "decide_escalation:refuse": "warn",
    "supervision.prolonged": "warn",
    "decide_lifting:continue": "warn",
    "decide_lifting:refer": "danger",
    "issue_listing_notice:return": "warn",
    "issue_lift_notice:return": "warn",
    "decide_return:keep": "warn",
    "approve_inspection:refuse": "warn",
    "approve_inspection:merge": "warn",
    "countersign:reject": "warn",
    "decide_grassroots:return_to_inspection": "warn",
    "decide_grassroots:return_to_opinion": "warn",
    "decide_grassroots:return_to_desk": "warn",
    "decide_grassroots:return_to_basis": "warn",
    "decide_grassroots:reject": "warn",
    "drop_demotion": "warn",
    "set_filing_aside": "warn",
    "desk_check:onsite": "warn",
    "forward_filing:return": "warn",
    "file_province:returned": "warn",
    "file_province:objected": "warn",
    "issue_interview:return": "warn",
    "issue_order:return": "warn",
    "hold_interview:no_show": "warn",
    "report_rectification:expired": "warn",
    "decide_extension:refuse": "warn",
    "return_visit:partly": "warn",
    "return_visit:fail": "danger",
    "document.voided": "warn",
    "file_province:noted": "ok",
    "take_effect": "ok",
    "document.served": "ok",
    "oversight.lifted": "ok",
    "decide_return:return": "ok",
    "return_visit:pass": "ok",
    "close_case": "ok",
    "conclude": "ok",
    "candidate.dropped": "warn",
    "issue_list_notice:return": "warn",
    "listing.notice_void": "warn",
    "record_views:stated": "warn",
    "decide_listing:special": "danger",
    "decide_listing:key": "warn",
    "decide_listing:none": "ok",
    "decide_delisting:out": "ok",
    "decide_delisting:stay": "warn",
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
        "kind": lambda value: _label(Kind, value),
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
