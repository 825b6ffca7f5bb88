"""Review what a scan has found, add a unit by hand, and ask for a removal (P4 steps 2 and 6).

What is kept becomes a case of the tier body: an entry is told to the unit before anybody decides, a removal goes to the
head at once.
"""

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.lists import LISTS, may_add, may_ask_removal, may_drop, may_review
from cases.models import Body, Case, Enterprise, ListCandidate, ListEntry, ListLevel, Procedure, UnitKind
from cases.rules.errors import RuleError
from cases.rules.list_proposals import heavier
from cases.selectors.listing_facts import facts_of, standing_of, standings, verdict_of
from cases.services.audit import record, record_on_case
from cases.services.create_case import create_case
from cases.services.opinions import need_reason
from cases.services.review_clock import stop_review_clock

State, Cause = ListCandidate.State, ListCandidate.Cause
REMOVAL_CAUSES: Final = (Cause.RECTIFIED, Cause.GONE, Cause.YEAR_END)


@dataclass(frozen=True, slots=True)
class Addition:
    """A unit that no scan has found, for the list of one kind at a level, and why."""

    enterprise_id: int
    kind: str
    level: str
    reason: str


@dataclass(frozen=True, slots=True)
class Removal:
    """An entry to be ended, or (``level`` key) taken down to key supervision: the cause and why."""

    entry_id: int
    cause: str
    reason: str
    level: str = ListLevel.NONE


@transaction.atomic
def keep_candidate(*, candidate_id: int, opinion: str, acting: Acting) -> Case:
    """The candidate goes on: a case of its body is opened. RuleError; Blocked."""
    candidate = _locked(candidate_id)
    require(may_review(candidate, acting))
    _reviewed(candidate, State.KEPT, opinion.strip(), acting)
    candidate.save()
    stop_review_clock(candidate.scan_id, candidate.body_id, acting)
    return _open_case(candidate, acting)


@transaction.atomic
def drop_candidate(*, candidate_id: int, reason: str, acting: Acting) -> ListCandidate:
    """The candidate goes no further; the same facts do not bring it back this year. RuleError; Blocked."""
    candidate = _locked(candidate_id)
    require(may_drop(candidate, acting))
    _reviewed(candidate, State.DROPPED, need_reason(reason), acting)
    candidate.save()
    stop_review_clock(candidate.scan_id, candidate.body_id, acting)
    record(
        stream=f"enterprise:{candidate.enterprise_id}",
        action="candidate.dropped",
        acting=acting,
        body=candidate.body,
        data={**_facts(candidate), "reason": candidate.review},
    )
    return candidate


@transaction.atomic
def add_candidate(*, facts: Addition, acting: Acting) -> Case:
    """Propose a unit by hand, with what the rule says of it beside the reviewer's reason. RuleError; Blocked."""
    enterprise = _locked_enterprise(facts.enterprise_id)
    if facts.kind not in UnitKind.values:
        raise RuleError("choice_unknown", "Choose one of the answers offered.", LISTS, field="kind")
    if facts.level not in (ListLevel.KEY, ListLevel.SPECIAL):
        raise RuleError("choice_unknown", "Choose one of the answers offered.", LISTS, field="level")
    require(may_add(enterprise, facts.kind, facts.level, acting))
    reason = need_reason(facts.reason)
    candidate = _by_hand(enterprise, enterprise.tier_body, facts.kind, facts.level, Cause.ADDED, reason, acting)
    return _open_case(candidate, acting)


@transaction.atomic
def ask_removal(*, facts: Removal, acting: Acting) -> Case:
    """Ask the head of the body whose list it is to end an entry or take it down. RuleError; Blocked."""
    entry = ListEntry.objects.select_related("enterprise", "body").filter(pk=facts.entry_id).first()
    if entry is None:
        raise RuleError("entry_unknown", "There is no such entry.", LISTS)
    _locked_enterprise(entry.enterprise_id)
    entry.refresh_from_db(fields=["left_on", "level"])
    if facts.cause not in REMOVAL_CAUSES:
        raise RuleError("choice_unknown", "Choose one of the answers offered.", LISTS, field="cause")
    if facts.level not in (ListLevel.NONE, ListLevel.KEY) or not heavier(entry.level, facts.level):
        raise RuleError("choice_unknown", "Choose one of the answers offered.", LISTS, field="level")
    require(may_ask_removal(entry, acting))
    reason = need_reason(facts.reason)
    candidate = _by_hand(entry.enterprise, entry.body, entry.kind, facts.level, facts.cause, reason, acting)
    return _open_case(candidate, acting)


def is_removal(candidate: ListCandidate) -> bool:
    """Whether the candidate is to leave its list or go down a level."""
    return heavier(candidate.current_level, candidate.proposed_level)


def _locked(candidate_id: int) -> ListCandidate:
    rows = ListCandidate.objects.select_for_update(of=("self",)).select_related("enterprise", "body")
    candidate = rows.filter(pk=candidate_id).first()
    if candidate is None:
        raise RuleError("candidate_unknown", "There is no such candidate.", LISTS)
    return candidate


def _locked_enterprise(enterprise_id: int) -> Enterprise:
    rows = Enterprise.objects.select_for_update(of=("self",)).select_related("tier_body", "territorial_body")
    enterprise = rows.filter(pk=enterprise_id).first()
    if enterprise is None:
        raise RuleError("enterprise_unknown", "There is no such enterprise.", LISTS)
    return enterprise


def _reviewed(candidate: ListCandidate, state: str, opinion: str, acting: Acting) -> None:
    candidate.state, candidate.review = state, opinion
    candidate.reviewed_by, candidate.reviewed_at = acting.person, acting.at


def _by_hand(
    enterprise: Enterprise, body: Body, kind: str, level: str, cause: str, reason: str, acting: Acting
) -> ListCandidate:
    """A candidate that a person made, reviewed by that act; what the rule says stands beside it."""
    facts = facts_of([enterprise.pk], acting.today)[enterprise.pk]
    verdict = verdict_of(facts, kind, acting.today)
    standing = standing_of(standings([enterprise.pk]).get((enterprise.pk, kind)))
    return ListCandidate.objects.create(
        enterprise=enterprise,
        body=body,
        year=acting.today.year,
        kind=kind,
        current_level=standing.level,
        proposed_level=level,
        cause=cause,
        found_on=acting.today,
        state=State.KEPT,
        review=reason,
        reviewed_by=acting.person,
        reviewed_at=acting.at,
        **verdict.columns(facts),
    )


def _open_case(candidate: ListCandidate, acting: Acting) -> Case:
    case = create_case(
        enterprise=_locked_enterprise(candidate.enterprise_id),
        body=candidate.body,
        procedure=Procedure.DELISTING if is_removal(candidate) else Procedure.LISTING,
        origin=Case.Origin.CANDIDATE,
        origin_note=candidate.review,
        planned_on=acting.today,
        acting=acting,
        pack=candidate.pack,
    )
    candidate.case = case
    candidate.save(update_fields=["case"])
    record_on_case(case, "candidate.kept", acting, {**_facts(candidate), "reason": candidate.review})
    return case


def _facts(candidate: ListCandidate) -> dict[str, object]:
    return {
        "candidate": candidate.pk,
        "cause": candidate.cause,
        "year": candidate.year,
        "unit_kind": candidate.kind,
        "level_before": candidate.current_level,
        "level": candidate.proposed_level,
        "ruled": candidate.ruled_level,
    }
