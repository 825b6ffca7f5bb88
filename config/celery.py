"""Celery: a doorbell for job rows, over RabbitMQ or Redis, where BROKER_URL names one."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("zhijian")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
