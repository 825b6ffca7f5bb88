"""Decide on an entry or a removal, and put the decision into the lists (P4 steps 4 to 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.lists import LISTS, may_decide_delisting, may_decide_listing, open_entry
from cases.models import Case, Enterprise, ListCandidate, ListEntry, ListLevel, Opinion, Procedure, Register
from cases.rules.errors import RuleError
from cases.rules.list_proposals import NONE, Standing, delisting_outcomes, listing_outcomes
from cases.selectors.listing_facts import ENDED, standing_of
from cases.services.audit import record_on_case
from cases.services.lifecycle import advance, lock_case
from cases.services.listing_watch import look_again
from cases.services.opinions import choose, need_reason, record_opinion

DECISIONS: Final[Mapping[str, str]] = {
    Procedure.LISTING: "decide_listing",
    Procedure.DELISTING: "decide_delisting",
}
"""The step at which the case of each procedure is decided."""
OUTCOME_OF: Final[Mapping[str, str]] = {ListLevel.NONE: "out", ListLevel.KEY: "down"}
"""What a removal asks for, by the level it proposes."""


@dataclass(frozen=True, slots=True)
class DecideListing:
    """``outcome``: key, special or none; ``answer``: what the body answers where the unit has stated its views."""

    outcome: str
    reason: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class DecideDelisting:
    """``outcome``: out, down (to key supervision) or stay."""

    outcome: str
    reason: str


@transaction.atomic
def decide_listing(*, case_id: int, facts: DecideListing, acting: Acting) -> Opinion:
    """The head of the tier body decides; never heavier than told, whatever the unit objected.

    A reason is needed where the level is another than the rule's, an answer where the unit stated its views. RuleError
    `heavier_than_told`, `choice_unknown`, `reason_too_short`; Blocked.
    """
    case = lock_case(case_id)
    require(may_decide_listing(case, acting))
    candidate, notice = case.list_candidate, case.list_notice
    allowed = listing_outcomes(proposed=notice.level, standing=standing_before(case), year=candidate.year)
    if facts.outcome in ListLevel.values and facts.outcome not in allowed:
        raise _not_offered(facts.outcome, allowed)
    outcome = choose(facts.outcome, allowed)
    reason = facts.reason.strip() if outcome == candidate.ruled_level else need_reason(facts.reason)
    if notice.views:
        notice.answer = need_reason(facts.answer, field="answer")
        notice.save(update_fields=["answer"])
    return _decide(case, outcome, reason, acting)


def _not_offered(outcome: str, allowed: tuple[str, ...]) -> RuleError:
    if outcome == NONE:
        wording = "The unit stands on this year’s list: taking it off is a decision of its own."
        return RuleError("removal_apart", wording, LISTS, field="outcome", allowed=list(allowed))
    wording = "The unit was told of a lighter level; for a heavier one it must be told anew."
    return RuleError(
        "heavier_than_told", wording, "行政处罚法 第四十五条（参照）", field="outcome", allowed=list(allowed)
    )


@transaction.atomic
def decide_delisting(*, case_id: int, facts: DecideDelisting, acting: Acting) -> Opinion:
    """The head of the body whose list it is decides on the removal. RuleError; Blocked."""
    case = lock_case(case_id)
    require(may_decide_delisting(case, acting))
    outcome = choose(facts.outcome, delisting_outcomes(standing_before(case)))
    return _decide(case, outcome, need_reason(facts.reason), acting)


def _decide(case: Case, outcome: str, reason: str, acting: Acting) -> Opinion:
    step = DECISIONS[case.procedure]
    advance(case, "decide_list")
    opinion = record_opinion(case=case, step=step, outcome=outcome, reason=reason, acting=acting)
    record_on_case(case, step, acting, {"outcome": outcome, "reason": reason})
    return opinion


def standing_before(case: Case) -> Standing:
    """Where the unit of the case stands now on the list of the candidate's kind."""
    return standing_of(open_entry(case.enterprise, case.list_candidate.kind))


