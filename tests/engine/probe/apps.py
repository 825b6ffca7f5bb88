"""A job kind for the tests of killed workers: it takes its time and leaves a trace of every run and every finish."""

import os
import time
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import AppConfig

LEASE_SECONDS = 2


class ProbeConfig(AppConfig):
    name = "tests.engine.probe"
    label = "engine_probe"

    def ready(self) -> None:
        from cases.services.jobs import job_handler

        handler = job_handler("probe", lease=timedelta(seconds=LEASE_SECONDS), max_attempts=30)(work)
        handler.on_done(finish)


def work(payload: dict[str, Any]) -> dict[str, Any]:
    leave_trace("begun", payload)
    time.sleep(float(os.environ.get("PROBE_SECONDS", "0.15")))
    return {"label": f"probe_{payload.get('prefix', 'race')}", "number": payload["number"]}


def finish(payload: dict[str, Any], result: dict[str, Any], at: datetime) -> None:
    """A database effect that must happen exactly once, in rows of a table that any number of them may be put into."""
    from django.contrib.contenttypes.models import ContentType

    ContentType.objects.create(app_label=result["label"], model=f"{result['number']}_{uuid.uuid4().hex}")


def leave_trace(what: str, payload: dict[str, Any]) -> None:
    with (Path(os.environ["PROBE_DIR"]) / what).open("a") as trace:
        trace.write(f"{payload['number']}\n")
