"""The building's services: settings, urls, celery app, wsgi. Nobody imports it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
