"""Decide what becomes of rows that resemble another record: take as new, skip, or update the other."""

from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.imports import decide_rows
from cases.models.imports import ImportRow
from cases.rules.errors import RuleError
from cases.services.import_batch import locked_batch

CHOICES: Final = frozenset(ImportRow.Decision.values)


@transaction.atomic
def decide_import_rows(*, batch_id: int, choices: Mapping[int, str], acting: Acting) -> int:
    """Store the choice for each row, by its key; how many it was. An empty choice takes an earlier one back.

    A row whose code stands in the file already cannot be taken as new. Nothing is written to the registry yet. Blocked;
    RuleError: `choice_unknown`, `row_gone`, `not_new`.
    """
    batch = locked_batch(batch_id)
    require(decide_rows(batch, acting))
    if set(choices.values()) - CHOICES - {""}:
        raise RuleError("choice_unknown", _("There is no such choice."))
    rows = list(batch.rows.filter(pk__in=choices, verdict=ImportRow.Verdict.SUSPECT))
    if len(rows) != len(choices):
        raise RuleError("row_gone", _("Some of the rows are no longer there to be decided. Look again."))
    for row in rows:
        row.decision = choices[row.pk]
        if row.decision == ImportRow.Decision.NEW and not row.likeness:
            raise RuleError("not_new", _("Row %(row)s repeats a code; it cannot be taken as new."), row=row.number)
        row.decided_by, row.decided_at = (acting.user, acting.at) if row.decision else (None, None)
    ImportRow.objects.bulk_update(rows, ["decision", "decided_by", "decided_at"], batch_size=500)
    batch.touched_at = acting.at
    batch.save(update_fields=["touched_at"])
    return len(rows)


@transaction.atomic
def decide_remaining(*, batch_id: int, choice: str, acting: Acting) -> int:
    """The same choice for every row that is not decided yet; those that repeat a code are skipped instead of taken."""
    batch = locked_batch(batch_id)
    require(decide_rows(batch, acting))
    if choice not in CHOICES:
        raise RuleError("choice_unknown", _("There is no such choice."))
    rows = batch.rows.filter(verdict=ImportRow.Verdict.SUSPECT, decision="")
    stored = {"decided_by": acting.user, "decided_at": acting.at}
    repeated = rows.filter(likeness=[]).update(decision="skip", **stored) if choice == "new" else 0
    batch.touched_at = acting.at
    batch.save(update_fields=["touched_at"])
    return repeated + rows.update(decision=choice, **stored)
