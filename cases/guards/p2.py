"""The guards of re-classification on events (P2)."""

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.guards.parts import holds, in_status, unconflicted
from cases.models import Case, RiskEvent
from cases.selectors.cases import latest_proposal
from cases.selectors.standing import raises_class, refuted_since, verified_since


def may_decide_basis(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "triggered"),
        holds(acting, "decide_measures", case.body),
        unconflicted(acting.person, case, acting),
        no_objection_pending(case),
    ]


def no_objection_pending(case: Case) -> Condition:
    """While the unit's objection to an event is open, nothing is decided on it (domain P2 step 2)."""
    proposal = latest_proposal(case)
    objected = proposal is not None and proposal.events.filter(state=RiskEvent.State.APPEALED).exists()
    return Condition(
        "no_objection_pending",
        not objected,
        _("No objection of the enterprise to the events counted may be waiting for its answer."),
        clause="产品质量法 第十五条",
    )


def proposal_current(case: Case) -> list[Condition]:
    """What the proposal must still rest on before anybody agrees to it, forwards or files it: else it is returned."""
    proposal = latest_proposal(case)
    refuted = proposal is not None and refuted_since(proposal)
    frozen = proposal is not None and raises_class(proposal) and verified_since(proposal)
    return [
        Condition(
            "events_stand",
            not refuted,
            _("Every event the proposal took into account must still stand; return it, and it is computed anew."),
            clause="试行办法 第二十一条",
        ),
        Condition(
            "rise_not_frozen",
            not frozen,
            _(
                "No event may have been verified since, for a pending demotion freezes any rise; return it, and it is "
                "computed anew."
            ),
            clause="试行办法 第二十一条",
        ),
    ]