def decision_of(case: Case) -> Opinion | None:
    """What the head has decided; None before that."""
    return case.opinions.filter(step=DECISIONS[case.procedure]).select_related("author").order_by("-pk").first()


@transaction.atomic
def apply_listing(*, case_id: int, acting: Acting) -> ListEntry | None:
    """Bring the lists in line with the decision; answers the entry that began, None where none did.

    At most one of key and special for each kind: a change of level ends one entry and begins another. The 2012 list of
    key-supervised enterprises is another list and stays untouched.
    """
    case = lock_case(case_id)
    decision = decision_of(case)
    if decision is None:
        raise RuleError("not_decided", "Nothing has been decided for this case yet.", LISTS)
    Enterprise.objects.select_for_update(of=("self",)).get(pk=case.enterprise_id)
    candidate, entry = case.list_candidate, open_entry(case.enterprise, case.list_candidate.kind)
    level = _level_after(decision.outcome, entry, candidate)
    begun = None
    if entry is None or (level, True) != (entry.level, entry.year >= candidate.year):
        begun = _change(case, candidate, entry, level, decision, acting)
    candidate.state = ListCandidate.State.DECIDED
    candidate.save(update_fields=["state"])
    look_again(enterprise_ids=[case.enterprise_id], on=acting.today)
    record_on_case(case, "apply_listing", acting, {"level": level, "year": candidate.year, "unit_kind": candidate.kind})
    return begun


def _level_after(outcome: str, entry: ListEntry | None, candidate: ListCandidate) -> str:
    """The level at which the unit is listed from now on."""
    now = entry.level if entry else ListLevel.NONE
    return {"out": ListLevel.NONE, "down": ListLevel.KEY, "stay": now}.get(outcome, outcome)


def _change(
    case: Case, candidate: ListCandidate, entry: ListEntry | None, level: str, decision: Opinion, acting: Acting
) -> ListEntry | None:
    """End the entry there is, and begin the one decided on."""
    reason = decision.reason or _usual_reason(level)
    if entry is not None:
        entry.left_on, entry.left_reason, entry.left_case = acting.today, reason, case
        entry.save(update_fields=["left_on", "left_reason", "left_case"])
    if level == ListLevel.NONE:
        return None
    return ListEntry.objects.create(
        enterprise=case.enterprise,
        register=Register.SUPERVISION,
        body=case.body,
        year=candidate.year,
        kind=candidate.kind,
        level=level,
        entered_on=acting.today,
        reason=reason,
        grounds=candidate.grounds,
        pack=candidate.pack,
        case=case,
        decided_by=decision.author,
    )


def _usual_reason(level: str) -> str:
    word = {"key": "重点监管", "special": "特别监管"}.get(level, "")
    return f"符合{word}列入情形，经研究决定列入。" if word else "不再符合列入情形。"


def final_event(case: Case) -> str:
    """The event that ends the case once the unit has been told, by what was decided."""
    decision = decision_of(case)
    outcome = decision.outcome if decision else ""
    if case.procedure == Procedure.DELISTING:
        return "leave_list" if outcome == "out" else "stay_listed"
    return "decline_listing" if outcome == ListLevel.NONE else "enter_list"


def unit_is_told(case: Case) -> bool:
    """Whether a letter goes to the unit: not where nothing changes for it, and not where there is nobody to serve."""
    decision = decision_of(case)
    return decision is not None and decision.outcome != "stay" and case.enterprise.status not in ENDED


@transaction.atomic
def conclude_listing(*, case_id: int, acting: Acting) -> Case:
    """End the case: decided, applied, and told where there was something to tell."""
    case = lock_case(case_id)
    advance(case, final_event(case))
    decision = decision_of(case)
    case.closed_at, case.closing_reason = acting.at, decision.reason if decision else ""
    case.save(update_fields=["closed_at", "closing_reason"])
    record_on_case(case, "conclude_listing", acting, {"outcome": decision.outcome if decision else ""})
    return case
