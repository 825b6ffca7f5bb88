"""Assign two certified, unconflicted inspectors and tell the enterprise (P1 node 3)."""

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p1 import may_assign
from cases.guards.parts import certified, unconflicted
from cases.models import Assignment, Case, EnforcementCertificate, User
from cases.rules.errors import RuleError
from cases.selectors.scope import may
from cases.services.audit import record_on_case
from cases.services.lifecycle import advance, lock_case
from cases.services.opinions import choose, record_opinion

QUALIFIED: Final = "行政处罚法 第四十二条"


@dataclass(frozen=True, slots=True)
class AssignInspectors:
    """``notice``: how the enterprise learns of the inspection: ``before`` the visit, or ``on_arrival`` (surprise);
    ``papers`` where none is visited."""

    lead_id: int
    second_id: int
    notice: str


def notices_for(case: Case) -> tuple[str, ...]:
    """How the enterprise may learn of the check: a check of papers disturbs nobody and is announced to nobody."""
    return ("papers",) if case.status == "review_due" else ("before", "on_arrival")


@transaction.atomic
def assign_inspectors(*, case_id: int, facts: AssignInspectors, acting: Acting) -> list[Assignment]:
    """Needs two different people with posts, certificates and without conflicts (行政处罚法 42; 许可证条例 39)."""
    case = lock_case(case_id)
    require(may_assign(case, acting))
    choose(facts.notice, notices_for(case), field="notice")
    if facts.lead_id == facts.second_id:
        raise RuleError("two_inspectors", "Choose two different inspectors.", QUALIFIED, field="second_id")
    people = User.objects.in_bulk([facts.lead_id, facts.second_id])
    made = []
    for role, user_id in ((Assignment.Role.LEAD, facts.lead_id), (Assignment.Role.SECOND, facts.second_id)):
        user = people.get(user_id)
        field = "lead_id" if role == Assignment.Role.LEAD else "second_id"
        if user is None or not (user.is_active and may(user, "inspect_enterprise", case.territorial_body)):
            raise RuleError("not_an_inspector", "This person is no inspector for this place.", QUALIFIED, field=field)
        bad = [c for c in (certified(user, acting), unconflicted(user, case, acting)) if not c.ok]
        if bad:
            raise RuleError(bad[0].code, str(bad[0].reason), bad[0].clause, field=field)
        certificate = EnforcementCertificate.objects.valid(acting.today).filter(user=user).first()
        assert certificate is not None
        made.append(
            Assignment.objects.create(
                case=case,
                round=case.round,
                user=user,
                role=role,
                certificate_number=certificate.number,
                assigned_at=acting.at,
            )
        )
    advance(case, "assign_desk" if case.status == "review_due" else "assign")
    record_opinion(case=case, step="assign_inspectors", outcome=facts.notice, acting=acting)
    record_on_case(
        case, "assign_inspectors", acting, {"lead": facts.lead_id, "second": facts.second_id, "notice": facts.notice}
    )
    return made
