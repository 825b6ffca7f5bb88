"""`manage.py walkthrough --out DIR`: one enterprise through the whole main process, in a database of its own."""

import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

ROOT = Path(__file__).resolve().parents[3]


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Take one enterprise through the main process with every actor, print each step, and leave every document "
        "and timeline.json in DIR. Plays on its own clock in a scratch database; the configured one is never touched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="made if it is not there")

    def handle(self, *args: Any, out: Path, **options: Any) -> None:
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"{out} cannot be made: {error.strerror}") from error
        with tempfile.TemporaryDirectory(prefix="zhijian-walkthrough-") as scratch:
            code = self._play(out.resolve(), Path(scratch))
        if code:
            raise CommandError("The walkthrough broke off; see above.", returncode=code)

    def _play(self, out: Path, scratch: Path) -> int:
        """In a process of its own: which database a process uses is settled when it starts."""
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{scratch / 'walkthrough.sqlite3'}",
            "MEDIA_ROOT": str(scratch / "media"),
            "BROKER_URL": "",
            "CACHE_URL": "",
            "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
            "WEBHOOK_URL": "",
        }
        environment.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "workflow.demo.walk", str(out)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert process.stdout is not None
        for line in process.stdout:
            self.stdout.write(line, ending="")
        return process.wait()
