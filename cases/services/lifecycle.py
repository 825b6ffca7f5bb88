"""The only place where a case's status changes."""

from django.db import transaction

from cases.models import Case
from cases.rules.errors import RuleError
from cases.rules.lifecycle import next_status


def lock_case(case_id: int) -> Case:
    """The case, its row locked until the transaction ends."""
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
