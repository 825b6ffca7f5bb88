"""A unit supervised by the body above its tier body: taken over, looked at again, given back (P5 steps 4 and 7)."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p5 import ESCALATION, may_decide_return
from cases.models import Body, Case, Enterprise, TierConfirmation, TierRecord, UpperSupervision
from cases.packs.settings import default_of
from cases.rules.errors import RuleError
from cases.rules.working_days import add_months
from cases.selectors.escalation import last_hazard
from cases.selectors.settings import setting_for
from cases.services.audit import record, record_on_case
from cases.services.confirmation_clocks import let_lapse
from cases.services.enterprise_checks import locked_enterprise, stream_of
from cases.services.lifecycle import advance, lock_case
from cases.services.opinions import choose, need_reason, record_opinion
from cases.services.tier_enterprise import retier

MONTHS = "escalation.return_months"


@dataclass(frozen=True, slots=True)
class DecideReturn:
    """``outcome``: return to the normal tier body, or keep for another period; with the reason."""

    outcome: str
    reason: str


def take_over(*, case: Case, acting: Acting) -> UpperSupervision:
    """Make the case's body accountable for its unit, whatever later re-tiering says. The caller holds the case."""
    enterprise = locked_enterprise(case.enterprise_id)
    if enterprise.upper_supervisions.filter(ended_on__isnull=True).exists():
        raise RuleError("taken_over_already", _("The unit is supervised by a body above already."), ESCALATION)
    supervision = UpperSupervision.objects.create(
        enterprise=enterprise,
        case=case,
        from_body=enterprise.tier_body,
        body=case.body,
        taken_on=acting.today,
        counted_from=acting.today,
        review_on=review_day(case.body, acting.today),
    )
    _retier(enterprise, case, acting)
    data = {"from": supervision.from_body.code, "to": case.body.code, "case": case.number}
    record(stream=stream_of(enterprise), action="enterprise.taken_over", acting=acting, body=case.body, data=data)
    return supervision


def _retier(enterprise: Enterprise, case: Case, acting: Acting) -> None:
    """Another body answers for the same tier: a tier that was confirmed is not confirmed anew, the decision says it."""
    standing = TierRecord.objects.filter(enterprise=enterprise, valid_to__isnull=True)
    confirmed = standing.filter(confirmation__isnull=False).exists()
    if retier(enterprise, acting.at) and confirmed:
        record_now = standing.get()
        note = f"依上级监管决定（{case.number}）"
        TierConfirmation.objects.create(
            record=record_now, confirmed_by=acting.person, confirmed_at=acting.at, note=note
        )
        let_lapse([record_now], acting.at)


def review_day(body: Body, since: date) -> date:
    """The day from which a unit may go back, months after `since` [A]."""
    return add_months(since, int(setting_for(body, MONTHS, default_of(MONTHS))))


def supervision_of(case: Case) -> UpperSupervision:
    """The supervision the case has begun. RuleError: `not_taken_over`."""
    found = UpperSupervision.objects.filter(case=case).select_related("body", "from_body").first()
    if found is None:
        raise RuleError("not_taken_over", _("The unit has not been taken over."), ESCALATION)
    return found


@transaction.atomic
def look_again(*, case_id: int, acting: Acting) -> UpperSupervision:
    """On the day of review: a hazard verified meanwhile prolongs the supervision by the whole period from then."""
    case = lock_case(case_id)
    supervision = supervision_of(case)
    hazard = last_hazard(case.enterprise, supervision.counted_from, acting.today)
    if hazard is not None:
        _count_from(supervision, hazard)
        data = {"hazard_on": hazard, "review_on": supervision.review_on}
        record_on_case(case, "supervision.prolonged", acting, data)
    return supervision


def _count_from(supervision: UpperSupervision, day: date) -> None:
    supervision.counted_from, supervision.review_on = day, review_day(supervision.body, day)
    supervision.save(update_fields=["counted_from", "review_on"])


@transaction.atomic
def decide_return(*, case_id: int, facts: DecideReturn, acting: Acting) -> UpperSupervision:
    """Give the unit back to its tier body, or keep it for another period (P5 step 7)."""
    case = lock_case(case_id)
    require(may_decide_return(case, acting))
    outcome = choose(facts.outcome, ("return", "keep"))
    reason = need_reason(facts.reason)
    supervision = supervision_of(case)
    if outcome == "return":
        end_supervision(case=case, reason=reason, acting=acting)
        advance(case, "return_down")
        case.closed_at, case.closing_reason = acting.at, reason
        case.save(update_fields=["closed_at", "closing_reason"])
        supervision.refresh_from_db()
    else:
        _count_from(supervision, acting.today)
    record_opinion(case=case, step="decide_return", outcome=outcome, reason=reason, acting=acting)
    data = {"outcome": outcome, "reason": reason, "review_on": supervision.review_on}
    record_on_case(case, "decide_return", acting, data)
    return supervision


def end_supervision(*, case: Case, reason: str, acting: Acting) -> None:
    """Close the open supervision of the case, if there is one, and make the normal tier body accountable again."""
    supervision = UpperSupervision.objects.filter(case=case, ended_on__isnull=True).select_related("body").first()
    if supervision is None:
        return
    enterprise = locked_enterprise(case.enterprise_id)
    supervision.ended_on, supervision.ended_reason = acting.today, reason
    supervision.save(update_fields=["ended_on", "ended_reason"])
    _retier(enterprise, case, acting)
    data = {"from": supervision.body.code, "to": enterprise.tier_body.code, "case": case.number, "reason": reason}
    record(stream=stream_of(enterprise), action="enterprise.given_back", acting=acting, body=case.body, data=data)
