"""Clean up after imports that nobody went on with; nothing that was applied is ever removed.

How long one may lie is a setting of its body, `import.abandoned_days` [A].
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from cases.acting import Acting
from cases.models.imports import ImportBatch, ImportRow
from cases.packs.settings import default_of
from cases.selectors.settings import setting_for
from cases.services.import_batch import LETTERS, drop_staged, end_batch, locked_batch
from cases.services.import_records import drop_jobs

logger = logging.getLogger(__name__)

SETTING: Final = "import.abandoned_days"
_State = ImportBatch.State


def clean_imports(*, now: datetime) -> int:
    """Clean every batch that has lain too long; how many it was. Safe to run at any time, anywhere."""
    cleaned = 0
    lying = ImportBatch.objects.filter(~Q(staged="") | ~Q(state__in=[_State.DONE, _State.ABANDONED]))
    for batch in lying.filter(touched_at__lt=now - timedelta(days=1)).select_related("body").defer("verdicts"):
        days = setting_for(batch.body, SETTING, default_of(SETTING))
        if batch.touched_at >= now - timedelta(days=days):
            continue
        try:
            _clean(batch.pk, batch.touched_at, Acting(user=None, at=now))
            cleaned += 1
        except Exception:  # one that cannot be cleaned must not keep the others; it is tried again
            logger.exception("import %s could not be cleaned", batch.pk)
    return cleaned


@transaction.atomic
def _clean(batch_id: int, touched_at: datetime, acting: Acting) -> None:
    batch = locked_batch(batch_id)
    if batch.touched_at != touched_at:
        return
    drop_staged(batch)
    if batch.state == _State.DONE:
        _let_lapse(batch)
        batch.save()
        return
    before = batch.state
    drop_jobs(batch, acting.at)
    batch.state = _State.ABANDONED
    if not batch.applied:
        batch.rows.all().delete()
        batch.samples = {}
        if name := batch.file.name:
            batch.file.name = ""
            transaction.on_commit(lambda: default_storage.delete(name), robust=True)
    end_batch(batch, acting, "import.abandoned", applied=batch.applied, was=before)


def _let_lapse(batch: ImportBatch) -> None:
    """Rows of a finished import that nobody decided on are left out for good."""
    rows = batch.rows.filter(verdict=ImportRow.Verdict.SUSPECT)
    letters = list(batch.verdicts)
    for place in rows.values_list("place", flat=True):
        letters[place] = LETTERS["skipped"]
    batch.verdicts = "".join(letters)
    batch.skipped += batch.suspects
    batch.suspects = 0
    rows.update(verdict=ImportRow.Verdict.SKIPPED)
