"""The only place where a case's status changes."""

from collections.abc import Callable

from django.db import transaction

from cases.models import Case
from cases.rules.errors import RuleError
from cases.rules.lifecycle import next_status

_locked_first: list[Callable[[int], None]] = []


def lock_first(lock: Callable[[int], None]) -> Callable[[int], None]:
    """Register what is locked before a case, by the case's key, so that everybody locks in the same order."""
    _locked_first.append(lock)
    return lock


def lock_case(case_id: int) -> Case:
    """The case, its row locked until the transaction ends, after whatever is locked before a case."""
    for lock in _locked_first:
        lock(case_id)
    try:
        return (
            Case.objects.select_for_update(of=("self",))
            .select_related("enterprise", "body", "territorial_body")
            .get(pk=case_id)
        )
    except Case.DoesNotExist:
        raise RuleError("case_unknown", "This case does not exist.") from None


def advance(case: Case, event: str) -> None:
    """Move the locked case along the table of ``cases.rules.lifecycle``; an event out of turn is a ``RuleError``."""
    assert transaction.get_connection().in_atomic_block
    case.status = next_status(case.status, event)
    case.save(update_fields=["status"])
