"""What the test of killed imports does within the house: start one, look at it, let its lease run out."""

import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from cases.models import AuditEvent, Body, Enterprise, ImportBatch, Job, StatusRecord, TierRecord  # noqa: E402
from cases.services.import_records import start_import  # noqa: E402
from tests.factories import acting, make_body_tree  # noqa: E402


def start(path: str) -> None:
    make_body_tree()
    with open(path, "rb") as file:  # noqa: PTH123
        start_import(
            body=Body.objects.get(code="330402"),
            filename="units.xlsx",
            content=file.read(),
            strict=False,
            acting=acting(None, timezone.now()),
        )


def state() -> None:
    batch = ImportBatch.objects.get()
    counts = [
        batch.checked,
        batch.applied,
        int(batch.state == "done"),
        Enterprise.objects.count(),
        TierRecord.objects.count(),
        StatusRecord.objects.count(),
        AuditEvent.objects.filter(action="enterprises.imported").count(),
        batch.created,
    ]
    print(*counts)


def expire() -> None:
    """As if the lease of the killed worker had run out."""
    Job.objects.filter(state=Job.State.RUNNING).update(lease_until=timezone.now())


if __name__ == "__main__":
    {"start": start, "state": state, "expire": expire}[sys.argv[1]](*sys.argv[2:])
