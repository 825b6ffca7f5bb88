"""Write down what somebody decided, beside the audit event of the use case."""

from cases.acting import Acting
from cases.models import Body, Case, Opinion
from cases.rules.errors import RuleError

REASON_MIN = 10  # characters; shorter ones have proved to say nothing


def record_opinion(
    *,
    case: Case,
    step: str,
    outcome: str,
    acting: Acting,
    body: Body | None = None,
    reason: str = "",
    quality_class: str = "",
    mode: str = "",
) -> Opinion:
    return Opinion.objects.create(
        case=case,
        round=case.round,
        step=step,
        outcome=outcome,
        quality_class=quality_class,
        mode=mode,
        reason=reason,
        author=acting.user,
        body=body or case.body,
        decided_at=acting.at,
    )


def need_reason(reason: str, *, field: str = "reason") -> str:
    """The reason, stripped; a ``RuleError`` on ``field`` where it is shorter than ten characters."""
    reason = reason.strip()
    if len(reason) < REASON_MIN:
        raise RuleError(
            "reason_too_short", "Give a reason of at least %(least)d characters.", field=field, least=REASON_MIN
        )
    return reason


def choose(outcome: str, allowed: tuple[str, ...], *, field: str = "outcome") -> str:
    if outcome not in allowed:
        raise RuleError("choice_unknown", "Choose one of the answers offered.", field=field)
    return outcome
