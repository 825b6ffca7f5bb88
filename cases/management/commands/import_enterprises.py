"""Import records from a spreadsheet: `manage.py import_enterprises FILE --body CODE [--report OUT.xlsx]`."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cases.acting import Acting
from cases.models.body import Body
from cases.models.imports import ImportBatch
from cases.models.people import User
from cases.rules.errors import StatedError
from cases.services.fault_texts import fault_text
from cases.services.import_kinds import KINDS, USUAL
from cases.services.import_records import run_import, start_import
from cases.services.import_report import rejected_lines, report_workbook

SHOWN = 20


class Command(BaseCommand):
    help = "Import enterprises, or another kind of record, from .xlsx or .csv into a body's area; safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--body", required=True, metavar="CODE", help="code of the body, e.g. 330402")
        parser.add_argument("--kind", default=USUAL, choices=sorted(KINDS), help="kind of record (enterprises)")
        parser.add_argument("--user", metavar="NAME", help="import with this person's permissions (else as the system)")
        parser.add_argument("--strict", action="store_true", help="save nothing if any row is wrong")
        parser.add_argument("--dry-run", action="store_true", help="check only, save nothing")
        parser.add_argument("--report", type=Path, metavar="OUT.xlsx", help="write what became of every row")

    def handle(self, *args: Any, **options: Any) -> None:
        body = Body.objects.filter(code=options["body"]).first()
        if body is None:
            raise CommandError(f"No body has the code {options['body']!r}.")
        user = User.objects.filter(username=options["user"]).first() if options["user"] else None
        if options["user"] and user is None:
            raise CommandError(f"Nobody has the user name {options['user']!r}.")
        batch = self._import(body, Acting(user=user, at=timezone.now()), options)
        if options["report"] and batch.verdicts:
            with report_workbook(batch) as file:
                options["report"].write_bytes(file.read())
        self._tell(batch, options["dry_run"])

    def _import(self, body: Body, acting: Acting, options: dict[str, Any]) -> ImportBatch:
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"Cannot read {path}: {error.strerror}.") from error
        try:
            batch = start_import(
                body=body,
                filename=path.name,
                content=content,
                strict=options["strict"],
                acting=acting,
                kind=options["kind"],
                dry_run=options["dry_run"],
                background=False,
            )
        except StatedError as error:
            raise CommandError(str(error)) from error
        return run_import(batch_id=batch.pk, acting=acting, progress=self._progress)

    def _progress(self, phase: str, done: int, total: int) -> None:
        if done == total or done % 2000 == 0:
            self.stderr.write(f"{done} / {total} rows {phase}")

    def _tell(self, batch: ImportBatch, dry_run: bool) -> None:
        for shown, line in enumerate(rejected_lines(batch)):
            if shown == SHOWN:
                self.stderr.write("…")
                break
            self.stderr.write(line)
        counts = batch.expected if batch.state == ImportBatch.State.CHECKED else {}
        said = ", ".join(f"{counts.get(n, getattr(batch, n))} {n}" for n in ("created", "updated", "unchanged"))
        held = f", {batch.suspects} to be decided" if batch.suspects else ""
        self.stdout.write(f"{batch.total} rows: {said}, {batch.rejected} rejected{held}")
        if batch.fault:
            self.stderr.write(fault_text(batch.fault["code"], batch.fault["details"]))
        if batch.state == ImportBatch.State.CHECKED:
            self.stderr.write(f"Nothing is saved; import {batch.pk} can be applied on its page.")
        wanted = ImportBatch.State.CHECKED if dry_run else ImportBatch.State.DONE
        if batch.state != wanted:
            sys.exit(1)
