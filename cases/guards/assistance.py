"""What must hold before technical assistance is asked for, accepted, given and closed (38号 三, P10)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.guards.parts import holds, unconflicted_with
from cases.models import Assistance, Enterprise

CLAUSE: Final = "国市监质监发〔2023〕38号 三"
State = Assistance.State


def may_ask_assistance(enterprise: Enterprise, acting: Acting) -> list[Condition]:
    return [holds(acting, "handle_assistance", enterprise.territorial_body)]


def _stands(assistance: Assistance, *states: str) -> Condition:
    wording = _("The assistance must stand at this step.")
    return Condition("assistance_state", assistance.state in states, wording, clause=CLAUSE)


def may_decide_assistance(assistance: Assistance, acting: Acting) -> list[Condition]:
    return [
        _stands(assistance, State.ASKED),
        holds(acting, "accept_assistance", assistance.body),
        unconflicted_with(acting.person, assistance.enterprise_id, acting),
    ]


def may_handle(assistance: Assistance, acting: Acting, *states: str) -> list[Condition]:
    """Record the visit, the follow-up, or what the unit thinks of it."""
    return [
        _stands(assistance, *states),
        holds(acting, "handle_assistance", assistance.enterprise.territorial_body),
        unconflicted_with(acting.person, assistance.enterprise_id, acting),
    ]
