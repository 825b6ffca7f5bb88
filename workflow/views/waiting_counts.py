"""How much waits behind the entries of the navigation; counted once a request, and no further than a bound."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from cases.acting import legal_date
from cases.models import User
from cases.selectors.deadlines import overdue_deadlines
from cases.selectors.events import waiting_for_verification
from cases.selectors.listed_board import late_oversight
from cases.selectors.lists import waiting_candidates
from cases.selectors.locks import overdue_locks
from cases.selectors.notifications import unread
from cases.selectors.tier_confirmations import unconfirmed
from workflow.selectors.approvals import DECISIONS
from workflow.selectors.incidents import incident_count
from workflow.selectors.work import bare_mine_or_waiting, bare_taken, bare_waiting, stands_for
from workflow.views import navigation
from workflow.views.navigation import register_count, register_rows

MOST_COUNTED: Final = navigation.MOST_COUNTED
BELL: Final = "notification_list"
_MEMORY: Final = "_waiting_counts"
"""Kept on the person's instance, which a request loads anew: the frame and the page ask for the same counts."""


def waiting(url_names: Iterable[str], user: User) -> dict[str, int]:
    """How much waits behind each entry today; what was asked before is not asked again."""
    known: dict[str, int] = user.__dict__.setdefault(_MEMORY, {})
    if asked := [name for name in url_names if name not in known]:
        known |= navigation.counts_for(asked, user, MOST_COUNTED)
    return known


def count_for(url_name: str, user: User) -> int:
    """How much waits behind one entry."""
    return waiting((url_name,), user)[url_name]


def people_of(user: User, today: date) -> list[User]:
    """The person and the absent colleagues whose work they do; asked once a request."""
    memory = user.__dict__
    key = f"{_MEMORY}_people"
    if key not in memory or memory[key][0] != today:
        memory[key] = (today, stands_for(user, today))
    people: list[User] = memory[key][1]
    return people


def _today() -> date:
    return legal_date(timezone.now())


def register_counts() -> None:
    """Let the navigation ask."""
    of_people: dict[str, Callable[[list[User]], QuerySet[Any]]] = {
        "inbox": bare_taken,
        "queue": bare_waiting,
        "approvals": lambda people: bare_mine_or_waiting(people).filter(step__in=DECISIONS),
    }
    for url_name, rows in of_people.items():
        register_rows(url_name, lambda user, rows=rows: rows(people_of(user, _today())))  # type: ignore[misc]
    register_rows(BELL, unread)
    register_rows("candidate_list", waiting_candidates)
    register_rows("tier_confirmations", unconfirmed)
    register_rows("listed_board", lambda user: late_oversight(user, _today()))
    register_rows("my_locks", lambda user: overdue_locks(user, _today()))
    register_rows("event_list", waiting_for_verification)
    register_rows("oversight", lambda user: overdue_deadlines(user, _today()))
    register_count("incidents", incident_count)
