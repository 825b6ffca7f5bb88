"""Import units from a spreadsheet: `manage.py import_enterprises FILE --body CODE [--report OUT.xlsx]`."""

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
from cases.services.import_enterprises import ImportOutcome, run_import, start_import
from cases.services.import_report import rejected_lines, report_workbook

SHOWN = 20


class Command(BaseCommand):
    help = "Import enterprises from .xlsx or .csv into the area of one body; safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--body", required=True, metavar="CODE", help="code of the body, e.g. 330402")
        parser.add_argument("--user", metavar="NAME", help="import with this person's permissions (else as the system)")
        parser.add_argument("--strict", action="store_true", help="save nothing if any row is wrong")
        parser.add_argument("--report", type=Path, metavar="OUT.xlsx", help="write what became of every row")

    def handle(self, *args: Any, **options: Any) -> None:
        body = Body.objects.filter(code=options["body"]).first()
        if body is None:
            raise CommandError(f"No body has the code {options['body']!r}.")
        user = User.objects.filter(username=options["user"]).first() if options["user"] else None
        if options["user"] and user is None:
            raise CommandError(f"Nobody has the user name {options['user']!r}.")
        outcome = self._import(options["file"], body, options["strict"], Acting(user=user, at=timezone.now()))
        if options["report"] and outcome.rows:
            with report_workbook(outcome) as file:
                options["report"].write_bytes(file.read())
        self._tell(outcome)

    def _import(self, path: Path, body: Body, strict: bool, acting: Acting) -> ImportOutcome:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"Cannot read {path}: {error.strerror}.") from error
        try:
            batch = start_import(
                body=body, filename=path.name, content=content, strict=strict, acting=acting, background=False
            )
        except StatedError as error:
            raise CommandError(str(error)) from error
        return run_import(batch_id=batch.pk, acting=acting, progress=self._progress)

    def _progress(self, checked: int, total: int) -> None:
        if checked == total or checked % 2000 == 0:
            self.stderr.write(f"{checked} / {total} rows checked")

    def _tell(self, outcome: ImportOutcome) -> None:
        batch = outcome.batch
        for shown, line in enumerate(rejected_lines(outcome.rows)):
            if shown == SHOWN:
                self.stderr.write("…")
                break
            self.stderr.write(line)
        self.stdout.write(
            f"{batch.total} rows: {batch.created} created, {batch.updated} updated, {batch.unchanged} unchanged, "
            f"{batch.rejected} rejected"
        )
        if batch.fault:
            self.stderr.write(fault_text(batch.fault["code"], batch.fault["details"]))
        if batch.state != ImportBatch.State.DONE:
            sys.exit(1)
