"""How much waits behind the entries of the navigation; counted once a request, and no further than a bound."""

from collections.abc import Callable
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from cases.acting import legal_date
from cases.models import User
from cases.selectors.deadlines import overdue_count
from cases.selectors.events import events_waiting
from cases.selectors.listed_board import late_count
from cases.selectors.lists import waiting_candidates
from cases.selectors.locks import overdue_of
from cases.selectors.notifications import unread_count
from cases.selectors.tier_confirmations import unconfirmed_count
from workflow.models import WorkItem
from workflow.selectors.approvals import approvals_of
from workflow.selectors.incidents import incident_count
from workflow.selectors.work import stands_for, taken_by, waiting_for
from workflow.views.navigation import register_count

MOST_COUNTED: Final = 999
_MEMORY: Final = "_waiting_counts"
"""Kept on the person's instance, which a request loads anew: the frame asks for each count more than once."""

_LISTS: Final[dict[str, Callable[[list[User]], QuerySet[WorkItem]]]] = {
    "inbox": taken_by,
    "queue": waiting_for,
    "approvals": approvals_of,
}


def waiting(url_name: str, user: User) -> int:
    """How many rows the list of that name has for the person today."""
    known: dict[str, Any] = user.__dict__.setdefault(_MEMORY, {})
    if url_name not in known:
        if "people" not in known:
            known["people"] = stands_for(user, legal_date(timezone.now()))
        known[url_name] = _LISTS[url_name](known["people"]).order_by().values("pk")[:MOST_COUNTED].count()
    number: int = known[url_name]
    return number


def register_counts() -> None:
    """Let the navigation ask."""
    for url_name in _LISTS:
        register_count(url_name, lambda user, name=url_name: waiting(name, user))  # type: ignore[misc]
    register_count("notification_list", unread_count)
    register_count("candidate_list", lambda user: waiting_candidates(user).order_by()[:MOST_COUNTED].count())
    register_count("incidents", incident_count)
    register_count("tier_confirmations", unconfirmed_count)
    register_count("listed_board", lambda user: late_count(user, legal_date(timezone.now())))
    register_count("my_locks", lambda user: overdue_of(user, legal_date(timezone.now())))
    register_count("event_list", events_waiting)
    register_count("oversight", lambda user: overdue_count(user, legal_date(timezone.now())))
