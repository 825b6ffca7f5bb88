"""What a human step is: who does it, under which guard, by which service, in what time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.guards.p1 import city_body
from cases.models import Assignment, Body, Case, User
from cases.selectors.bodies import ancestor_at

Guard = Callable[[Case, Acting], list[Condition]]


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the process as the stepper shows it."""

    code: str
    title: Promise


@dataclass(frozen=True, slots=True)
class Step:
    """One human step. ``code`` is also the name of its node in the flow and must never change.

    ``body`` answers whose step it is; ``owner`` who does it, where that is settled (else it waits in the queue);
    ``rule`` the deadline rule that starts with it; ``completes`` whether what the service returned ends the step;
    ``papers`` the kinds of documents that it brings about (notices.services.papers).
    """

    code: str
    title: Promise
    phase: str
    permission: str
    body: Callable[[Case], Body]
    guard: Guard
    facts: type
    service: Callable[..., Any]
    rule: str
    clause: str
    owner: Callable[[Case], User | None] = lambda case: None
    completes: Callable[[Any], bool] = lambda result: True
    papers: tuple[str, ...] = ()


def own(case: Case) -> Body:
    """The body that handles the case."""
    return case.body


def territory(case: Case) -> Body:
    """The body in whose place the unit stands."""
    return case.territorial_body


def city(case: Case) -> Body:
    """The city above a county, else the handling body itself."""
    return city_body(case) or case.body


def province(case: Case) -> Body:
    """The province above the handling body."""
    return ancestor_at(case.body, Body.Level.PROVINCE) or case.body


def inspector(role: str) -> Callable[[Case], User | None]:
    """Answers the inspector of the current round in this role, while the account is active."""

    def owner(case: Case) -> User | None:
        found = Assignment.objects.filter(case=case, round=case.round, role=role).select_related("user").first()
        return found.user if found and found.user.is_active else None

    return owner


lead, second = inspector(Assignment.Role.LEAD), inspector(Assignment.Role.SECOND)


def by_event(result: Any) -> bool:
    """The step ends when the letter counts as served (workflow.signals), not with the attempt."""
    return False
