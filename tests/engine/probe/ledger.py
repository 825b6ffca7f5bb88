"""Questions to a house's database and broker: `python -m tests.engine.probe.ledger NAME …`, one function a name."""

import sys

import django

django.setup()

from django.contrib.contenttypes.models import ContentType  # noqa: E402 - Django must be set up first
from django.utils import timezone  # noqa: E402

from cases.models.job import Job  # noqa: E402
from cases.services.jobs import enqueue  # noqa: E402
from config.celery import app  # noqa: E402


def write_jobs(prefix: str, number: str) -> None:
    for each in range(int(number)):
        enqueue(kind="probe", payload={"number": each, "prefix": prefix}, key=f"{prefix}:{each}", at=timezone.now())


def count(prefix: str) -> None:
    jobs = Job.objects.filter(key__startswith=f"{prefix}:")
    effects = ContentType.objects.filter(app_label=f"probe_{prefix}").values_list("model", flat=True)
    numbers = [model.split("_")[0] for model in effects]
    print(",".join(jobs.values_list("state", flat=True)), ",".join(numbers), sep="|")


def running() -> None:
    print(Job.objects.filter(state=Job.State.RUNNING).count())


def flush() -> None:
    """Empty the queue, as if the broker had lost everything."""
    with app.connection_for_write() as connection:
        queue = app.amqp.queues[app.conf.task_default_queue](connection.default_channel)
        queue.declare()
        queue.purge()


def forget() -> None:
    """Leave nothing of the queue behind."""
    with app.connection_for_write() as connection:
        queue = app.amqp.queues[app.conf.task_default_queue](connection.default_channel)
        queue.delete()


if __name__ == "__main__":
    {"enqueue": write_jobs, "count": count, "running": running, "flush": flush, "forget": forget}[sys.argv[1]](
        *sys.argv[2:]
    )
