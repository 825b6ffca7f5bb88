"""What each human step is about, in a few plain sentences: what it decides and needs, who acts next, what stays.

Its period is not told here: it is data (`Step.rule`) and shown beside these words with the clause it rests on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.packs.loader import load_deadline_rules
from cases.rules.deadlines import DeadlineRule
from workflow.steps.step import Step


@dataclass(frozen=True, slots=True)
class About:
    """`what` a step decides and needs, what comes `after` it, what of it is `final`; `period` where no rule"
    " counts it."""

    what: str | Promise
    after: str | Promise
    final: str | Promise
    period: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a page tells of a step: its words, and the rule that counts its period, if there is one."""

    about: About
    rule: DeadlineRule | None


def told_of(step: Step) -> Told:
    """What the page of a step tells of it."""
    return Told(ABOUT[step.code], load_deadline_rules()[step.rule] if step.rule else None)


_LETTER_FROZEN: Final = _(
    "Once issued, the letter and its number can no longer be changed; a wrong one is made void with a reason and"
    " drafted"
    " anew."
)
_DRAFT_FREE: Final = _("Nothing is final yet: a draft has no number and can be changed or returned until it is issued.")
_SERVICE_FINAL: Final = _(
    "Every attempt stays on record, the failed ones too. The day of service starts the period of the letter and"
    " cannot be"
    " set again."
)
_SERVICE_NEXT: Final = _(
    "The step ends by itself once the letter counts as served: at once for direct service, thirty days after"
    " publication"
    " for a public notice, at the first download for a link."
)
_SERVICE_WHAT: Final = _(
    "You bring the letter to its addressee and record how: the way, who served and received it, and the proof."
    " The way must"
    " be open under the rules of service; direct service comes first."
)
_OPINION_STAYS: Final = _(
    "Your opinion is signed with your name and day and is never overwritten; a later return adds to it."
)
_STAYS_ON_RECORD: Final = _("The decision and its reason stay on record and cannot be withdrawn.")

ABOUT: Final[Mapping[str, About]] = {
    # --- classification ---
    "decide_basis": About(
        _(
            "You decide whether the demotion after an event is proposed on record or only after inspectors have"
            " seen the place."
            " Article 21 (2) and (5) call for an inspection; to go without one you owe a reason."
        ),
        _(
            "On record the class is proposed in your name and goes to the head of the body; otherwise an"
            " inspection begins."
        ),
        _STAYS_ON_RECORD,
    ),
    "desk_check": About(
        _(
            "You answer the form of the yearly review from papers: yearly reports, samplings and events. Where"
            " they do not"
            " suffice, you ask for a visit with a reason."
        ),
        _(
            "The class is computed and comes back to you as the inspectors’ opinion; a visit asked for goes to"
            " the head of unit."
        ),
        _("What you submit stays as the record of this round; papers count towards no yearly cap of inspections."),
    ),
    "approve_inspection": About(
        _(
            "You decide whether the enterprise is visited at all. The yearly cap on inspections must leave room,"
            " unless the"
            " origin of the case is exempt; a refusal needs a reason."
        ),
        _("Approved, you or a colleague assign two inspectors; refused, the case ends."),
        _("The approval form is printed with your decision; a refused case cannot be opened again."),
    ),
    "assign_inspectors": About(
        _(
            "You name the lead and the second inspector and how the enterprise learns of the visit. Both need a"
            " certificate"
            " valid on the day and no declared conflict of interest."
        ),
        _("The lead has the inspection in their tasks at once."),
        _("The notice of inspection is printed in their names; another pair needs a new assignment."),
    ),
    "inspect": About(
        _(
            "You answer every item of the form on site, with words and photos for each failing one, and state the"
            " risk level"
            " of the products. A refused visit needs its reason and leaves the items aside."
        ),
        _("The class is computed from the answers, item by item, and you write the inspectors’ opinion on it."),
        _("Drafts can be changed on any device; what is submitted is frozen as the record of this round."),
    ),
    "refer_penalty": About(
        _(
            "You hand a suspected violation over to those who handle penalties: the facts, the provision, and to"
            " whom. It runs"
            " beside the classification and does not hold it up."
        ),
        _("The transfer form is printed for the receiving unit; the case goes its own way."),
        _("The transfer stays on record; the penalty itself is decided outside this system."),
    ),
    "propose_class": About(
        _(
            "You propose the class on the ground of the form. The computed one stands before you clause by"
            " clause; you may"
            " propose a worse one with a reason, never a better one."
        ),
        _("The second inspector reads it and signs, or gives it back to you."),
        _("Until the second signature you can be given it back; afterwards it stands as the inspectors’ opinion."),
    ),
    "countersign": About(
        _(
            "You confirm with your signature that the record and the proposed class are right, or give them back"
            " with a reason."
        ),
        _("Signed, it goes to the head of the grassroots body; given back, to the lead."),
        _OPINION_STAYS,
    ),
    "decide_grassroots": About(
        _(
            "You agree to the class and set the mode of supervision, or return the case to the inspection or the"
            " opinion."
            " Whoever inspected or signed may not decide. Another mode than the computed one needs a reason."
        ),
        _(
            "The city passes the filing on to the province; a city’s or a directly governed county’s case goes"
            " there at once."
        ),
        _OPINION_STAYS,
    ),
    "forward_filing": About(
        _("You pass the class on to the province for filing, or return it to the grassroots body with a reason."),
        _("The province’s filing officer notes it, returns it or objects."),
        _OPINION_STAYS,
    ),
    "file_province": About(
        _(
            "You note the class, return it or object to it, with a reason. Silence is no consent: an"
            " overdue filing is pressed, not taken as noted."
        ),
        _(
            "Noted, the class takes effect and the form is printed. Class C goes on to the list and the measures;"
            " a case of"
            " any other mode closes itself."
        ),
        _("A noted class is in force from its day and changes only by a later decision."),
    ),
    "list_key": About(
        _("You enter the enterprise of class C on the area’s list of key-supervised enterprises, with the reason."),
        _("The head of unit decides on measures."),
        _("The entry bears its day and stays in the history of the list."),
    ),
    "decide_measures": About(
        _(
            "You decide whether the enterprise has effectively fulfilled its duty. If not, its person in charge"
            " is interviewed"
            " and the enterprise is ordered to rectify."
        ),
        _("With measures the lead drafts the interview notice; without them the case closes."),
        _STAYS_ON_RECORD,
    ),
    "draft_interview": About(
        _(
            "You set day, place, people and subject of the interview; the letter is written from the facts of the"
            " case. The"
            " day lies at least three working days ahead and on a working day."
        ),
        _("Somebody other than you approves and issues the notice."),
        _DRAFT_FREE,
    ),
    "issue_interview": About(
        _(
            "You approve the interview notice; whoever drafted it may not. Read the preview: what you issue is"
            " what is served."
        ),
        _("The lead serves the notice on the enterprise."),
        _LETTER_FROZEN,
    ),
    "serve_interview": About(_SERVICE_WHAT, _SERVICE_NEXT, _SERVICE_FINAL),
    "hold_interview": About(
        _(
            "You record who came and what was said and promised, with a second officer, or that nobody came. It can be"
            " recorded only once the time of the interview has come."
        ),
        _(
            "Held, the lead drafts the rectification order; after a no-show the enterprise is summoned once more,"
            " then escalated."
        ),
        _("The record of the interview is printed and stays as it is."),
    ),
    "draft_order": About(
        _("You write what the enterprise must put right and by when: each demand on its own, one to thirty days."),
        _("Somebody other than you approves and issues the order."),
        _DRAFT_FREE,
    ),
    "issue_order": About(
        _(
            "You approve the rectification order; whoever drafted it may not. Check the demands and the days in"
            " the preview."
        ),
        _("The lead serves the order; its period begins with the day of service, which is not counted."),
        _LETTER_FROZEN,
    ),
    "serve_order": About(_SERVICE_WHAT, _SERVICE_NEXT, _SERVICE_FINAL),
    "report_rectification": About(
        _(
            "You enter what the enterprise reports it has put right, with its papers; the enterprise can also"
            " report itself by"
            " a link. It may ask for one extension, five days before the end at the latest."
        ),
        _("The return visit becomes due. If the period runs out without a report, it becomes due all the same."),
        _("A report stays as it was handed in; it is the return visit that judges it."),
        _("The period stands in the order itself and runs from its service."),
    ),
    "return_visit": About(
        _(
            "You see on site, with a second inspector, whether each demand of the order has been met, and give a"
            " verdict on each."
        ),
        _(
            "All met, the case can be closed; partly met, one more order is drafted; not met, the head of the"
            " body decides on"
            " escalation."
        ),
        _("The record of the visit is printed and stays as it is."),
    ),
    "withdraw_honours": About(
        _(
            "For each quality honour of the enterprise you decide: withdrawn, or its withdrawal proposed to"
            " whoever granted it."
        ),
        _("It runs beside the measures; the case is closed only when this is done."),
        _STAYS_ON_RECORD,
    ),
    "escalate": About(
        _(
            "You decide how the case goes on after rectification has failed or nobody came to the last interview:"
            " listed"
            " oversight, the body above, the penalty, a list, a recall."
        ),
        _("Each way chosen starts on its own; then the case ends as escalated."),
        _STAYS_ON_RECORD,
    ),
    "close_case": About(
        _("You close the case once nothing of it is open: no running period, no draft of a letter."),
        _("The closing approval is printed, and the case file can be made."),
        _("A closed case cannot be opened again."),
    ),
    # --- lists ---
    "draft_list_notice": About(
        _("You tell the unit which list it is proposed for, on which facts, and that it may state its views."),
        _("Somebody other than you approves and issues the notice."),
        _DRAFT_FREE,
    ),
    "issue_list_notice": About(
        _("You approve the notice of the proposed listing; whoever drafted it may not."),
        _("The notice is served on the unit; then its views are awaited."),
        _LETTER_FROZEN,
    ),
    "serve_list_notice": About(_SERVICE_WHAT, _SERVICE_NEXT, _SERVICE_FINAL),
    "record_views": About(
        _("You enter what the unit says about the proposed listing, in its words, with the day it was received."),
        _("The head of the tier body decides; so they do once the period has run out without views."),
        _("Views entered stay as they are and must be answered in the decision."),
        _("Five working days from the day after service, by default; no act sets a period."),
    ),
    "decide_listing": About(
        _(
            "You decide whether the unit is put on the key or the special list. No heavier level than the unit"
            " was told of;"
            " another level than the rule’s needs a reason; whoever reviewed or drafted may not decide."
        ),
        _("The list changes at once, and the unit is told by letter."),
        _STAYS_ON_RECORD,
    ),
    "decide_delisting": About(
        _("You decide whether the unit leaves the list, goes down to key supervision or stays, with the reason."),
        _("The list changes at once, and the unit is told by letter."),
        _STAYS_ON_RECORD,
    ),
    "issue_list_decision": About(
        _("You approve the letter that tells the unit what was decided."),
        _("The letter is served on the unit; with that the case ends."),
        _LETTER_FROZEN,
    ),
    "serve_list_decision": About(_SERVICE_WHAT, _SERVICE_NEXT, _SERVICE_FINAL),
    # --- escalation and listed oversight ---
    "decide_escalation": About(
        _(
            "You decide on the request of the body below: take the unit over, put the matter under listed oversight, or"
            " refuse. The conditions of the guidance stand beside the form; whoever asked may not decide."
        ),
        _("Taken over, the body above is accountable from this day; listed, the notice of oversight is drafted."),
        _STAYS_ON_RECORD,
    ),
    "draft_listing_notice": About(
        _(
            "You write the facts, the demands, the period and the person responsible into the notice of listed"
            " oversight."
        ),
        _("The head of the body issues the notice."),
        _DRAFT_FREE,
    ),
    "issue_listing_notice": About(
        _("You approve the notice of listed oversight; whoever drafted it may not."),
        _("The notice is served on the watched body; with that its period begins."),
        _LETTER_FROZEN,
    ),
    "serve_listing_notice": About(_SERVICE_WHAT, _SERVICE_NEXT, _SERVICE_FINAL),
    "ask_lifting": About(
        _(
            "You put right what the notice demands, report on the progress on the way, and ask for the lifting"
            " once it is done."
        ),
        _("The body that listed the matter checks and decides."),
        _("A request made within the period counts as met in time; reports and the request stay on record."),
        _("The notice sets it: sixty days from service, by default; the body that listed may extend it once."),
    ),
    "decide_lifting": About(
        _(
            "You check what was done and decide: lift the oversight, go on watching, or refer the matter, with"
            " the reason."
        ),
        _("Lifted, the notice of the lifting is issued and served; otherwise the watched body goes on."),
        _STAYS_ON_RECORD,
    ),
    "issue_lift_notice": About(
        _("You approve the notice that the listed oversight is lifted."),
        _("The notice is served on the watched body; with that the matter ends."),
        _LETTER_FROZEN,
    ),
    "serve_lift_notice": About(_SERVICE_WHAT, _SERVICE_NEXT, _SERVICE_FINAL),
    "decide_return": About(
        _(
            "You decide whether the unit taken over goes back to the body of its tier, after twelve months"
            " without a new hazard."
        ),
        _("Given back, the tier body is accountable again from this day; kept, the body above stays accountable."),
        _STAYS_ON_RECORD,
    ),
}
