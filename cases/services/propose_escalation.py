"""Ask the body above to take a unit over or to list it (P5 step 3), from the unit's page or a case (P1 node 22)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p5 import ESCALATION, may_propose
from cases.models import Body, Case, Enterprise, Escalation, EscalationProposal, Procedure
from cases.rules.errors import RuleError
from cases.rules.grounds import Ground, stored_grounds
from cases.rules.lifecycle import FINAL
from cases.selectors.escalation import WayUp, asking_body, deciding_body, way_up
from cases.services.audit import record_on_case
from cases.services.create_case import create_case
from cases.services.enterprise_checks import locked_enterprise
from cases.services.opinions import choose, need_reason
from cases.signals import escalation_proposed

WANTED_OF: Final[Mapping[str, str]] = {
    Escalation.Kind.UPPER_TIER: EscalationProposal.Wanted.UPPER_TIER,
    Escalation.Kind.LISTED_OVERSIGHT: EscalationProposal.Wanted.LISTED_OVERSIGHT,
}
"""The ways of P1 node 22 that lead here, and what they ask for."""


@dataclass(frozen=True, slots=True)
class ProposeEscalation:
    """What the tier body asks for (EscalationProposal.Wanted), and why."""

    enterprise_id: int
    wanted: str
    reason: str


@transaction.atomic
def propose_escalation(*, facts: ProposeEscalation, acting: Acting) -> Case:
    """Open the case at the body above. Blocked where the law does not open the way, each condition with its clause."""
    enterprise = locked_enterprise(facts.enterprise_id)
    way = way_up(enterprise, acting.today)
    require(may_propose(enterprise, acting, way))
    choose(facts.wanted, tuple(EscalationProposal.Wanted.values), field="wanted")
    reason = need_reason(facts.reason)
    events = ", ".join(str(event.pk) for event in way.events)
    case = _open(enterprise, asking_body(enterprise), facts.wanted, reason, way.grounds, None, acting)
    record_on_case(case, "propose_escalation", acting, {"wanted": facts.wanted, "reason": reason, "events": events})
    return case


def escalate_from_case(*, source: Case, kinds: Iterable[str], reason: str, acting: Acting) -> Case | None:
    """What an escalation of a main case asks of the body above (P1 node 22); None where it asks nothing of it.

    The locked `source` has been escalated by whoever may. Supervision by the upper tier is possible only where the law
    opens the way; listing is also used for units that do not put right what they were ordered to [A], and the body
    above sees by the grounds which of the two it is. A unit that is with the body above already is not sent up twice.
    RuleError: `one_way_up`, `way_not_open`.
    """
    wanted = [WANTED_OF[kind] for kind in kinds if kind in WANTED_OF]
    if not wanted:
        return None
    if len(wanted) > 1:
        message = _("Ask for one of the two, supervision by the upper tier or listed oversight.")
        raise RuleError("one_way_up", message, ESCALATION, field="kinds")
    enterprise = locked_enterprise(source.enterprise_id)
    way = way_up(enterprise, acting.today)
    if wanted[0] == EscalationProposal.Wanted.UPPER_TIER:
        need_open_way(way, field="kinds")
    if enterprise.cases.filter(procedure=Procedure.ESCALATION).exclude(status__in=FINAL).exists():
        return None
    grounds = (*way.grounds, _measures_failed(source))
    case = _open(enterprise, asking_body(enterprise, source), wanted[0], reason, grounds, source, acting)
    record_on_case(case, "propose_escalation", acting, {"wanted": wanted[0], "reason": reason, "from": source.number})
    return case


def need_open_way(way: WayUp, *, field: str) -> None:
    """RuleError `way_not_open` on `field` where the law does not let the upper tier take over."""
    if not way.open:
        message = _(
            "The upper tier takes over only where a larger accident or repeated major hazards of the unit have been "
            "verified."
        )
        raise RuleError("way_not_open", message, ESCALATION, field=field)


def _measures_failed(source: Case) -> Ground:
    text = f"对该单位采取的监管措施未见成效（案件编号：{source.number}），提请上级挂牌督办。"
    gloss = f"The measures of case {source.number} have not helped [A]."
    return Ground("工业企业产品质量分类监管试行办法 第十八条（四）", text, gloss)


def _open(
    enterprise: Enterprise,
    asking: Body,
    wanted: str,
    reason: str,
    grounds: tuple[Ground, ...],
    source: Case | None,
    acting: Acting,
) -> Case:
    upper = deciding_body(asking)
    if upper is None:
        raise RuleError("no_body_above", _("No body stands above %(body)s."), ESCALATION, body=asking.name)
    case = create_case(
        enterprise=enterprise,
        body=upper,
        procedure=Procedure.ESCALATION,
        origin=Case.Origin.ESCALATION,
        origin_note=reason,
        planned_on=acting.today,
        acting=acting,
    )
    proposal = EscalationProposal.objects.create(
        case=case,
        wanted=wanted,
        from_body=asking,
        to_body=upper,
        reason=reason,
        grounds=stored_grounds(grounds),
        source_case=source,
    )
    escalation_proposed.send(sender=EscalationProposal, proposal=proposal, acting=acting)
    return case
