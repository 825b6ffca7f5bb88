"""The guards of key and special supervision lists (P4), asked by page, service and API alike."""

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition, Mend
from cases.guards.parts import holds, in_status, unconflicted, unconflicted_with, uninvolved
from cases.models import Case, Enterprise, ListCandidate, ListEntry, Register, UnitKind
from cases.rules.list_proposals import heavier
from cases.selectors.listing_facts import ENDED
from cases.selectors.scope import holds as holds_anywhere

LISTS = "国市监质监发〔2023〕38号 三"
State = ListCandidate.State


def may_start_scan(acting: Acting) -> list[Condition]:
    """A scan reads every body's units, so whoever may review anywhere may start it early; it only proposes."""
    return [
        Condition(
            "permission",
            holds_anywhere(acting.authority, "review_candidate"),
            _("Your post must allow you to review list candidates."),
            clause=LISTS,
        )
    ]


def may_review(candidate: ListCandidate, acting: Acting) -> list[Condition]:
    """Keep or drop what a scan has found."""
    return [
        Condition(
            "candidate_found",
            candidate.state == State.FOUND,
            _("The candidate must still be waiting for its review."),
            clause=LISTS,
        ),
        holds(acting, "review_candidate", candidate.body),
        unconflicted_with(acting.person, candidate.enterprise_id, acting),
    ]


def may_drop(candidate: ListCandidate, acting: Acting) -> list[Condition]:
    return [
        *may_review(candidate, acting),
        Condition(
            "not_last_years",
            candidate.cause != ListCandidate.Cause.REBUILD,
            _("Whether an entry of last year goes on is decided by the head of the body: keep the candidate."),
            clause=LISTS,
        ),
    ]


def may_add(enterprise: Enterprise, kind: str, level: str, acting: Acting) -> list[Condition]:
    """Propose a unit that no scan has found, at a level above the one it has."""
    entry = open_entry(enterprise, kind)
    return [
        holds(acting, "review_candidate", enterprise.tier_body),
        Condition(
            "enterprise_active",
            enterprise.status not in ENDED,
            _("The enterprise must still exist: it is neither deregistered nor revoked."),
            clause=LISTS,
        ),
        Condition("kind_of_unit", _is_of_kind(enterprise, kind), _("The unit must be of this kind."), clause=LISTS),
        Condition(
            "heavier_than_now",
            entry is None or heavier(level, entry.level),
            _("The level must be above the one at which the unit is listed: else ask for its removal."),
            clause=LISTS,
        ),
        none_open(enterprise, kind),
        unconflicted_with(acting.person, enterprise.pk, acting),
    ]


def may_ask_removal(entry: ListEntry, acting: Acting) -> list[Condition]:
    return [
        holds(acting, "review_candidate", entry.body),
        Condition("listed", entry.left_on is None, _("The unit must be on the list."), clause=LISTS),
        none_open(entry.enterprise, entry.kind),
        unconflicted_with(acting.person, entry.enterprise_id, acting),
    ]


def none_open(enterprise: Enterprise, kind: str) -> Condition:
    """One proposal at a time for a unit on the list of one kind."""
    open_one = ListCandidate.objects.filter(
        enterprise=enterprise, register=Register.SUPERVISION, kind=kind, state__in=[State.FOUND, State.KEPT]
    ).first()
    mend = None
    if open_one is not None and open_one.case_id is not None:
        mend = Mend(_("Go to the running case"), "case_detail", (open_one.case_id,))
    elif open_one is not None:
        mend = Mend(_("Go to the candidates"), "candidate_list")
    return Condition(
        "no_open_candidate",
        open_one is None,
        _("No other proposal for the list of this kind may be open for the unit."),
        mend,
        clause=LISTS,
    )


def open_entry(enterprise: Enterprise, kind: str) -> ListEntry | None:
    return ListEntry.objects.filter(
        enterprise=enterprise, register=Register.SUPERVISION, kind=kind, left_on__isnull=True
    ).first()


def may_draft_list_notice(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "candidate", "telling"),
        holds(acting, "issue_list_notice", case.body),
        unconflicted(acting.person, case, acting),
    ]


def may_issue_list_notice(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "telling"),
        holds(acting, "issue_list_notice", case.body),
        unconflicted(acting.person, case, acting),
    ]


def may_issue_list_decision(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "answering"),
        holds(acting, "issue_list_notice", case.body),
        unconflicted(acting.person, case, acting),
    ]


def may_record_views(case: Case, acting: Acting) -> list[Condition]:
    return [in_status(case, "hearing"), holds(acting, "issue_list_notice", case.body)]


def may_decide_listing(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "deciding"),
        holds(acting, "approve_listing", case.body),
        _no_part(case, acting),
        unconflicted(acting.person, case, acting),
    ]


def may_decide_delisting(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "delisting_asked"),
        holds(acting, "approve_delisting", case.body),
        _no_part(case, acting),
        unconflicted(acting.person, case, acting),
    ]


def _no_part(case: Case, acting: Acting) -> Condition:
    """Whoever reviewed the candidate or drafted the notice does not decide on it."""
    drafted = case.opinions.filter(step="draft_list_notice").values_list("author", flat=True)
    return uninvolved(acting.person, {case.list_candidate.reviewed_by_id, *drafted} - {None})


def _is_of_kind(enterprise: Enterprise, kind: str) -> bool:
    if kind == UnitKind.PRODUCTION:
        return enterprise.makes
    return enterprise.sells_wholesale or enterprise.sells_retail
