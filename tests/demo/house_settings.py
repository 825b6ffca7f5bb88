"""Settings of a house that issues documents: tables without migrations, but every page's address."""

from tests.engine.house_settings import *  # noqa: F403

ROOT_URLCONF = "config.urls"
