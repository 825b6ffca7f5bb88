"""A worker of the embedded default that lives at the tests' noon: `python -m tests.notices.press_worker`.

Runs due jobs until it is told to stop, then prints how many they were.
"""

import time
from datetime import datetime, timedelta
from unittest import mock

import django


def main() -> None:
    django.setup()
    from tests.factories import NOON
    from workflow.management.commands.engine import run_batch, stopped_by_signals, warm_press

    began, ran = time.monotonic(), 0

    def now() -> datetime:
        return NOON + timedelta(seconds=time.monotonic() - began)

    with mock.patch("django.utils.timezone.now", now), stopped_by_signals() as stop:
        warm_press()
        while not stop.is_set():
            done = run_batch(stop) or 0
            ran += done
            if not done:
                stop.wait(0.2)
    print(ran)


if __name__ == "__main__":
    main()
