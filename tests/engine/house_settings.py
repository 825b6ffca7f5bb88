"""Settings of a house: the real ones, the probe's job kind, tables without migrations, a queue of its own."""

import os

from config.settings import *  # noqa: F403
from config.settings import BROKER_URL, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.engine.probe"]
MIGRATION_MODULES = {app.rpartition(".")[2]: None for app in INSTALLED_APPS} | {"viewflow": None}
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("PROBE_QUEUE", "zhijian-probe")
if BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 7200,
        "global_keyprefix": f"{CELERY_TASK_DEFAULT_QUEUE}:",
    }

ROOT_URLCONF = __name__  # a worker has no pages, and needs not load any to be checked
urlpatterns: list[object] = []
