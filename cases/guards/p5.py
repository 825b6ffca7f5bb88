"""The guards of tiers, escalation and listed oversight (P5), asked by page, service and API alike."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.guards.parts import holds, in_status, none_running, unconflicted, unconflicted_with, uninvolved
from cases.models import Case, Enterprise, Procedure, TierRecord
from cases.selectors.cases import latest_opinion
from cases.selectors.escalation import WayUp, deciding_body, way_up

ESCALATION: Final = "国市监质监发〔2023〕38号 二（一）"
TIERS: Final = "国市监质监发〔2023〕38号 附件1"


def may_confirm_tier(record: TierRecord, acting: Acting) -> list[Condition]:
    """Only the tier that stands is confirmed, once, by whoever may for its body."""
    return [
        holds(acting, "confirm_tier", record.tier_body),
        Condition(
            "tier_stands",
            record.valid_to is None,
            _("The tier must still stand: it has not been determined anew since."),
            clause=TIERS,
        ),
        Condition(
            "not_confirmed",
            not hasattr(record, "confirmation"),
            _("The tier must not have been confirmed already."),
            clause=TIERS,
        ),
    ]


def may_propose(enterprise: Enterprise, acting: Acting, way: WayUp | None = None) -> list[Condition]:
    """The tier body asks the body above, where the law opens the way (38号 二（一）: “可”)."""
    way = way or way_up(enterprise, acting.today)
    return [
        holds(acting, "propose_escalation", enterprise.tier_body),
        Condition(
            "enterprise_active",
            enterprise.status not in ("deregistered", "revoked"),
            _("The enterprise must still exist: it is neither deregistered nor revoked."),
        ),
        Condition(
            "body_above",
            deciding_body(enterprise.tier_body) is not None,
            _("A body must stand above the tier body."),
            clause=ESCALATION,
        ),
        law_opens(way),
        none_running(enterprise, Procedure.ESCALATION),
        unconflicted_with(acting.person, enterprise.pk, acting),
    ]


def law_opens(way: WayUp) -> Condition:
    """A larger accident, or major hazards found repeatedly, verified within the window of the rule."""
    return Condition(
        "law_opens_the_way",
        way.open,
        _("A larger accident or repeated major hazards of the unit must have been verified within the period counted."),
        clause=ESCALATION,
    )


def may_decide(case: Case, acting: Acting) -> list[Condition]:
    """The body above decides, by somebody who did not ask."""
    return [
        in_status(case, "proposed_up"),
        holds(acting, "decide_escalation", case.body),
        uninvolved(acting.person, {case.opened_by_id}),
        unconflicted(acting.person, case, acting),
    ]


def may_draft_listing(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "noticing"),
        holds(acting, "track_listed", case.body),
        unconflicted(acting.person, case, acting),
    ]


def may_issue_listing(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "noticing"),
        holds(acting, "decide_escalation", case.body),
        unconflicted(acting.person, case, acting),
    ]


def may_report_progress(case: Case, acting: Acting) -> list[Condition]:
    """Whoever tracks at the watched body or above it reports, as long as the matter is watched; it has been listed."""
    return [
        in_status(case, "watching", "lifting"),
        holds(acting, "track_listed", case.listed_oversight.watched_body),
        unconflicted(acting.person, case, acting),
    ]


def may_ask_lifting(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "watching"),
        holds(acting, "track_listed", case.listed_oversight.watched_body),
        unconflicted(acting.person, case, acting),
    ]


def may_decide_lifting(case: Case, acting: Acting) -> list[Condition]:
    """The listing body lifts, by somebody who did not ask for it."""
    asked = latest_opinion(case, "ask_lifting")
    return [
        in_status(case, "lifting"),
        holds(acting, "lift_listed", case.body),
        uninvolved(acting.person, {asked.author_id} if asked else set()),
        unconflicted(acting.person, case, acting),
    ]


def may_issue_lift(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "lift_noticing"),
        holds(acting, "lift_listed", case.body),
        unconflicted(acting.person, case, acting),
    ]


def may_decide_return(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "taken_over"),
        holds(acting, "decide_escalation", case.body),
        unconflicted(acting.person, case, acting),
    ]
