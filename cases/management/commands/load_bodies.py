"""Load supervision bodies: `manage.py load_bodies --province 33`, or `--province all`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cases.acting import Acting
from cases.services.load_bodies import load_bodies


class Command(BaseCommand):
    help = "Load the supervision bodies of one province or of the whole country; safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--province", default="33", metavar="CODE", help="two-digit province code, or 'all'")

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["province"]
        try:
            loaded = load_bodies(province=None if code == "all" else code, acting=Acting(user=None, at=timezone.now()))
        except LookupError as error:
            raise CommandError(f"No province has the code {code!r}; give two digits, or 'all'.") from error
        self.stdout.write(f"{loaded.created} bodies created, {loaded.total} stand")
