"""Hand a suspected violation over to the enforcement system (P1 node 6, P13), without stopping this process."""

from dataclasses import dataclass

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p1 import may_refer
from cases.models import Referral
from cases.rules.errors import RuleError
from cases.selectors.cases import current_inspection
from cases.services.audit import record_on_case
from cases.services.lifecycle import lock_case
from cases.services.opinions import need_reason, record_opinion


@dataclass(frozen=True, slots=True)
class ReferPenalty:
    """What was found, which provision it seems to break, and who takes it over (线索移交)."""

    facts: str
    legal_basis: str
    recipient: str


@transaction.atomic
def refer_penalty(*, case_id: int, facts: ReferPenalty, acting: Acting) -> Referral:
    case = lock_case(case_id)
    require(may_refer(case, acting))
    for name in ("legal_basis", "recipient"):
        if not getattr(facts, name).strip():
            raise RuleError("field_missing", "Fill in this field.", field=name)
    inspection = current_inspection(case)
    referral = Referral.objects.create(
        case=case,
        facts=need_reason(facts.facts, field="facts"),
        legal_basis=facts.legal_basis.strip(),
        recipient=facts.recipient.strip(),
        because_refused=inspection is not None and not inspection.cooperated,
        referred_by=acting.person,
        referred_at=acting.at,
    )
    record_opinion(case=case, step="refer_penalty", outcome="referred", reason=referral.facts, acting=acting)
    record_on_case(case, "refer_penalty", acting, {"legal_basis": referral.legal_basis, "to": referral.recipient})
    return referral
