"""The guided tours of the demo: for each role ten minutes of stops, each at something the person really has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from workflow.demo.tour_places import Sight, candidate, document, event, page, task, unit
from workflow.demo.tour_stops import (
    APPROVALS,
    ASSUMPTIONS,
    CASE,
    DEADLINE,
    DEADLINES,
    GROUNDS,
    LISTING_DECISION,
    MY_TASKS,
    PACKS,
    VERIFY,
    Stop,
)


@dataclass(frozen=True, slots=True)
class FoundStop:
    """A stop with the address it has for one person."""

    stop: Stop
    url: str


TOURS: Final[Mapping[str, tuple[Stop, ...]]] = {
    "inspector": (
        MY_TASKS,
        Stop(
            "inspect",
            _("Inspect on site"),
            _(
                "Answer an item with “problem found”: words and a photo are asked for at once. Try it on a phone,"
                " save a draft and go on elsewhere. Before you submit, the class that follows is shown."
            ),
            task("inspect", "desk_check"),
            2,
        ),
        Stop(
            "opinion",
            _("The inspectors’ opinion"),
            _(
                "The class is computed, clause by clause. Try to propose a better one: it is refused. A worse one"
                " needs a reason, and somebody else signs."
            ),
            task("propose_class", "countersign"),
            2,
        ),
        Stop(
            "letter",
            _("Write a letter"),
            _(
                "Day, place and demands are all you enter; the letter is written from the facts. Look at the preview:"
                " it has no number until somebody else issues it."
            ),
            task("draft_interview", "draft_order"),
        ),
        Stop(
            "serve",
            _("Serve it"),
            _(
                "Choose a way of service: only what the rules open is offered, and each asks for its proof. A failed"
                " attempt is recorded, too, and the page says what comes next."
            ),
            task("serve_interview", "serve_order", "serve_list_notice", "serve_list_decision"),
        ),
        CASE,
        Stop(
            "units",
            _("Units you answer for"),
            _(
                "Units likely to bring a major risk are locked to a person. The half-year visit that is due first"
                " stands on top."
            ),
            page("my_locks"),
        ),
    ),
    "unit_head": (
        APPROVALS,
        Stop(
            "approve",
            _("Approve an inspection"),
            _(
                "The yearly cap on inspections is checked before you decide. Open “About this step” and the citation"
                " beneath the heading."
            ),
            task("approve_inspection", "assign_inspectors"),
        ),
        Stop(
            "measures",
            _("Decide on measures"),
            _(
                "Failing items and their evidence stand beside the form, earlier opinions below. Two answers, one"
                " reason: what follows is said before you submit."
            ),
            task("decide_measures", "hold_interview"),
            2,
        ),
        Stop(
            "issue",
            _("Issue a letter"),
            _(
                "Whoever drafted it may not issue it. With your approval it gets its number without a gap, its bytes"
                " are sealed, and nobody can change it."
            ),
            task("issue_order", "issue_interview", "issue_list_notice", "issue_list_decision"),
            2,
        ),
        CASE,
        Stop(
            "event",
            _("A risk event"),
            _(
                "Facts on the left, the level that follows with its clause on the right, and what verifying it would"
                " set off: nothing happens before that."
            ),
            event,
        ),
        DEADLINES,
        Stop(
            "locks",
            _("Who answers for whom"),
            _(
                "Responsibility locks: each unit with its officer, its next visit, and changes that wait for a"
                " successor."
            ),
            page("lock_list"),
        ),
    ),
    "grassroots_lead": (
        APPROVALS,
        Stop(
            "grassroots",
            _("The grassroots opinion"),
            _(
                "Agree and set the mode, or return it with a reason. Choose another mode than the computed one: a"
                " reason is asked for. Whoever inspected may not decide."
            ),
            task("decide_grassroots", "escalate", "withdraw_honours"),
            2,
        ),
        GROUNDS,
        LISTING_DECISION,
        Stop(
            "editions",
            _("Published lists"),
            _(
                "A list is frozen with number and version when it is published. Lists that would tell a class stay"
                " internal, and say so."
            ),
            page("edition_list"),
        ),
        DEADLINES,
    ),
    "overseer": (
        DEADLINES,
        DEADLINE,
        Stop(
            "batch",
            _("Many reminder letters at once"),
            _(
                "Overdue matters without a letter stand here. Choose some: a job drafts and checks them, one approval"
                " issues them in order, and whatever fails says why."
            ),
            page("batch_new"),
            2,
        ),
        Stop(
            "listed",
            _("Listed oversight"),
            _(
                "Matters the body above watches: overdue ones first, missing progress reports marked, each with its"
                " last report."
            ),
            page("listed_board"),
        ),
        Stop(
            "checks",
            _("Check the bodies below"),
            _(
                "Annex 3 with its seventeen tasks, filled in on a phone; from none to a circular, each instrument is"
                " a decision."
            ),
            page("check_list"),
            2,
        ),
        Stop(
            "warnings",
            _("Risk warnings"),
            _(
                "Probability by harm gives the level; the city’s body tells the local government and awaits its"
                " feedback."
            ),
            page("warning_list"),
        ),
        CASE,
    ),
    "city_officer": (
        APPROVALS,
        Stop(
            "forward",
            _("Pass a filing on"),
            _(
                "The proposal with its grounds and every opinion so far. Forward it, or return it with a reason that"
                " stays."
            ),
            task("forward_filing"),
            2,
        ),
        GROUNDS,
        Stop(
            "cases",
            _("All cases of your area"),
            _("Narrow by step, class or county; the columns you choose are kept, and what you see can be exported."),
            page("case_list"),
        ),
        DEADLINES,
        VERIFY,
    ),
    "province_officer": (
        APPROVALS,
        Stop(
            "file",
            _("Note, return or object"),
            _(
                "An overdue filing is pressed, never taken as noted. Once noted, class and mode take effect and the"
                " form is printed by itself."
            ),
            task("file_province"),
            2,
        ),
        GROUNDS,
        Stop(
            "paper",
            _("An issued document"),
            _(
                "Its PDF, its hash, its signature and every attempt at service. It can be voided with a reason, never"
                " changed."
            ),
            document("issued"),
        ),
        PACKS,
        DEADLINES,
    ),
    "list_admin": (
        Stop(
            "candidates",
            _("Candidates of the lists"),
            _(
                "The monthly scan proposes and decides nothing. Keep, drop with a reason, or add a unit the scan did"
                " not find."
            ),
            page("candidate_list"),
            2,
        ),
        Stop(
            "candidate",
            _("One candidate"),
            _("The events that count, the rule with its clause, and which level follows. Kept, a case opens."),
            candidate,
        ),
        Stop(
            "notice",
            _("Tell the unit"),
            _(
                "The unit hears of the proposed listing before anybody decides, and what it says is entered in its"
                " own words."
            ),
            task("draft_list_notice", "issue_list_notice", "record_views", "serve_list_notice", "list_key"),
            2,
        ),
        Stop(
            "lists",
            _("The lists as they stand"),
            _("Key and special supervision by year, kind and body; beside them the list of 2012 and the local lists."),
            page("supervision_lists"),
            2,
        ),
        Stop(
            "lists_published",
            _("Publish a list"),
            _(
                "Published, a list is frozen with number, version and verification code. An unchanged list gets no"
                " new version."
            ),
            page("edition_list"),
        ),
        Stop(
            "unit",
            _("A unit and its past"),
            _("Open the tab “As at”: class, lists, people and tier as they stood then."),
            unit(),
            2,
        ),
    ),
    "legal_reviewer": (
        Stop(
            "unreviewed",
            _("What awaits your review"),
            _("The filter shows letters that may not leave the house before somebody of the legal unit has read them."),
            page("document_list", state="unreviewed"),
        ),
        Stop(
            "review",
            _("Review a draft"),
            _(
                "Pass it or return it with a reason. Your review holds for the text you read: if it changes, it is"
                " read again."
            ),
            document("review"),
            3,
        ),
        Stop(
            "issued",
            _("An issued document"),
            _("Its basis opens to the text; below stand number, hash, signature and the story of its service."),
            document("issued"),
            2,
        ),
        GROUNDS,
        PACKS,
        VERIFY,
    ),
    "platform_admin": (
        Stop(
            "registry",
            _("The registry"),
            _("Every unit with tier, class and products. Filters can be combined and the result exported."),
            page("enterprise_list"),
        ),
        Stop(
            "archive",
            _("The file of a unit"),
            _(
                "Certificates, people, samplings, records of day, week and month; what was corrected stays in the"
                " change log."
            ),
            unit("enterprise_archive"),
            2,
        ),
        Stop(
            "imports",
            _("Bring in a file"),
            _(
                "A template for each kind of record. Every bad row comes back with its column and reason; with “check"
                " first” nothing is written before you say so."
            ),
            page("import_kinds"),
            2,
        ),
        Stop(
            "tiers",
            _("Confirm tiers"),
            _(
                "Units whose tier changed, with headcount, revenue and the clause that decides. One by one, or all at"
                " once."
            ),
            page("tier_confirmations"),
            2,
        ),
        Stop(
            "people",
            _("People and posts"),
            _("A permission comes from a post and from nothing else; posts begin and end by themselves on their days."),
            page("people"),
        ),
        ASSUMPTIONS,
        PACKS,
    ),
    "body_head": (
        APPROVALS,
        Stop(
            "escalation",
            _("Take over, list or refuse"),
            _(
                "A request from below with the conditions of the guidance beside it. A decision to list drafts the"
                " notice; a decision to take over makes your body accountable today."
            ),
            task("decide_escalation", "decide_lifting", "issue_listing_notice", "issue_lift_notice", "decide_return"),
            2,
        ),
        Stop(
            "watched",
            _("What you watch"),
            _("Listed matters with their last report; asked to lift, you decide after a check."),
            page("listed_board"),
            2,
        ),
        Stop(
            "bodies",
            _("Checks of the bodies below"),
            _("What overseers found; which instrument follows is yours to decide, and the usual next one is marked."),
            page("check_list"),
        ),
        PACKS,
        DEADLINES,
    ),
}
"""The stops by role, in the order of the tour; about ten minutes each."""


def tour_of(role: str, sight: Sight) -> list[FoundStop]:
    """The stops of a role that lead somewhere for this person; what they have nothing of is left out."""
    return [FoundStop(stop, url) for stop in TOURS[role] if (url := stop.place(sight))]


def roles_with_a_tour(roles: Iterable[str]) -> list[str]:
    """Of these roles, those with a tour, in the order of the tours."""
    held = set(roles)
    return [role for role in TOURS if role in held]


def minutes_of(stops: Iterable[FoundStop]) -> int:
    return sum(found.stop.minutes for found in stops)
