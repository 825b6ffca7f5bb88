"""`manage.py seed_demo`: the demo province, alive on a day."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cases.acting import legal_date
from cases.models import Body, Enterprise, User
from workflow.demo.printing import PrintingHouse
from workflow.demo.seed import FEWEST, seed


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Fill an empty database with invented bodies' people, enterprises and cases at every step, all alive on DATE. "
        "The same seed and date give the same data. A database that holds anybody is refused, never emptied."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--province", default="33", metavar="CODE", help="two digits; default 33, Zhejiang")
        parser.add_argument("--enterprises", type=int, default=240, metavar="N", help=f"default 240, at least {FEWEST}")
        parser.add_argument("--seed", type=int, default=33, metavar="S")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="default today")
        parser.add_argument("--if-empty", action="store_true", help="leave a database that holds anybody as it is")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists() or Enterprise.objects.exists():
            if options["if_empty"]:
                self.stdout.write("The database is not empty; nothing was seeded.")
                return
            raise CommandError(
                "The database is not empty, and seed_demo never deletes anything. Point DATABASE_URL at an empty one."
            )
        today = legal_date(timezone.now())
        as_of = options["as_of"] or today
        if as_of > today:
            raise CommandError("--as-of must not lie in the future: deadlines would run backwards.")
        try:
            with PrintingHouse() as house:
                seed(
                    province=options["province"],
                    enterprises=options["enterprises"],
                    number=options["seed"],
                    as_of=as_of,
                    say=self._say,
                    run_jobs=house.run_jobs,
                    run_jobs_at_night=house.run_all_jobs,
                )
        except Body.DoesNotExist as error:
            raise CommandError(f"No province has the code {options['province']!r}.") from error
        except (LookupError, ValueError) as error:
            raise CommandError(str(error)) from error

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
