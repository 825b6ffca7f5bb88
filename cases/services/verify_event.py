"""Verify a risk event: settle its facts and its level, and let follow what the law attaches to it (P2 step 2)."""

from dataclasses import dataclass

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.events import may_refute, may_verify
from cases.models import STANDING_STATES, EventDecision, RiskEvent
from cases.rules.event_facts import EventFacts, faults_of
from cases.rules.event_identity import fingerprint_of
from cases.rules.grounds import Ground, stored_grounds
from cases.rules.risk_level import LEVEL_NAMES, LEVELS, LevelOutcome
from cases.selectors.event_rules import level_for, level_rule, pack_refs
from cases.services.enterprise_checks import FactsError
from cases.services.event_clocks import stop_verification
from cases.services.event_effects import settle_effects
from cases.services.event_parts import decide, locked_event, put_facts, record_on_event, save_event
from cases.services.opinions import choose, need_reason

_State = RiskEvent.State


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyEvent:
    """What verification found: the facts as they are, and why; `level` where it is to be another than the rule's."""

    event_id: int
    version: int
    found: EventFacts
    reason: str
    level: str = ""
    level_reason: str = ""


@transaction.atomic
def verify_event(*, facts: VerifyEvent, acting: Acting) -> RiskEvent:
    """Verify it with the facts found, at the level of the rule or another one with a reason.

    Also for a refuted event on new evidence, and for a verified one whose facts turn out otherwise: each is a decision
    of its own. A unit's first day of verification stays as long as the event stands. FactsError; RuleError `stale`,
    `reason_too_short`; Blocked.
    """
    event = locked_event(facts.event_id, facts.version)
    require(may_verify(event, acting))
    body = event.enterprise.territorial_body
    if faults := faults_of(facts.found, acting.today, level_rule(body, acting.today).circumstances):
        raise FactsError(faults)
    reason = need_reason(facts.reason)
    ruled = level_for(facts.found, body, acting.today)
    level = choose(facts.level, LEVELS, field="level") if facts.level else ruled.level
    level_reason = "" if level == ruled.level else need_reason(facts.level_reason, field="level_reason")
    changed = put_facts(event, facts.found)
    event.fingerprint = fingerprint_of(event.enterprise.uscc, facts.found)
    if event.state not in STANDING_STATES:
        event.confirmed_on, event.resolved_on = acting.today, None
    event.state, event.level, event.level_reason = _State.VERIFIED, level, level_reason
    event.grounds = stored_grounds(_grounds(ruled, level, level_reason))
    event.pack = pack_refs(body, acting.today).split()[-1]
    save_event(event)
    decide(event, EventDecision.Outcome.VERIFY, acting, reason=reason, level=level)
    stop_verification(event, acting)
    settle_effects(event, acting)
    data = {"level": level, "ruled_level": ruled.level, "corrected": changed, "reason": reason}
    record_on_event(event, "event.verified", acting, data | ({"level_reason": level_reason} if level_reason else {}))
    return event


@transaction.atomic
def refute_event(*, event_id: int, version: int, reason: str, acting: Acting) -> RiskEvent:
    """Find that it did not happen, or is none; what has followed from it is undone by new decisions.

    RuleError `stale`, `reason_too_short`; Blocked.
    """
    event = locked_event(event_id, version)
    require(may_refute(event, acting))
    refute(event, EventDecision.Outcome.REFUTE, acting, reason=need_reason(reason))
    return event


def refute(event: RiskEvent, outcome: str, acting: Acting, *, reason: str) -> None:
    """What refuting a locked event and upholding an objection to it have in common."""
    before = event.state
    event.state = _State.REFUTED
    save_event(event)
    decide(event, outcome, acting, reason=reason)
    stop_verification(event, acting)
    settle_effects(event, acting)
    record_on_event(event, f"event.{outcome}", acting, {"before": before, "reason": reason})


def _grounds(ruled: LevelOutcome, level: str, reason: str) -> tuple[Ground, ...]:
    if level == ruled.level:
        return ruled.grounds
    text = f"经核实定为{LEVEL_NAMES[level]}质量安全风险，理由：{reason}"
    other = Ground(ruled.grounds[0].clause, text, f"An officer found a {level} risk: {reason}")
    return (*ruled.grounds, other)
