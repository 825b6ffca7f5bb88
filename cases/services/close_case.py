"""Honours, escalation and the end of a case (P1 nodes 21–23)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p1 import may_close, may_escalate, may_withdraw_honours
from cases.guards.parts import holds
from cases.models import Case, Escalation, Honour, Procedure
from cases.rules.errors import RuleError
from cases.selectors.escalation import asking_body, deciding_body
from cases.services.audit import record_on_case
from cases.services.lifecycle import advance, lock_case
from cases.services.listed_oversight import end_oversight
from cases.services.listing_watch import drop_candidate_of
from cases.services.opinions import choose, need_reason, record_opinion
from cases.services.propose_escalation import WANTED_OF, escalate_from_case
from cases.services.upper_supervision import end_supervision


@dataclass(frozen=True, slots=True)
class WithdrawHonours:
    """For each honour held (by id): withdrawn by this body, or its withdrawal proposed to the department concerned."""

    decisions: Mapping[int, str]
    reason: str


@dataclass(frozen=True, slots=True)
class EscalateCase:
    """One or more ways on (P1 node 22), with the reason."""

    kinds: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class CloseCase:
    reason: str


@transaction.atomic
def withdraw_honours(*, case_id: int, facts: WithdrawHonours, acting: Acting) -> list[Honour]:
    """Trial Measures 2012, art. 18(四): a C enterprise loses its quality honours."""
    case = lock_case(case_id)
    require(may_withdraw_honours(case, acting))
    reason = need_reason(facts.reason)
    honours = list(case.enterprise.honours.filter(withdrawal=""))
    for honour in honours:
        decision = choose(facts.decisions.get(honour.pk, ""), ("withdrawn", "proposed"), field=f"honour_{honour.pk}")
        honour.withdrawal, honour.withdrawal_case = decision, case
        honour.withdrawn_on = acting.today if decision == "withdrawn" else None
        honour.save()
    record_opinion(case=case, step="withdraw_honours", outcome="decided", reason=reason, acting=acting)
    record_on_case(
        case, "withdraw_honours", acting, {"honours": {h.name: h.withdrawal for h in honours}, "reason": reason}
    )
    return honours


@transaction.atomic
def escalate_case(*, case_id: int, facts: EscalateCase, acting: Acting) -> list[Escalation]:
    case = lock_case(case_id)
    require(may_escalate(case, acting))
    if not facts.kinds:
        raise RuleError("choice_missing", "Choose at least one way to escalate.", field="kinds")
    for kind in facts.kinds:
        choose(kind, tuple(Escalation.Kind.values), field="kinds")
    reason = need_reason(facts.reason)
    upper = deciding_body(asking_body(case.enterprise, case))
    escalated = dict.fromkeys(facts.kinds)
    made = [
        Escalation.objects.create(
            case=case,
            kind=kind,
            to_body=upper if kind in WANTED_OF else None,
            reason=reason,
            decided_by=acting.person,
            decided_at=acting.at,
        )
        for kind in escalated
    ]
    escalate_from_case(source=case, kinds=escalated, reason=reason, acting=acting)
    advance(case, "escalate")
    _end(case, acting, reason)
    record_opinion(case=case, step="escalate", outcome="escalated", reason=reason, acting=acting)
    record_on_case(case, "escalate", acting, {"kinds": [e.kind for e in made], "reason": reason})
    return made


@transaction.atomic
def close_case(*, case_id: int, facts: CloseCase, acting: Acting) -> Case:
    case = lock_case(case_id)
    require(may_close(case, acting))
    reason = need_reason(facts.reason)
    advance(case, "close")
    _end(case, acting, reason)
    record_opinion(case=case, step="close_case", outcome="closed", reason=reason, acting=acting)
    record_on_case(case, "close_case", acting, {"reason": reason})
    return case


@transaction.atomic
def conclude_case(*, case_id: int, acting: Acting) -> Case:
    """End a case that needs no measures: the class is in force and the mode says how the unit is watched (node 13)."""
    case = lock_case(case_id)
    advance(case, "close")
    _end(case, acting, "")
    record_on_case(case, "conclude", acting, {})
    return case


@transaction.atomic
def terminate_case(*, case_id: int, reason: str, acting: Acting) -> Case:
    """The enterprise ceased to exist: the case ends wherever it stands."""
    case = lock_case(case_id)
    require([holds(acting, "close_case", case.body)])
    advance(case, "terminate")
    _end(case, acting, need_reason(reason))
    if case.procedure == Procedure.ESCALATION:
        end_oversight(case=case, acting=acting)
        end_supervision(case=case, reason=case.closing_reason, acting=acting)
    drop_candidate_of(case=case, acting=acting)
    record_on_case(case, "terminate", acting, {"reason": case.closing_reason})
    return case


def _end(case: Case, acting: Acting, reason: str) -> None:
    case.closed_at, case.closing_reason = acting.at, reason
    case.save(update_fields=["closed_at", "closing_reason"])
