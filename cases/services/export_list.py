"""Write a list to a workbook: the columns and rows its reader chose; a long one by a job, with its progress.

A workbook is written outside any transaction, because on SQLite a transaction keeps everybody else from writing.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import IO, Any, Final

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import translation
from django.utils.dateparse import parse_datetime

from cases.acting import Acting
from cases.models.list_view import ListRun
from cases.models.people import User
from cases.selectors.list_kinds import ListKind, Sheet, Value, list_kind
from cases.services.audit import record
from cases.services.jobs import Payload, enqueue, job_handler
from cases.services.write_workbook import write_workbook

EXPORT: Final = "export"
EXPORT_JOB: Final = "lists.export"
AT_ONCE: Final = 2_000
"""Rows written while the browser waits; more go to a job."""
STEP: Final = 500
KEPT: Final = timedelta(days=7)
"""How long the file of a job can be fetched: it holds what its reader was allowed to see on that day."""


def chosen_rows(kind: ListKind, acting: Acting, query: str, keys: Sequence[int] | None) -> QuerySet[Any]:
    """The rows of the address, all of them or only those chosen; never more than the person may see."""
    rows = kind.rows(acting, QueryDict(query))
    return rows if keys is None else rows.filter(pk__in=keys)


def export_list(
    *, kind: ListKind, query: str, columns: Sequence[str] = (), keys: Sequence[int] | None = None, acting: Acting
) -> IO[bytes]:
    """The rows as an open .xlsx, with the audit event that says how many left, chosen how. NotPermitted."""
    sheet = kind.sheet(acting, chosen_rows(kind, acting, query, keys)).of(columns)
    counted = Counted(sheet.rows)
    file = write_sheet(replace(sheet, rows=counted))
    _record(sheet.what, kind, query, columns, counted.count, acting)
    return file


def write_sheet(sheet: Sheet) -> IO[bytes]:
    """The table alone."""
    titles = [title for _code, title, _width in sheet.columns]
    widths = [width for _code, _title, width in sheet.columns]
    return write_workbook([(sheet.title[:31], titles, sheet.rows, widths)])


class Counted:
    """Rows that know how many of them went by, and say so every `STEP` rows."""

    def __init__(self, rows: Iterable[Sequence[Value]], tell: Callable[[int], None] | None = None) -> None:
        self._rows, self._tell = rows, tell
        self.count = 0

    def __iter__(self) -> Iterator[Sequence[Value]]:
        for row in self._rows:
            self.count += 1
            if self._tell and self.count % STEP == 0:
                self._tell(self.count)
            yield row


@transaction.atomic
def begin_export(
    *, kind: ListKind, query: str, columns: Sequence[str], keys: Sequence[int] | None, total: int, acting: Acting
) -> ListRun:
    """Have a long list written by a job; its page shows how far it is and then gives the file.

    NotPermitted at once for who may export nothing of it.
    """
    kind.sheet(acting, chosen_rows(kind, acting, query, keys))
    run = ListRun.objects.create(
        user=acting.person,
        list_code=kind.code,
        act=EXPORT,
        query=query[:1000],
        columns=list(columns),
        rows=None if keys is None else list(keys),
        total=total,
        created_at=acting.at,
    )
    payload = {"run": run.pk, "language": translation.get_language(), "at": acting.at.isoformat()}
    enqueue(kind=EXPORT_JOB, payload=payload, key=f"{EXPORT_JOB}:{run.pk}", at=acting.at)
    return run


@job_handler(EXPORT_JOB, lease=timedelta(minutes=15), max_attempts=3)
def run_export(payload: Payload) -> Payload:
    """Write the file by what the person may see now; a second attempt writes it anew."""
    run = ListRun.objects.get(pk=payload["run"])
    acting, kind = _acting(run, payload), list_kind(run.list_code)
    if kind is None:
        raise LookupError(f"no list {run.list_code!r}")

    def tell(done: int) -> None:
        ListRun.objects.filter(pk=run.pk).update(done=done)

    with translation.override(payload["language"]):
        sheet = kind.sheet(acting, chosen_rows(kind, acting, run.query, run.rows)).of(run.columns)
        counted = Counted(sheet.rows, tell)
        with write_sheet(replace(sheet, rows=counted)) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
            file.seek(0)
            name = f"exports/{acting.today:%Y/%m}/{run.list_code}-{run.pk}.xlsx"
            stored = default_storage.save(name, File(file))
    return {"file": stored, "sha256": digest, "rows": counted.count, "what": sheet.what}


@run_export.on_done
def keep_export(payload: Payload, result: Payload, at: datetime) -> None:
    run = ListRun.objects.select_for_update().get(pk=payload["run"])
    kind = list_kind(run.list_code)
    assert kind is not None
    run.file.name, run.sha256, run.state = result["file"], result["sha256"], ListRun.State.DONE
    run.done = run.total = result["rows"]
    run.finished_at = at
    run.save()
    _record(result["what"], kind, run.query, run.columns, run.done, Acting(run.user, at))


@run_export.on_given_up
def give_up_export(payload: Payload, error: str, at: datetime) -> None:
    ListRun.objects.filter(pk=payload["run"]).update(state=ListRun.State.FAILED, finished_at=at)


@run_export.on_retry
def take_up_export(payload: Payload, at: datetime) -> None:
    ListRun.objects.filter(pk=payload["run"]).update(state=ListRun.State.RUNNING, finished_at=None)


def clean_exports(*, now: datetime) -> int:
    """Remove files that have lain long enough; how many it was."""
    old = ListRun.objects.exclude(file="").filter(created_at__lt=now - KEPT)
    removed = 0
    for run in old:
        name = run.file.name
        if name and ListRun.objects.filter(pk=run.pk, file=name).update(file=""):
            default_storage.delete(name)
            removed += 1
    return removed


def _acting(run: ListRun, payload: Payload) -> Acting:
    at = parse_datetime(payload["at"])
    assert at is not None
    return Acting(User.objects.get(pk=run.user_id), at)


def _record(what: str, kind: ListKind, query: str, columns: Sequence[str], rows: int, acting: Acting) -> None:
    wanted = {name: ",".join(values) for name, values in QueryDict(kind.kept(QueryDict(query))).lists()}
    data = {"list": kind.code, "filter": wanted, "columns": list(columns), "rows": rows}
    with transaction.atomic():
        record(stream="exports", action=f"exported.{what}", acting=acting, data=data)
