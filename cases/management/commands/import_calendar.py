"""Import holiday notices: `manage.py import_calendar FILE.yaml`, in the form of cases/packs/calendar/holidays.yaml."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from cases.acting import Acting
from cases.packs.marked import PackError
from cases.packs.notice_file import read_notices
from cases.rules.errors import RuleError
from cases.services.calendar import import_calendar_year


class Command(BaseCommand):
    help = "Import the days off and make-up days of one or more years and count provisional deadlines again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.yaml")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            notices = read_notices(options["file"])
        except (OSError, PackError, RuleError) as error:
            raise CommandError(str(error)) from error
        for notice in notices:
            imported = import_calendar_year(
                year=notice.year,
                days_off=notice.off_days,
                makeup_days=notice.makeup_days,
                notice=notice.notice_no,
                acting=Acting(user=None, at=timezone.now()),
            )
            self.stdout.write(f"{imported.year}: {len(imported.recomputed)} deadlines counted again")
