"""The body above decides on what it was asked (P5 step 4): take over, list, or refuse."""

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p5 import may_decide
from cases.models import Case
from cases.selectors.escalation import way_up
from cases.services.audit import record_on_case
from cases.services.lifecycle import advance, lock_case
from cases.services.opinions import choose, need_reason, record_opinion
from cases.services.propose_escalation import need_open_way
from cases.services.upper_supervision import take_over

EVENT_OF: Final = {"take_over": "take_over", "list": "put_on_board", "refuse": "refuse_escalation"}


@dataclass(frozen=True, slots=True)
class DecideEscalation:
    """``outcome``: take_over, list or refuse, each with its reason. It need not be what was asked for."""

    outcome: str
    reason: str


@transaction.atomic
def decide_escalation(*, case_id: int, facts: DecideEscalation, acting: Acting) -> Case:
    """Taking over asks once more whether the law opens the way on the day of the decision: an event may have fallen."""
    case = lock_case(case_id)
    require(may_decide(case, acting))
    outcome = choose(facts.outcome, tuple(EVENT_OF))
    reason = need_reason(facts.reason)
    if outcome == "take_over":
        need_open_way(way_up(case.enterprise, acting.today), field="outcome")
        take_over(case=case, acting=acting)
    advance(case, EVENT_OF[outcome])
    if outcome == "refuse":
        case.closed_at, case.closing_reason = acting.at, reason
        case.save(update_fields=["closed_at", "closing_reason"])
    record_opinion(case=case, step="decide_escalation", outcome=outcome, reason=reason, acting=acting)
    record_on_case(case, "decide_escalation", acting, {"outcome": outcome, "reason": reason})
    return case
