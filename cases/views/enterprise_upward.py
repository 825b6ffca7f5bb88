"""What the page of a unit says of the body above: taken over, watched, and whether the reader may ask for either."""

from dataclasses import dataclass

from cases.models import Enterprise, ListedOversight, UpperSupervision, User
from cases.selectors.escalation import open_oversight, open_supervision
from cases.selectors.scope import may


@dataclass(frozen=True, slots=True)
class Upward:
    """The supervision and the oversight that stand now; the page of the proposal says what else it takes."""

    supervision: UpperSupervision | None
    oversight: ListedOversight | None
    may_propose: bool


def upward_of(enterprise: Enterprise, user: User) -> Upward:
    """Two queries."""
    supervision, oversight = open_supervision(enterprise), open_oversight(enterprise)
    asks = may(user, "propose_escalation", enterprise.tier_body)
    return Upward(supervision, oversight, asks and supervision is None and oversight is None)
