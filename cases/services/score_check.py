"""Score a body by its check for the yearly assessment (考核记录; 38号 二（三）, P7)."""

from dataclasses import dataclass

from django.db import transaction

from cases.acting import Acting
from cases.guards.body_checks import may_score_check
from cases.guards.conditions import require
from cases.models import Body, BodyCheck, BodyInstrument, BodyScore
from cases.packs.settings import default_of
from cases.rules.body_check import CLAUSE, Weights, adjusted, check_score
from cases.rules.errors import RuleError, msgid
from cases.rules.grounds import Ground, stored_grounds
from cases.selectors.settings import setting_for
from cases.services.audit import record
from cases.services.body_checks import locked_check
from cases.services.opinions import need_reason


@dataclass(frozen=True, slots=True)
class ScoreFacts:
    """What the head adds to the computed points, or takes from them; a reason is needed where it is anything."""

    adjustment: int = 0
    reason: str = ""


@transaction.atomic
def score_check(*, check_id: int, facts: ScoreFacts, acting: Acting) -> BodyScore:
    """Keep the points with why. RuleErrors `outside_margin`, `reason_too_short`; Blocked."""
    check = locked_check(check_id)
    require(may_score_check(check, acting))
    computed, grounds = computed_score(check)
    most = weights_of(check.body).margin
    if abs(facts.adjustment) > most:
        message = msgid("At most %(most)d points may be added or taken.")
        raise RuleError("outside_margin", message, CLAUSE, field="adjustment", most=most)
    score = BodyScore.objects.create(
        check_of=check,
        computed=computed,
        adjustment=facts.adjustment,
        points=adjusted(computed, facts.adjustment),
        grounds=stored_grounds(grounds),
        reason=need_reason(facts.reason) if facts.adjustment else "",
        scored_by=acting.person,
        scored_at=acting.at,
    )
    told = {"check": check.pk, "overseen": check.overseen.short_name, "points": score.points, "reason": score.reason}
    record(stream=f"body_check:{check.pk}", action="body_check.scored", acting=acting, body=check.body, data=told)
    return score


def computed_score(check: BodyCheck) -> tuple[int, tuple[Ground, ...]]:
    """The points by the list and by what followed, and why."""
    not_done = check.lines.filter(done=False).count()
    not_met = check.instruments.filter(verdict=BodyInstrument.Verdict.NOT_MET).count()
    return check_score(not_done, not_met, weights_of(check.body))


def weights_of(body: Body) -> Weights:
    """What the overseeing body counts by."""
    names = ("not_done", "not_met", "margin")
    return Weights(
        *(setting_for(body, f"body_check.points_{name}", default_of(f"body_check.points_{name}")) for name in names)
    )
