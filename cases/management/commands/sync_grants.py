"""Bring everybody's permissions in line with the role matrix, after roles.yaml has changed: `manage.py sync_grants`."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.acting import legal_date
from cases.services.appoint import sync_everybody


class Command(BaseCommand):
    help = "Derive all permissions anew from posts and the role matrix; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sync_everybody(legal_date(timezone.now()))} people synchronised")
