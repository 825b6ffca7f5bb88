"""Walk the audit chain; exit 0 whole, 1 broken."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from cases.models.audit import AuditEvent
from cases.services.audit import broken_chains


class Command(BaseCommand):
    help = "Walk the audit chain: exit 0 if whole, 1 if broken, naming the first bad event of each stream."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = list(broken_chains())
        for event in broken:
            self.stderr.write(f"{event.stream} #{event.sequence}: {event.reason}")
        if broken:
            sys.exit(1)
        self.stdout.write(f"audit trail whole: {AuditEvent.objects.count()} events")
