"""What follows a tightened mode: the key list, then measures or none (P1 nodes 13–15)."""

from dataclasses import dataclass

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p1 import may_decide_measures, may_list_key
from cases.models import KeySupervision, Opinion
from cases.services.audit import record_on_case
from cases.services.lifecycle import advance, lock_case
from cases.services.opinions import choose, need_reason, record_opinion


@dataclass(frozen=True, slots=True)
class ListKey:
    """Why the enterprise goes on the list of key-supervised enterprises."""

    reason: str


@dataclass(frozen=True, slots=True)
class DecideMeasures:
    """``outcome``: measures (the duty is not effectively performed) or none (tightened checks suffice)."""

    outcome: str
    reason: str


@transaction.atomic
def list_key(*, case_id: int, facts: ListKey, acting: Acting) -> KeySupervision:
    """Trial Measures 2012, art. 18(四); an enterprise already on the list keeps its entry."""
    case = lock_case(case_id)
    require(may_list_key(case, acting))
    reason = need_reason(facts.reason)
    entry, _ = KeySupervision.objects.get_or_create(
        enterprise=case.enterprise,
        body=case.body,
        left_on=None,
        defaults={"case": case, "reason": reason, "entered_on": acting.today},
    )
    advance(case, "list_key")
    record_opinion(case=case, step="list_key", outcome="listed", reason=reason, acting=acting)
    record_on_case(case, "list_key", acting, {"entered_on": entry.entered_on, "reason": reason})
    return entry


@transaction.atomic
def decide_measures(*, case_id: int, facts: DecideMeasures, acting: Acting) -> Opinion:
    case = lock_case(case_id)
    require(may_decide_measures(case, acting))
    outcome = choose(facts.outcome, ("measures", "none"))
    reason = need_reason(facts.reason)
    if outcome == "measures":
        advance(case, "need_measures")
    opinion = record_opinion(case=case, step="decide_measures", outcome=outcome, reason=reason, acting=acting)
    record_on_case(case, "decide_measures", acting, {"outcome": outcome, "reason": reason})
    return opinion
