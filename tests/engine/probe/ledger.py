"""Questions to a house's database and broker: `python -m tests.engine.probe.ledger NAME …`, one function a name."""

import sys

import django
import redis

django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first
from django.contrib.contenttypes.models import ContentType  # noqa: E402
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
    """Leave nothing of the queue behind; Redis also keeps bindings and unacknowledged messages."""
    with app.connection_for_write() as connection:
        channel = connection.default_channel
        app.amqp.queues[app.conf.task_default_queue](channel).delete()
        if connection.transport.driver_type == "redis":
            server = redis.from_url(settings.BROKER_URL)
            server.delete(*server.scan_iter(f"{app.conf.task_default_queue}:*", count=1000))


if __name__ == "__main__":
    {"enqueue": write_jobs, "count": count, "running": running, "flush": flush, "forget": forget}[sys.argv[1]](
        *sys.argv[2:]
    )
