"""The guards of the yearly review (P3)."""

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.guards.parts import assigned, certified, holds, in_status, unconflicted
from cases.models import Assignment, Case


def may_desk_check(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "desk_checking"),
        holds(acting, "inspect_enterprise", case.territorial_body),
        assigned(case, acting.authority, Assignment.Role.LEAD),
        certified(acting.person, acting),
        unconflicted(acting.person, case, acting),
    ]
