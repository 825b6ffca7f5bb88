"""Celery: a doorbell for job rows, over RabbitMQ or Redis, where BROKER_URL names one.

The schedule is fixed. Every sweep may run late, twice or on two machines at once; `expires` keeps a broker that was
away from delivering a heap of them.
"""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("zhijian")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep jobs": {"task": "workflow.tasks.sweep_jobs", "schedule": 2.0, "options": {"expires": 4}},
    "sweep posts": {"task": "workflow.tasks.sweep_posts", "schedule": 60.0, "options": {"expires": 55}},
    "sweep reviews": {"task": "workflow.tasks.sweep_reviews", "schedule": 60.0, "options": {"expires": 55}},
    "sweep deadlines": {"task": "workflow.tasks.sweep_deadlines", "schedule": 60.0, "options": {"expires": 55}},
    "sweep imports": {"task": "workflow.tasks.sweep_imports", "schedule": 3600.0, "options": {"expires": 3000}},
    "sweep digests": {"task": "workflow.tasks.sweep_digests", "schedule": 300.0, "options": {"expires": 280}},
    "monthly scan": {"task": "workflow.tasks.begin_monthly_scan", "schedule": 600.0, "options": {"expires": 300}},
}


@worker_init.connect
def warm_press(**_: Any) -> None:
    """Load the printing press before the worker forks: its children then share the fonts and need no second each."""
    from notices.pdf.engine import warm

    warm()
